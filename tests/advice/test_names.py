"""The candidate's name against the part before the @: slips are named, people's own spellings are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.advice.names import meant_local
from deliveryledger.advice.suggestions import suggest


@pytest.mark.parametrize(
    ("local", "name", "meant"),
    [
        ("ada.lovelase", "Ada Lovelace", "ada.lovelace"),
        ("ada.lovealce", "Ada Lovelace", "ada.lovelace"),
        ("adalovelac", "Ada Lovelace", "adalovelace"),
        ("a.lovelacce", "Ada Lovelace", "a.lovelace"),
        ("lovelcae_ada1815", "Ada Lovelace", "lovelace_ada1815"),
        ("Garce.Hopper", "Grace Hopper", "Grace.Hopper"),
        ("grace.hoper", "Hopper, Grace", "grace.hopper"),
        ("bjrn.lindstrom", "Björn Lindström", "bjorn.lindstrom"),
        ("bjoern.lindstroen", "Björn Lindström", "bjoern.lindstroem"),
        ("asa.ahkansson", "Åsa Håkansson", "asa.hakansson"),
        ("soren.kirkegard+job", "Søren Kirkegaard", "soren.kirkegaard+job"),
    ],
)
def test_one_slip_in_a_name_is_mended(local: str, name: str, meant: str):
    found = meant_local(local, name)
    assert found is not None
    assert found.local == meant


@pytest.mark.parametrize(
    ("local", "name"),
    [
        ("ada.lovelace", "Ada Lovelace"),
        ("alovelace", "Ada Lovelace"),
        ("lovelacea", "Ada Lovelace"),
        ("al1815", "Ada Lovelace"),
        ("countess", "Ada Lovelace"),
        ("info", "Ada Lovelace"),
        ("tomas.lindh", "Thomas Lind"),
        ("erick.lindkvist", "Erik Lindqvist"),
        ("viktor.karlsson", "Victor Carlsson"),
        ("filip.berg", "Philip Bergh"),
        ("marie.curie", "Maria Curie"),
        ("ahmed.khan", "Ahmad Khan"),
        ("sara.ek", "Sarah Ek"),
        ("kristin.ek", "Kristina Ek"),
        ("yousuf.ali", "Yusuf Ali"),
        ("kalle.berg", "Karl Berg"),
        ("annakarin", "Anna-Karin Svensson"),
        ("li.wei", "Wei Li"),
        ("ada.jones", "Ada Lovelace"),
        ("adda.lovelase", "Ada Lovelace"),  # two slips are a guess
        ("linne.awallin", "Linnea Wallin"),  # the dot is what was swapped
        ("petern_owak", "Peter Nowak"),
        ("soern.nowak", "Søren Nowak"),  # soren or soeren
        ("анна", "Anna Svensson"),
        ("", "Ada Lovelace"),
        ("ada", ""),
        ("ada.lovelase", "李伟"),
    ],
)
def test_what_may_be_their_own_spelling_is_left_alone(local: str, name: str):
    assert meant_local(local, name) is None


def test_the_name_speaks_only_after_a_bounce_and_when_nothing_else_does():
    typed = "ada.lovelase@gmail.com"
    assert suggest(typed, name="Ada Lovelace") == ()
    (one,) = suggest(typed, name="Ada Lovelace", after_bounce=True)
    assert (one.address, one.grounds) == ("ada.lovelace@gmail.com", "name")
    assert one.sentence("en") == (
        "The name in the address (lovelase) is not spelled like the candidate’s name (lovelace)."
    )
    found = suggest("ada.lovelase@gmial.com", name="Ada Lovelace", after_bounce=True)
    assert [each.grounds for each in found] == ["typo"]


@given(local=st.text(max_size=40), name=st.text(max_size=40))
def test_any_name_is_answered(local: str, name: str):
    meant_local(local, name)


@pytest.mark.parametrize("name", ["Ada " * 10_000, "-" * 10_000, "å" * 10_000])
def test_a_hostile_name_is_answered_at_once(name: str):
    meant_local("ada.lovelase" * 5, name)
