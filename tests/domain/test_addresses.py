"""What was typed, its normal form, and the digest that stands for it."""

import hashlib
import hmac
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deliveryledger.domain.addresses import (
    MAX_TYPED,
    Digests,
    EmailAddress,
    ascii_domain,
    check_typed,
    normalise,
    problem_with,
)
from deliveryledger.errors import InvalidAddress

# Text with more of what addresses are made of, and of what folds into it.
TYPED = st.text(
    st.one_of(st.characters(), st.sampled_from('@@..<> \t"ßİÅä＠＜。\u1680\u2028\ud800')), max_size=40
)


@given(TYPED)
@example("< a@b >")
@example("a@b .")
@example("ä@b\u3002 ")
@example("\ud800@\udfff")
def test_any_text_has_one_normal_form(text: str):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "typed",
    [
        "ada@gmail.com",
        "Ada@Gmail.COM",
        "  ada@gmail.com\n",
        "<ada@gmail.com>",
        "< ada@gmail.com >.",
        "ada@gmail.com.",
        "ada＠gmail.com",
        "ａｄａ@gmail.com",
    ],
)
def test_case_space_brackets_and_width_do_not_matter(typed: str):
    assert normalise(typed) == "ada@gmail.com"


@pytest.mark.parametrize("other", ["a.da@gmail.com", "ada+jobs@gmail.com", "ada@googlemail.com"])
def test_dots_and_tags_do(other: str):
    assert normalise(other) != normalise("ada@gmail.com")


def test_an_international_domain_has_one_form():
    assert normalise("Å@RÄKSMÖRGÅS.se") == normalise("å@xn--rksmrgs-5wao1o.SE") == "å@xn--rksmrgs-5wao1o.se"
    assert ascii_domain("Räksmörgås.SE.") == "xn--rksmrgs-5wao1o.se"


@given(TYPED)
def test_any_text_is_parsed_or_refused_without_repeating_it(text: str):
    problem = problem_with(text)
    if problem is None:
        parsed = EmailAddress.parse(text)
        assert str(parsed) == parsed.text == text.strip()
        assert parsed.domain.isascii()
    else:
        with pytest.raises(InvalidAddress, match=re.escape(problem)):
            EmailAddress.parse(text)


@given(st.emails())
def test_addresses_are_addresses(text: str):
    assert EmailAddress.parse(text).local == text.rpartition("@")[0]


@pytest.mark.parametrize(
    "address",
    [
        "ada@gmail.com",
        " ada+jobs@gmail.com ",
        "o'brien@acme.example",
        '"ada lovelace"@acme.example',
        '"a@b"@acme.example',
        "å@räksmörgås.se",
        "用户@例子.广告",
        "a@1and1.de",
        "a" * 64 + "@acme.example",
        "ada@" + "a" * 63 + ".com",
    ],
)
def test_what_is_an_address(address: str):
    assert problem_with(address) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no @"),
        ("ada", "no @"),
        ("ada@", "no dot"),
        ("ada@acme", "no dot"),
        ("@acme.se", "before the @"),
        ("ada lovelace@acme.se", "before the @"),
        ("ada@@acme.se", "before the @"),
        (".ada@acme.se", "before the @"),
        ("a..da@acme.se", "before the @"),
        ("<ada@acme.se>", "before the @"),
        ("å" * 33 + "@acme.se", "longer than 64 octets"),
        ("ada@" + "a." * 126 + "se", "longer than 254 octets"),
        ("ada@" + "a" * 64 + ".se", "not a domain name"),
        ("ada@-acme.se", "not a domain name"),
        ("ada@acme..se", "not a domain name"),
        ("ada@ac me.se", "not a domain name"),
        ("ada@acme_hr.se", "not a domain name"),
        ("ada@127.0.0.1", "a number"),
        ("ada@acme.se\ud800", "surrogate"),
    ],
)
def test_what_is_not_and_why(text: str, words: str):
    problem = problem_with(text)
    assert problem is not None
    assert words in problem
    assert "ada" not in problem


@pytest.mark.parametrize("text", ["", "  ", "a" * (MAX_TYPED + 1), "ada\ud800@acme.se"])
def test_what_is_too_far_from_an_address_is_not_taken(text: str):
    with pytest.raises(InvalidAddress):
        check_typed(text)


@pytest.mark.parametrize("text", ["ada", "a" * MAX_TYPED, "not an address at all"])
def test_what_was_typed_is_taken_as_typed(text: str):
    assert check_typed(text) == text


# --- digests ----------------------------------------------------------------------------------------

DIGESTS = Digests({1: b"s" * 32})


def test_is_a_truncated_hmac_that_names_its_secret():
    expected = hmac.new(b"s" * 32, b"address\x00ada@gmail.com", hashlib.sha256).hexdigest()[:32]
    assert DIGESTS.address_key("<Ada@GMAIL.com>") == f"1.{expected}"
    assert Digests({2: b"s" * 32}).address_key("ada@gmail.com") == f"2.{expected}"
    assert Digests({1: b"t" * 32}).address_key("ada@gmail.com") != f"1.{expected}"


def test_a_newer_secret_changes_address_keys_and_nothing_else():
    both = Digests({1: b"s" * 32, 2: b"t" * 32})
    newest, first = both.address_keys("<Ada@GMAIL.com>")
    assert first == DIGESTS.address_key("ada@gmail.com")
    assert newest == both.address_key("ada@gmail.com")
    assert newest.startswith("2.")
    assert both.versions == (2, 1)
    assert both.reference("x") == DIGESTS.reference("x")
    assert both.correlation("x", first) == DIGESTS.correlation("x", first)
    assert both.own_reference("t", "x") == DIGESTS.own_reference("t", "x")
    assert both.report_id("x") == DIGESTS.report_id("x")
    assert both.incident_id("a", "b", first) == DIGESTS.incident_id("a", "b", first)


def test_the_same_text_for_another_purpose_is_another_digest():
    digests = {
        DIGESTS.address_key("x")[2:],
        DIGESTS.reference("x"),
        DIGESTS.report_id("x"),
        DIGESTS.own_reference("", "x"),
        DIGESTS.incident_id("", "", "x"),
    }
    assert len(digests) == 5


def test_a_message_id_with_and_without_brackets_is_one():
    assert DIGESTS.reference(" <b7bc@mta.example> ") == DIGESTS.reference("b7bc@mta.example")


def test_the_parts_of_a_digest_do_not_run_together():
    assert DIGESTS.own_reference("a", "bc") != DIGESTS.own_reference("ab", "c")
    assert DIGESTS.incident_id("a", "b", "c") != DIGESTS.incident_id("a", "bc", "")
