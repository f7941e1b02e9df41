"""What the CV, earlier deliveries, the ledger, the name and a resolver add to the address itself."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.advice.evidence import Found
from deliveryledger.advice.suggestions import MOST, Known, suggest
from deliveryledger.advice.typo_domains import TYPO_DOMAINS

ADA = "ada.lovelace@gmail.com"
NAME = "Ada Lovelace"


def said(address: str, **known: object) -> list[tuple[str, str]]:
    """Addresses and grounds, best first."""
    return [(one.address, one.grounds) for one in suggest(address, **known)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [
        "ada.lovelase@gmail.com",
        "adalovelaec@gmail.com",
        "ada.lovelace@gamil.com",
        "ada.lovelace@gmail,com",
        "ada lovelace@gmail.com",
        "ada.lovelace2gmail.com",
        "ada.lovelace@gmail.com.",
        "ad.lovelace@gmal.com",
    ],
)
def test_a_near_miss_of_the_cv_is_the_cv(typed: str):
    assert said(typed, cv=[ADA])[0] == (ADA, "cv")
    assert said(typed, cv=[ADA], after_bounce=True)[0] == (ADA, "cv")


def test_another_address_in_the_cv_is_suggested_only_after_a_bounce():
    assert said("ada@acme.se", cv=[ADA], name=NAME) == []
    assert said("ada@acme.se", cv=[ADA], name=NAME, after_bounce=True) == [(ADA, "cv")]
    # Two providers that are one letter apart are two providers; two endings of one are not.
    assert said("ada.lovelace@ymail.com", cv=[ADA]) == []
    assert said("ada@hotmail.com", cv=["ada@hotmail.se"]) == [("ada@hotmail.se", "cv")]


def test_what_the_cv_says_too_is_right_as_typed():
    assert said(ADA, cv=[ADA], after_bounce=True) == []
    assert said("Ada.Lovelace+job@gmail.com", cv=["adalovelace@googlemail.com"]) == []
    assert said("ada@hotnail.se", cv=["ada@hotnail.se"], after_bounce=True) == []
    assert said("ada@hotnail.se", cv=["someone@hotnail.se"]) == []
    assert said("ada.lovelase@gmail.com", cv=["ada.lovelase@gmail.com"], name=NAME, after_bounce=True) == []


def test_the_same_slip_in_the_cv_is_still_a_slip():
    for typed in ("ada@gmai.com", "ada@gmail.con"):
        assert said(typed, cv=[typed]) == [("ada@gmail.com", "typo")]
    assert said("adda@acme.se", cv=["ada@gmai.com"], after_bounce=True) == []


def test_a_cv_that_names_somebody_else_stands_behind_the_address_itself():
    found = said("ada@gmial.com", cv=["grace@navy.example"], name=NAME, after_bounce=True)
    assert found == [("ada@gmail.com", "typo"), ("grace@navy.example", "cv")]
    assert said("ada@gmial.com", cv=[ADA], name=NAME, after_bounce=True)[0] == (ADA, "cv")


def test_the_cv_stands_before_earlier_deliveries_and_both_before_the_rest():
    found = said("ada@gmial.com", cv=["ada@gmail.com"], delivered=["ada@gamil.com", ADA], name=NAME,
                 after_bounce=True)  # fmt: skip
    assert found == [("ada@gmail.com", "cv"), (ADA, "earlier_delivery")]
    assert said("ada.lovelase@gmail.com", delivered=[ADA]) == [(ADA, "earlier_delivery")]


def test_an_address_comes_with_its_place_and_its_sentence():
    (one,) = suggest("ada.lovelase@gmail.com", cv=[Found(ADA, document="cv.pdf", page=2)])
    assert (one.document, one.page) == ("cv.pdf", 2)
    assert one.sentence("sv") == f"I CV:t står {ADA}."
    at = datetime(2026, 11, 14, 9, 32, tzinfo=UTC)
    (other,) = suggest("ada.lovelase@gmail.com", delivered=[Found(ADA, at=at)])
    assert (
        other.sentence("en") == f"Messages to {ADA} have arrived before, most recently on 14 November 2026."
    )
    (bare,) = suggest("ada.lovelase@gmail.com", delivered=[ADA])
    assert bare.sentence("en") == f"Messages to {ADA} have arrived before."


@pytest.mark.parametrize("known", [{"hotnail.se"}, lambda domain: domain == "hotnail.se"])
def test_a_domain_that_received_mail_is_not_doubted(known: Known):
    assert said("ada@hotnail.se") == [("ada@hotmail.se", "typo")]
    assert said("ada@hotnail.se", known_domains=known) == []
    assert said("ada@hotnail.se", known_domains=known, after_bounce=True) == []


@pytest.mark.parametrize("typo", sorted(TYPO_DOMAINS))
def test_a_domain_that_lives_on_typos_is_doubted_whatever_it_received(typo: str):
    known = {typo}
    found = said(f"ada@{typo}", known_domains=known, delivered=[f"ada@{typo}"], cv=[f"ada@{typo}"])
    assert found == [(f"ada@{TYPO_DOMAINS[typo]}", "typo")]


def test_a_domain_without_mail_is_doubted_more_and_one_with_mail_not_less():
    assert said("ada@gmeil.com", resolver=lambda _: False) == [("ada@gmail.com", "typo")]
    assert said("ada@gmeil.com", resolver=lambda _: True) == []
    assert said("ada@gmeil.com", resolver=lambda _: None) == []
    assert said("ada@conhem.se", resolver=lambda _: True) == [("ada@comhem.se", "typo")]
    (sure,) = suggest("ada@conhem.se", resolver=lambda _: False)
    (less,) = suggest("ada@conhem.se")
    assert sure.confidence > less.confidence


def test_a_resolver_is_asked_only_about_what_looks_mistyped():
    asked: list[str] = []
    for domain in ("gmail.com", "acme.se", "conhem.se"):
        suggest(f"ada@{domain}", resolver=lambda name: asked.append(name) is None)
    assert asked == ["conhem.se"]


def broken(_: str) -> bool:
    raise OSError


def test_what_fails_to_answer_is_not_known():
    assert said("ada@conhem.se", resolver=broken, known_domains=broken) == [("ada@comhem.se", "typo")]


def test_a_country_decides_between_equals():
    assert said("ada@hotmail.d") == []
    assert said("ada@hotmail.d", country="dk") == [("ada@hotmail.dk", "typo")]
    assert said("ada@hotmail.d", country="de") == [("ada@hotmail.de", "typo")]


ANY = st.one_of(st.text(max_size=30), st.sampled_from([ADA, "a@gmial.com", "x@y", "@", "ada@gmail,com"]))


@given(typed=ANY, name=st.none() | st.text(max_size=30), cv=st.lists(ANY, max_size=3), bounced=st.booleans())
def test_any_evidence_is_answered(typed: str, name: str | None, cv: list[str], bounced: bool):
    found = suggest(typed, name=name, cv=cv, delivered=cv, after_bounce=bounced)
    assert len(found) <= (MOST if bounced else 1)
    assert len({one.address for one in found}) == len(found)
    assert all(one.sentence("sv") and 0 < one.confidence <= 1 for one in found)
    assert typed.strip() not in {one.address for one in found}


def test_a_thousand_addresses_are_answered_at_once():
    crowd = [f"person{number}@example.org" for number in range(100_000)]
    assert (
        len(suggest("ada@gmial.com", cv=crowd, delivered=crowd, name=NAME * 100, after_bounce=True)) == MOST
    )


@pytest.mark.parametrize("other", ["sven.svensson@acme.se", "ref.person@volvo.com", "info@acme.se"])
def test_another_persons_address_or_a_role_account_in_the_cv_is_never_suggested(other: str):
    asked = {"name": "Anna Svensson", "after_bounce": True}
    assert said("anna.svensson@acme.se", cv=[other], **asked) == []


@pytest.mark.parametrize(
    "own", ["coolcat99@gmail.com", "anna.karlsson@gmail.com", "annis.svensson@gmail.com"]
)
def test_an_own_address_under_another_name_or_short_form_is(own: str):
    asked = {"name": "Anna Svensson", "after_bounce": True}
    assert said("anna.svensson@acme.se", cv=[own], **asked) == [(own, "cv")]


def test_an_address_that_was_read_to_the_end_of_a_line_says_nothing():
    assert said("ada@student.lu.se", cv=["ada@student.lu"]) == []
