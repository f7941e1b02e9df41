"""An ATS puts its own words in the place of ours, and adds languages."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.advice.catalogue import make_catalogue, our_texts
from deliveryledger.advice.next_steps import Situation, explain_refusal, next_step
from deliveryledger.advice.wording import (
    date,
    full_datetime,
    language,
    languages,
    relative_time,
    short_datetime,
    text,
    use,
)
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.status import MessageStatus
from deliveryledger.errors import InvalidTexts

MOMENT = datetime(2026, 11, 14, 8, 32, 7, tzinfo=UTC)
NORWEGIAN = {"action.resend": {"nb": "Send på nytt"}, "fix.suggestion": {"nb": "Mente du {address}?"}}


@pytest.fixture(autouse=True)
def ours_again() -> Iterator[None]:
    yield
    use({})


def test_a_text_takes_the_place_of_ours_in_one_language_alone():
    use({"action.resend": {"sv": "Försök på nytt"}})
    assert (text("action.resend", "sv-SE"), text("action.resend", "en")) == ("Försök på nytt", "Send again")


def test_other_texts_reach_the_next_step():
    use(
        {
            "advice.unknown": {"en": "Ring the candidate."},
            "reason.suppressed_other": {"en": "No, since {since}."},
        }
    )
    assert next_step(Situation(MessageStatus.SOFT_BOUNCED)).next_step == "Ring the candidate."
    assert explain_refusal("something_new", MOMENT) == "No, since 14 November 2026."


def test_giving_nothing_gives_ours_back():
    use({"action.resend": {"sv": "Försök på nytt"}})
    use({})
    assert text("action.resend", "sv") == "Skicka igen"


def test_a_further_language_falls_back_where_it_has_no_text():
    use(NORWEGIAN)
    assert languages() == ("sv", "en", "nb")
    assert text("action.resend", "nb-NO") == "Send på nytt"
    assert text("fix.suggestion", "nb", address="ada@gmail.com") == "Mente du ada@gmail.com?"
    assert text("action.keep", "nb") == "The address is right"


def test_the_fallback_is_the_ats_to_choose():
    use(NORWEGIAN, fallback="sv")
    assert (text("action.keep", "nb"), text("action.keep", "de")) == ("Adressen stämmer", "Adressen stämmer")
    use(NORWEGIAN, fallback="nb")
    assert (text("action.resend", "de"), text("action.keep", "de")) == (
        "Send på nytt",
        "The address is right",
    )


def test_a_tenant_may_speak_in_a_variant_of_a_language():
    use({"action.resend": {"sv-x-acme": "En gång till!"}})
    assert text("action.resend", "sv_x_ACME") == "En gång till!"
    assert text("action.keep", "sv-x-acme") == "Adressen stämmer"
    assert text("action.resend", "sv-x-other") == "Skicka igen"
    assert short_datetime(MOMENT, "sv-x-acme", "UTC") == "14 nov. 08:32"


def test_times_are_written_as_the_added_language_does():
    assert date(MOMENT, "nb", "UTC") == "14 November 2026"
    use({**NORWEGIAN, "action.keep": {"de": "Die Adresse stimmt"}})
    assert date(MOMENT, "nb", "UTC") == "14. november 2026"
    assert short_datetime(MOMENT, "nb", "UTC") == "14. nov. 08:32"
    assert full_datetime(MOMENT, "de", "UTC") == "Samstag, 14. November 2026 08:32:07 UTC"
    assert relative_time(MOMENT, MOMENT, "nb") == "for 1 sekund siden"
    assert language("de-AT") == "de"


def test_plural_forms_are_those_of_the_language_that_the_text_is_in():
    polish = {"": "Liczba: {count}", ".one": "{count} wiadomość", ".few": "{count} wiadomości"}
    use({f"bell.group{form}": {"pl": words} for form, words in polish.items()})
    shown = [text("bell.group", "pl", count=count) for count in (1, 3, 5, 22)]
    assert shown == ["1 wiadomość", "3 wiadomości", "Liczba: 5", "22 wiadomości"]
    # 21 is singular in Latvian; the text it falls back to is English.
    use({"action.keep": {"lv": "Adrese ir pareiza"}})
    assert text("bell.group", "lv", count=21) == "21 messages could not be delivered"


def test_a_text_never_keeps_the_plural_forms_of_the_one_it_replaced():
    use({"confirm.resend": {"en": "Once more ({count})?", "nb": "En gang til ({count})?"}})
    for count in (1, 2):
        assert text("confirm.resend", "en", count=count) == f"Once more ({count})?"
        assert text("confirm.resend", "nb", count=count) == f"En gang til ({count})?"
    assert text("confirm.resend", "sv", count=1, address="…") == "Skicka meddelandet igen till …?"


REFUSED = {
    "a key that does not exist": ({"advice.unknwon": {"sv": "Hej"}}, r"'advice\.unknwon'.*'advice\.unknown'"),
    "a form of what is not counted": ({"action.resend.one": {"sv": "Hej"}}, "action.resend.one"),
    "a placeholder that it does not have": (
        {"fix.suggestion": {"sv": "{adress}?"}}, r"'fix.suggestion' in 'sv'.*\{adress\}.*\{address\}",
    ),
    "a placeholder where there is none": ({"action.resend": {"sv": "{address}"}}, "it has none"),
    "an attribute": ({"fix.suggestion": {"sv": "{address.__class__}"}}, "brace"),
    "an index": ({"fix.suggestion": {"sv": "{address[0]}"}}, "brace"),
    "a width": ({"fix.suggestion": {"sv": "{address:>999999999}"}}, "brace"),
    "a conversion": ({"fix.suggestion": {"sv": "{address!r}"}}, "brace"),
    "no name": ({"fix.suggestion": {"sv": "{}"}}, "brace"),
    "an open brace": ({"fix.suggestion": {"sv": "{address"}}, "brace"),
    "a closed brace": ({"fix.suggestion": {"sv": "address}"}}, "brace"),
    "no text": ({"fix.suggestion": {"sv": " "}}, "empty"),
    "a number": ({"fix.suggestion": {"sv": 7}}, "no text"),
    "no languages": ({"fix.suggestion": "Menade du?"}, "no languages"),
    "no language": ({"fix.suggestion": {"": "Menade du?"}}, "no language tag"),
    "a language nobody knows": ({"fix.suggestion": {"xx-yy": "Menade du?"}}, "nothing is known"),
    "a list": ([], "no mapping"),
    "a key that is no text": ({7: {"sv": "Hej"}}, "there is no text 7"),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_texts_that_cannot_be_used_are_refused_and_change_nothing(texts: object, why: str):
    use({"action.resend": {"sv": "Försök på nytt"}})
    with pytest.raises(InvalidTexts, match=why):
        use(texts)
    assert text("action.resend", "sv") == "Försök på nytt"


def test_a_fallback_without_texts_is_refused():
    with pytest.raises(InvalidTexts, match="fallback"):
        use(NORWEGIAN, fallback="da")


def test_braces_may_be_written_doubled():
    use({"action.resend": {"sv": "{{igen}}"}})
    assert text("action.resend", "sv") == "{igen}"


@given(
    st.dictionaries(
        st.sampled_from([*our_texts(), "bell.group.few", "x"]),
        st.dictionaries(st.sampled_from(["sv", "en", "nb", "sv-x-a", "zz", ""]), st.text(max_size=12)),
        max_size=3,
    )
)
def test_any_texts_are_used_or_refused(texts: dict[str, dict[str, str]]):
    try:
        catalogue = make_catalogue(texts)
    except InvalidTexts:
        return
    for tag in catalogue.templates:
        assert catalogue.templates[tag].keys() >= our_texts().keys()
        # A plural form of a further language is asked for by the key that it is a form of.
        for key in texts.keys() & our_texts().keys():
            assert catalogue.find(key, tag, {"count": 1})


def test_threads_read_while_texts_are_replaced():
    def read(_: int) -> set[str]:
        return {text("action.resend", "en") for _ in range(200)}

    with ThreadPoolExecutor(4) as threads:
        reading = threads.map(read, range(8))
        for number in range(20):
            use({"action.resend": {"en": "Once more"}} if number % 2 else {})
        assert set().union(*reading) <= {"Once more", "Send again"}


def test_every_reason_can_be_said_in_a_language_that_has_one_text():
    use(NORWEGIAN)
    for reason in FailureReason:
        step = next_step(Situation(MessageStatus.SOFT_BOUNCED, reason=reason), lang="nb")
        assert step.explanation
        assert step.next_step
