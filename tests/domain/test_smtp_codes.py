"""Codes are parsed, never searched for: 5.1.10 holds no 5.1.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.domain.smtp_codes import EnhancedStatus, find_reply_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5.1.1", (5, 1, 1)),
        ("4.4.7 (unable to deliver)", (4, 4, 7)),
        (" 2.0.0 ", (2, 0, 0)),
        ("5.1.10", (5, 1, 10)),
        ("5.710.999", (5, 710, 999)),
    ],
)
def test_is_parsed(text: str, code: tuple[int, int, int]):
    assert EnhancedStatus.parse(text) == EnhancedStatus(*code)


@pytest.mark.parametrize(
    "text", [None, "", "  ", "5.1", "3.1.1", "5.1.1.1", "5.1.1000", "x5.1.1", "550", "٥.١.١"]
)
def test_is_not_parsed(text: str | None):
    assert EnhancedStatus.parse(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("550 5.1.1 no such user", "5.1.1"),
        ("550-5.1.1 no such user", "5.1.1"),
        ("550 #5.1.0 Address rejected.", "5.1.0"),
        ("(5.7.26)", "5.7.26"),
        ("error 5.1.10.", "5.1.10"),
        ("from 5.1.1.9: 4.2.2 full", "4.2.2"),
        ("5.1.1, then 5.2.2", "5.1.1"),
    ],
)
def test_is_found_where_it_stands_alone(text: str, code: str):
    assert str(EnhancedStatus.find(text)) == code


@pytest.mark.parametrize(
    "text", ["", "no code", "5.1.1.1", "45.5.1.1", "192.5.1.1", "15.1.1", "version 2.10", "5.1.1000"]
)
def test_is_not_found_inside_of_something_else(text: str):
    assert EnhancedStatus.find(text) is None


def test_no_longer_code_holds_a_shorter_one():
    assert EnhancedStatus.find("5.1.10") != EnhancedStatus.parse("5.1.1")


@given(st.sampled_from([2, 4, 5]), st.integers(0, 999), st.integers(0, 999))
def test_what_is_written_is_read(klass: int, subject: int, detail: int):
    code = EnhancedStatus(klass, subject, detail)
    assert EnhancedStatus.parse(str(code)) == EnhancedStatus.find(f"550 {code} text") == code


@given(st.text(st.sampled_from("0123456789. -#x"), max_size=30))
def test_any_text_is_answered(text: str):
    EnhancedStatus.parse(text)
    EnhancedStatus.find(text)
    find_reply_code(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("550 5.1.1 no such user", 550),
        ("smtp;550-5.1.1", 550),
        ("SMTP error 421: try later", 421),
        ("host 10.250.1.1 said 452", 452),
        ("5.1.1", None),
        ("1550", None),
        ("560", None),
        ("250.1.2.3", None),
        ("", None),
    ],
)
def test_a_reply_code_stands_alone_too(text: str, code: int | None):
    assert find_reply_code(text) == code
