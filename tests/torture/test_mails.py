"""The short form of ``python -m tests.torture.mails``, and that it would notice."""

from typing import Any

import pytest

from deliveryledger.domain.reports import DeliveryReport, Outcome, Quarantined, Reading, Source
from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, FAILED, dsn
from tests.torture import mails
from tests.torture.mails import NOW, check, mail_of, torture

MESSAGE = DeliveryReport(outcome=Outcome.OTHER, provider="mail", occurred_at=NOW)


def reading(**parts: Any) -> Reading:
    return Reading(
        **{
            "provider": "mail",
            "account": "main",
            "source": Source.DSN,
            "received_at": NOW,
            "reports": (),
            "ignored": (),
            "quarantined": (),
            "content": "",
            **parts,
        }
    )


def test_mutated_mails_have_an_outcome():
    tally = torture(range(3_000), seed=7)
    assert tally.failures == []
    assert {"bounced", "ignored", "quarantined"} <= set(tally.outcomes)
    assert tally.slowest[0] < 4 * mails.BAR  # of a machine that is busy with other tests


def test_a_mail_is_known_by_its_number():
    assert mail_of(7, 5) == mail_of(7, 5) != mail_of(8, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        reading(),
        reading(ignored=(f"a mail of {ADA}",)),
        reading(quarantined=(Quarantined(why="it has\x1b no sense", raw=b"x"),)),
        reading(quarantined=(Quarantined(why="long " * 50, raw=b"x"),)),
        reading(reports=(MESSAGE._replace(recipient="\ud800"),)),
        reading(reports=(MESSAGE._replace(raw=b"nothing"), MESSAGE)),
    ],
)
def test_what_goes_wrong_would_be_noticed(wrong: Reading):
    with pytest.raises((AssertionError, ValueError)):
        check(wrong)


def test_exceptions_and_hangs_are_counted():
    def hanging(*_: object, **__: object) -> Reading:
        while True:
            pass

    def raising(*_: object, **__: object) -> Reading:
        raise KeyError("subject")

    assert "TimeoutError" in torture(range(1), 7, hanging, hangs=0.05).failures[0].why
    assert "KeyError" in torture(range(2), 7, raising).failures[1].why


def test_the_samples_themselves_pass():
    assert check(read_mail(dsn(FAILED), received_at=NOW)) == "bounced"
