"""Texts and times as a person reads them."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.advice.wording import (
    LANGUAGES,
    UnknownText,
    date,
    full_datetime,
    relative_time,
    short_datetime,
    text,
)
from deliveryledger.errors import InvalidInput

MOMENT = datetime(2026, 11, 14, 8, 32, 7, tzinfo=UTC)
STOCKHOLM = "Europe/Stockholm"


def test_fills_in_values():
    assert text("fix.suggestion", "sv", address="ada@gmail.com") == "Menade du ada@gmail.com?"


def test_a_key_that_does_not_exist_is_a_mistake_of_the_program():
    with pytest.raises(UnknownText, match=r"nowhere\.to\.be\.found"):
        text("nowhere.to.be.found", "sv")


@pytest.mark.parametrize(
    ("tag", "wanted"), [("sv-FI", "Skicka igen"), ("SV_se", "Skicka igen"), ("de", "Send again")]
)
def test_knows_swedish_by_any_tag_and_answers_in_english_otherwise(tag: str, wanted: str):
    assert text("action.resend", tag) == wanted


def test_a_value_that_is_missing_shows_as_an_ellipsis():
    assert text("fix.suggestion", "en") == "Did you mean …?"


@given(value=st.text(), lang=st.sampled_from(LANGUAGES))
def test_values_are_never_read_as_templates(value: str, lang: str):
    assert value in text("fix.suggestion", lang, address=value)


def test_shows_the_exact_time_with_its_zone():
    assert full_datetime(MOMENT, "sv", STOCKHOLM) == "lördag 14 november 2026 kl. 09:32:07 CET"
    assert full_datetime(MOMENT, "en", STOCKHOLM) == "Saturday 14 November 2026, 09:32:07 CET"
    assert full_datetime(MOMENT, "en", "UTC") == "Saturday 14 November 2026, 08:32:07 UTC"


def test_shows_summer_time_and_zones_without_a_name():
    summer = datetime(2026, 7, 4, 8, 0, tzinfo=UTC)
    assert full_datetime(summer, "sv", STOCKHOLM).endswith("10:00:00 CEST")
    assert full_datetime(summer, "en", "America/Sao_Paulo").endswith("05:00:00 UTC-03:00")
    assert full_datetime(summer, "en", "Asia/Kathmandu").endswith("13:45:00 UTC+05:45")


def test_shows_short_times_and_days_in_the_readers_zone():
    late = datetime(2026, 11, 14, 23, 30, tzinfo=UTC)
    assert short_datetime(MOMENT, "sv", STOCKHOLM) == "14 nov. 09:32"
    assert short_datetime(MOMENT, "en", STOCKHOLM) == "14 Nov 09:32"
    assert date(late, "sv", STOCKHOLM) == "15 november 2026"
    assert date(late, "en", "UTC") == "14 November 2026"


def test_a_moment_without_a_zone_is_utc():
    assert short_datetime(MOMENT.replace(tzinfo=None), "sv", STOCKHOLM) == "14 nov. 09:32"


@pytest.mark.parametrize(
    ("ago", "swedish", "english"),
    [
        (timedelta(hours=3), "för 3 timmar sedan", "3 hours ago"),
        (timedelta(0), "för 1 sekund sedan", "1 second ago"),
        (timedelta(days=-2), "om 2 dagar", "in 2 days"),
    ],
)
def test_shows_how_long_ago_it_was(ago: timedelta, swedish: str, english: str):
    assert relative_time(MOMENT - ago, MOMENT, "sv") == swedish
    assert relative_time(MOMENT - ago, MOMENT, "en") == english


NO_ZONES = {
    "empty": "",
    "not one": "Mars/Olympus",
    "a folder": "Europe",
    "an absolute path": "/etc/passwd",
    "a path": "../x",
    "a file that is no zone": "zone.tab",
    "longer than a file name": "a" * 5000,
    "whatever this machine is set to": "localtime",
}


@pytest.mark.parametrize("tz", NO_ZONES.values(), ids=NO_ZONES.keys())
def test_refuses_a_zone_that_does_not_exist(tz: str):
    with pytest.raises(InvalidInput):
        full_datetime(MOMENT, "sv", tz)


@given(tz=st.text(max_size=40))
def test_any_zone_is_shown_or_refused(tz: str):
    with contextlib.suppress(InvalidInput):
        assert short_datetime(MOMENT, "en", tz)
