"""A second opinion on the form of an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.advice.syntax import check


@pytest.mark.parametrize(
    "address", ["ada@gmail.com", "ada+jobs@räksmörgås.se", "å@acme.se", '"a b"@acme.se', "a@example.com"]
)
def test_has_nothing_to_say_about_a_good_address(address: str):
    assert check(address) is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ada", "no @"),
        ("ada@acme", "no dot"),
        ("ada@mail.acme.local", "reserved"),
        ("ada@acme.test", "reserved"),
        ("ada@☃.se", "RFC 5891"),
        ("ada\u202e@acme.se", "cannot be seen"),
    ],
)
def test_says_what_is_wrong_without_repeating_the_address(address: str, words: str):
    problem = check(address)
    assert problem is not None
    assert words in problem
    assert "ada" not in problem


@given(st.one_of(st.text(), st.emails()))
def test_any_text_is_answered(text: str):
    problem = check(text)
    assert problem is None or problem
