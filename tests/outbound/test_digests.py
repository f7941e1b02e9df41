"""What a digest says of complaints: those messages were delivered, and nothing else may be said of them."""

from dataclasses import replace

import pytest

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import ROSA, Office, OfficeWithAdministrators, come_back, fails
from tests.outbound.smtp_server import Mailbox, text_of, to

FAILED = {
    "sv": ("De här meddelandena kunde inte levereras:", "kunde inte levereras"),
    "en": ("These messages could not be delivered:", "could not be delivered"),
}
COMPLAINED = {
    "sv": ("De här meddelandena markerades som skräppost:", "markerades som skräppost"),
    "en": ("These messages were marked as spam:", "were marked as spam"),
}
MIXED = {
    "sv": ("Det har hänt något med de här meddelandena:", "behöver din uppmärksamhet"),
    "en": ("Something happened with these messages:", "need your attention"),
}
MESSAGES = {"sv": "meddelanden", "en": "messages"}


@pytest.fixture(params=["sv", "en"])
def lang(request: pytest.FixtureRequest, office: Office) -> str:
    office.senders["rec-3"] = replace(ROSA, lang=request.param)
    return str(request.param)


def complain(ledger: Ledger, clock: Clock, *numbers: int) -> None:
    fails(ledger, clock, *numbers, outcome=Outcome.COMPLAINED, reason=None)


def html_of(mailbox: Mailbox) -> str:
    part = mailbox.mails[-1].get_body(("html",))
    assert part is not None
    return str(part.get_content())


def says(mailbox: Mailbox, count: int, words: dict[str, tuple[str, str]], lang: str) -> bool:
    """Whether subject, text and HTML say these words, and none of the others."""
    intro, verb = words[lang]
    assert mailbox.mails[-1]["Subject"] == f"{count} {MESSAGES[lang]} {verb}"
    text, html = text_of(mailbox), html_of(mailbox)
    others = [each[lang][0] for each in (FAILED, COMPLAINED, MIXED) if each is not words]
    assert not any(other in text or other in html for other in others)
    return text.splitlines()[2] == intro and f"<p>{intro}</p><ul>" in html


def test_several_complaints_are_called_complaints(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, lang: str
):
    complain(ledger, clock, 1, 2)
    ledger.outbox.deliver(smtp)
    assert says(mailbox, 2, COMPLAINED, lang)
    assert FAILED[lang][1] not in text_of(mailbox)
    assert FAILED[lang][1] not in html_of(mailbox)


def test_complaints_beside_failures_are_neither(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, lang: str
):
    complain(ledger, clock, 1)
    fails(ledger, clock, 2, 3)
    ledger.outbox.deliver(smtp)
    assert says(mailbox, 3, MIXED, lang)
    assert FAILED[lang][1] not in str(mailbox.mails[-1]["Subject"])


def test_failures_alone_are_called_failures(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, lang: str
):
    fails(ledger, clock, 1, 2)
    ledger.outbox.deliver(smtp)
    assert says(mailbox, 2, FAILED, lang)


def test_a_complaint_that_is_only_counted_is_not_called_a_failure(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, lang: str
):
    fails(ledger, clock, *range(10, 20))
    clock.move(seconds=1)
    complain(ledger, clock, 20)
    ledger.outbox.deliver(smtp)
    assert "Ada 20" not in text_of(mailbox)
    assert says(mailbox, 11, MIXED, lang)


def test_a_failure_that_is_only_counted_is_not_called_a_complaint(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, lang: str
):
    complain(ledger, clock, *range(10, 20))
    clock.move(seconds=1)
    fails(ledger, clock, 20)
    ledger.outbox.deliver(smtp)
    assert "Ada 20" not in text_of(mailbox)
    assert says(mailbox, 11, MIXED, lang)


def test_what_became_a_complaint_before_it_was_told_is_one(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, lang: str
):
    fails(ledger, clock, *range(10, 22), reason=FailureReason.MAILBOX_FULL)
    come_back(ledger, clock, *range(10, 22), outcome=Outcome.COMPLAINED, reason=None)
    ledger.outbox.deliver(smtp)
    assert says(mailbox, 12, COMPLAINED, lang)


def test_administrators_read_the_same(clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    with Ledger.open(":memory:", clock=clock, directory=OfficeWithAdministrators()) as ledger:
        complain(ledger, clock, *range(10, 21))
        fails(ledger, clock, 21, reason=FailureReason.SENDER_BLOCKED)
        ledger.outbox.deliver(smtp)
        assert sorted(to(mailbox)) == [["ingrid@ats.example"], ["rosa@ats.example"]]
        assert {mail["Subject"] for mail in mailbox.mails} == {"12 messages need your attention"}
        assert all(MIXED["en"][0] in text_of(mailbox, place) for place in (0, 1))
