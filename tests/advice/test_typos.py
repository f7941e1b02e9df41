"""Suggestions: clear slips are named, everything else is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from deliveryledger.advice.edit_distance import cost, single
from deliveryledger.advice.endings import COUNTRIES, WRONG_ENDINGS
from deliveryledger.advice.popular_domains import LOOKALIKES, POPULAR
from deliveryledger.advice.suggestion import Suggestion
from deliveryledger.advice.suggestions import MOST, suggest
from deliveryledger.advice.wording import LANGUAGES, text
from deliveryledger.domain.addresses import problem_with


def first(domain: str, *, after_bounce: bool = False) -> str | None:
    found = suggest(f"ada@{domain}", after_bounce=after_bounce)
    return found[0].address.removeprefix("ada@") if found else None


# The five of the help article, and their kin.
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("HotMial.Com", "hotmail.com"),
        ("conhem.se", "comhem.se"),
        ("gmail.se", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("hotmail.s", "hotmail.se"),
        ("hotmail.dee", "hotmail.de"),
        ("g.mail.com", "gmail.com"),
        ("gmailc.om", "gmail.com"),
        ("gmaiö.com", "gmail.com"),
        ("h0tmail.com", "hotmail.com"),
        ("omhem.se", "comhem.se"),
        ("student.uu.con", "student.uu.com"),
    ],
)
def test_names_the_domain_that_was_meant(typed: str, meant: str):
    assert first(typed) == meant


def test_says_why_and_keeps_the_name_as_it_was_typed():
    assert suggest("Ada.L@gnail.com") == (
        Suggestion("Ada.L@gmail.com", "typo", "fix.why.domain_typo", "gnail.com", "gmail.com", 0.95),
    )
    assert suggest("ada@acme.con") == (Suggestion("ada@acme.com", "typo", "fix.why.tld", "con", "com", 0.95),)
    assert suggest("ada@gmail.co")[0].text_key == "fix.why.tld_rare"


# Companies, smaller providers and other people's countries.
@pytest.mark.parametrize(
    "domain",
    [
        *("acme.co", "mail.co", "gail.com", "yahoo.tn", "lofe.com", "acme.cm", "liu.se", "student.liu.se"),
        *("ymail.com", "gmx.com", "email.com", "mail.com", "hotmail.co.uk", "web.dev", "hotmail.rs"),
        *("åäö.se", "müller.de", "xn--mller-kva.de", "пример.com", "yazılım.com"),
    ],
)
def test_leaves_alone_what_may_be_right(domain: str):
    assert first(domain) is None


@pytest.mark.parametrize("domain", sorted(POPULAR.keys() | LOOKALIKES))
def test_a_known_domain_is_never_questioned(domain: str):
    assert first(domain) is None
    assert first(domain, after_bounce=True) is None


def test_is_bolder_after_a_bounce():
    assert first("gmeil.com") is None
    assert first("gmeil.com", after_bounce=True) == "gmail.com"
    assert first("hotmail.uk") is None
    assert first("hotmail.uk", after_bounce=True) == "hotmail.co.uk"


def test_abstains_when_two_are_equally_likely():
    assert first("hotmail.ee", after_bounce=True) is None  # .se, .de and .es are one key away


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmail,com", "ada@gmail.com"),
        ("ada@gmailcom", "ada@gmail.com"),
        ("ada@gmail com", "ada@gmail.com"),
        ("ada@gmail..com", "ada@gmail.com"),
        ("ada@gmail.com.", "ada@gmail.com"),
        ("ada@@gmail.com", "ada@gmail.com"),
        ("ada @ gmail.com", "ada@gmail.com"),
        ("ada..l@acme.se", "ada.l@acme.se"),
        ("ada,l@acme.se", "ada.l@acme.se"),
        ("<ada@gmail.com>", "ada@gmail.com"),
        ("mailto:ada@gmail.com", "ada@gmail.com"),
        ("ada(at)gmail.com", "ada@gmail.com"),
        ("adahotmail.com", "ada@hotmail.com"),
        ("ada@www.gmail.com", "ada@gmail.com"),
        ("ada@gmail", "ada@gmail.com"),
        ("ada@gmail.com\u200b", "ada@gmail.com"),
        ("ada＠gmail.com", "ada@gmail.com"),
        ("Ada Lovelace <ada@gmail.com>", "ada@gmail.com"),
        ("ada@gmail@com", "ada@gmail.com"),
        ("ada@gmail.com/", "ada@gmail.com"),
        ("(ada@gmail.com", "ada@gmail.com"),
        ("ada@gmail.com>", "ada@gmail.com"),
        ("E-post: ada@gmail.com", "ada@gmail.com"),
        ("ada#gmail.com", "ada@gmail.com"),
        ("ada snabel-a gmail[dot]com", "ada@gmail.com"),
        ("ada@gmail-com", "ada@gmail.com"),
        ("ada@_gmail.com", "ada@gmail.com"),
        ("ada@ＧＭＡＩＬ．com", "ada@gmail.com"),
        ("ada@gm\u0430il.com", "ada@gmail.com"),  # a Cyrillic letter
        ("ada@xn--gmil-63d.com", "ada@gmail.com"),  # the same as IDNA writes it
        ("\u0430da@acme.se", "ada@acme.se"),
    ],
)
def test_mends_the_form_where_it_leaves_no_doubt(typed: str, meant: str):
    assert [(one.address, one.grounds) for one in suggest(typed)] == [(meant, "structure")]


def test_mends_the_form_and_the_domain_together():
    assert [one.address for one in suggest("ada@gmial,com")] == ["ada@gmail.com"]


# A blank may stand for a dot or nothing; 2 may be the @ key or part of the name; hotmail has many endings.
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "ada",
        "ada lovelace@gmail.com",
        "ada2gmail.com",
        "ada@hotmail",
        "a@b@gmail.com",
        '"a b"@acme.se',
    ],
)
def test_leaves_alone_what_could_be_mended_in_two_ways(typed: str):
    assert suggest(typed) == ()


def test_blanks_around_an_address_and_capitals_are_no_slip():
    assert suggest(" Ada@GMAIL.com ") == ()


NEAR = st.builds(
    lambda domain, at, letter, gone: f"ada@{domain[:at]}{letter}{domain[at + gone :]}",
    st.sampled_from(sorted(POPULAR)),
    st.integers(0, 12),
    st.sampled_from(["", *"abcdefghijklmnopqrstuvwxyz.,- @"]),
    st.integers(0, 2),
)


@given(typed=st.one_of(NEAR, st.text(), st.text(alphabet="ad@.,; gmailcon")), after_bounce=st.booleans())
def test_any_text_is_answered_and_a_suggestion_needs_no_suggestion(typed: str, after_bounce: bool):
    found = suggest(typed, after_bounce=after_bounce)
    assert len(found) <= (MOST if after_bounce else 1)
    for one in found:
        assert problem_with(one.address) is None
        assert one.address != typed.strip()
        assert suggest(one.address, after_bounce=after_bounce) == ()
        for lang in LANGUAGES:
            assert text(one.text_key, lang, wrong=one.wrong, right=one.right)


@pytest.mark.parametrize(
    "typed", ["@" * 1_000, "a." * 500, " " * 100_000, "a@" + "gmail" * 190, "\ud800@gmail.com"]
)
def test_hostile_text_is_answered_at_once(typed: str):
    assert len(suggest(typed, after_bounce=True)) <= MOST


WORDS = st.text(alphabet="abgmail", max_size=8)


@given(one=WORDS, other=WORDS)
def test_only_equal_words_cost_nothing(one: str, other: str):
    assert (cost(one, other) == 0) == (one == other)
    assert cost(one, other) <= 1.5 + max(len(one), len(other))


@given(word=st.text(alphabet="abgmail", min_size=1, max_size=7), at=st.integers(0, 6), letter=WORDS)
def test_a_single_slip_weighs_what_any_slips_weigh(word: str, at: int, letter: str):
    for typed in (word[:at] + word[at + 1 :], word[:at] + letter[:1] + word[at:]):
        if typed and OSA.distance(typed, word) == 1:
            assert cost(typed, word) <= single(typed, word) <= cost(typed, word) + 0.1 + 1e-9


def test_fingers_weigh_slips():
    swapped, neighbour, missing, wrong = (
        cost(typed, "gmail") for typed in ("gmial", "gnail", "gmai", "gmxil")
    )
    assert swapped < neighbour == missing < wrong
    assert cost("fmail", "gmail") > cost("gmaik", "gmail")


def test_endings_that_do_not_exist_are_never_real_ones():
    assert {"con", "cmo", "vom", "nett", "ogr"} <= WRONG_ENDINGS.keys()
    real = {"com", "net", "org", "cam", "mom", "bet", "pet", "new", "next", "ong"}
    assert not WRONG_ENDINGS.keys() & (COUNTRIES | real)
    assert {domain.rpartition(".")[2] for domain in POPULAR} & WRONG_ENDINGS.keys() == set()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada%40gmail.com", "ada@gmail.com"),
        ("mailto:ada@gmail.com?subject=hej", "ada@gmail.com"),
        ("ada@comhem.con", "ada@comhem.se"),
        ("ada@acme.con", "ada@acme.com"),
    ],
)
def test_links_and_endings_of_providers_that_have_no_com(typed: str, meant: str):
    assert [each.address for each in suggest(typed)] == [meant]


def test_a_name_that_other_companies_have_too_is_left_alone_until_it_bounces():
    assert suggest("ada@spray.con") == ()
    assert suggest("ada@spray.con", after_bounce=True)[0].address == "ada@spray.se"
