"""The page of an export: whole, readable, and nothing in it can do anything."""

from html.parser import HTMLParser

import pytest

from deliveryledger import Ledger
from deliveryledger.advice.wording import LANGUAGES, texts
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput
from deliveryledger.read_models import activity_sentences
from deliveryledger.read_models.candidate_export import CandidateExport
from deliveryledger.read_models.export_rows import _OF_INCIDENTS, SHOWN
from deliveryledger.read_models.markup import tag
from deliveryledger.storage.event_types import AGGREGATES, EVENT_TYPES
from deliveryledger.testing import ADDRESS, claim
from tests.application.world import send, tell
from tests.storage.story import POLICIES, Story, Ticking

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<!--",
    "]]><a href='https://evil.example'>x</a>",
    "&lt;b&gt;",
    "{candidate}",
]
VOID = {"meta", "br"}
MAY_HAVE = {
    "html": {"lang"},
    "meta": {"charset", "name", "content", "http-equiv"},
    "p": {"class", "role"},
    "section": {"id"},
    "bdi": {"translate"},
    "time": {"datetime"},
    "span": {"class"},
    "pre": {"dir", "translate"},
}
PLAIN = ("head", "title", "style", "body", "main", "article", "h1", "h2", "h3")
MAY_STAND = {*MAY_HAVE, *PLAIN, "dl", "div", "dt", "dd", "ol", "li", "code"}


class Page(HTMLParser):
    """Parses strictly: every element is closed in its turn, and is one that may be there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.headings: list[str] = []
        self.lang: str | None = None
        self.times: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in MAY_STAND
        assert {name for name, _ in attrs} <= MAY_HAVE.get(tag, set())
        if tag not in VOID:
            self.open.append(tag)
        self.lang = dict(attrs).get("lang", self.lang)
        if tag == "time":
            self.times.append(dict(attrs)["datetime"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)
        if "style" not in self.open:
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("there are no comments")


@pytest.fixture(scope="module", params=LANGUAGES)
def export(request: pytest.FixtureRequest) -> CandidateExport:
    clock = Ticking()
    with Ledger.open(":memory:", clock=clock, policies=POLICIES) as ledger:
        Story(ledger, clock).tell()
        return ledger.export("cand-8", lang=request.param, tz="Europe/Stockholm")


def test_it_is_one_file_that_needs_nothing_and_runs_nothing(export: CandidateExport):
    html = export.html()
    assert html.startswith("<!DOCTYPE html>\n<html lang=")
    assert Page(html).lang == export.lang
    assert "default-src 'none'" in html.replace("&#x27;", "'")
    assert not [word for word in ("<script", "src=", "href=", "url(", "@import", "<link") if word in html]


def test_every_section_is_there_in_both_languages(export: CandidateExport):
    names = ("registration", "addresses", "cv", "messages", "filter", "incidents", "reports", "raw", "events")
    page, own = Page(export.html()), export.lang
    assert page.headings == [texts()[f"export.{name}"][own] for name in names]
    other = next(lang for lang in LANGUAGES if lang != own)
    foreign = {entry[other] for key, entry in texts().items() if key.startswith("export.")}
    foreign -= {entry[own] for entry in texts().values()}
    assert [phrase for phrase in foreign if len(phrase) > 9 and phrase in page.text] == []


def test_every_recorded_field_can_be_read(export: CandidateExport):
    text = Page(export.html()).text
    for event in export.events:
        assert event.event_id in text
        for name, value in event.details.items():
            assert name in text
            assert not isinstance(value, str) or value in text, name


def test_times_are_full_local_and_name_their_zone(export: CandidateExport):
    page = Page(export.html())
    sent = {"sv": "måndag 16 november 2026 kl. 10:24:00 CET", "en": "Monday 16 November 2026, 10:24:00 CET"}
    assert sent[export.lang] in page.text
    assert "2026-11-16T09:24:00+00:00" in page.times


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_and_do_nothing(ledger: Ledger, words: str):
    ledger.candidate_emails.register("cand-8", "grace@navy.example", name=words, by=words)
    ledger.candidate_emails.record_cv_address("cand-8", words, document=words, page=1)
    ledger.messages.register("cand-8", sender=words, subject=words, message_id="m", profile_url=words)
    ledger.messages.mark_submitted("m", provider="postmark", provider_message_id="p-m")
    failed = {"reason": FailureReason.MAILBOX_UNKNOWN, "diagnostic": words, "raw": words.encode()}
    about = {"recipient": "grace@navy.example", "provider_message_id": "p-m"}
    tell(ledger, claim(Outcome.BOUNCED, **about, **failed))
    ledger.suppression_filters.request_removal("grace@navy.example", by="sup-1", evidence=words)
    assert Page(ledger.export("cand-8").html()).text.count(words) >= 15


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\u202egnp.exe", "U+202Egnp.exe"),
        ("a\u2066b\u2069", "aU+2066bU+2069"),
        ("a\u200bb\ufeff", "aU+200BbU+FEFF"),
        ("\x00\x1b[2J\x9b\r\x7f", "U+0000U+001B[2JU+009BU+000DU+007F"),
        ("\ufffe\ufdd0\U0001ffff", "U+FFFEU+FDD0U+1FFFF"),
        ("två\nrader\t👩‍💻", "två\nrader\t👩‍💻"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(hidden: str, shown: str):
    assert Page(tag("p", hidden)).text == shown


def test_hidden_signs_of_a_subject_are_made_visible(ledger: Ledger):
    ledger.messages.register("cand-7", sender="rec-3", subject="\u202egnp.exe", message_id="m")
    page = ledger.export("cand-7").html()
    assert "\u202e" not in page
    assert "U+202Egnp.exe" in Page(page).text


def test_attributes_are_escaped_too():
    assert tag("p", title='"><script>\u202e') == '<p title="&quot;&gt;&lt;script&gt;U+202E"></p>'


def test_after_an_erasure_there_is_one_sentence(ledger: Ledger):
    send(ledger, "cand-7", "msg-1")
    ledger.erase("cand-7", by="dpo")
    page = Page(ledger.export("cand-7", lang="sv").html())
    assert page.headings == []
    assert "raderades lördag 14 november 2026 kl. 08:30:00 UTC efter beslut av dpo" in page.text
    assert ADDRESS not in page.text


def test_a_zone_that_does_not_exist_is_refused(ledger: Ledger):
    with pytest.raises(InvalidInput):
        ledger.export("cand-7", tz="Mars/Olympus")


def test_every_personal_field_has_a_label_in_a_section():
    with_labels = {*SHOWN, "name", "recipient", "from_address"}
    in_headings = {"subject"}
    whole = {"report", "raw"}  # of a waiting report every field is shown under its own name
    personal = {field for event in EVENT_TYPES.values() for field in event.personal}
    assert personal - with_labels - in_headings - whole == set()
    assert {f"export.field.{name}" for name in with_labels} <= texts().keys()


def test_every_event_of_a_history_has_a_sentence():
    told = {event.__name__ for name in ("message", "suppression_filter") for event in AGGREGATES[name]}
    assert told - activity_sentences._KEYS.keys() == set()
    assert {event.__name__ for event in AGGREGATES["incident"]} == set(_OF_INCIDENTS)
