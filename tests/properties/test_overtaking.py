"""Webhooks and mails overtake commands: the commands apply them, and the card comes out the same."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.domain.reports import Attribution, DeliveryReport, Outcome, Source
from tests.properties.worlds import (
    MESSAGES,
    mark_submitted,
    open_ledger,
    picture,
    record,
    register_candidates,
    register_message,
    reports,
)

Step = Callable[[Ledger], None]
# One message an address: a failure that is known before the next message is registered withholds that one.
ALONE = {"msg-1": "p-1", "msg-3": "p-2"}
# That a provider took it is told by mark_submitted here, whose time is the one shown.
OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.SUBMITTED)


def about_one_of_them(report: DeliveryReport) -> bool:
    # A recipient that a provider only inferred is none: such a report waits for ``intake.retry``.
    if report.attribution is Attribution.INFERRED and report.source not in (Source.DSN, Source.ARF):
        return report.message_id == "msg-1"
    return (
        (report.recipient or "").lower() == MESSAGES["msg-3"][1]
        or report.message_id == "msg-1"
        or ((report.provider_message_id or "").startswith("p-1") and report.message_id is None)
    )


def after(steps: list[Step]) -> tuple[dict[str, Any], int]:
    with open_ledger() as ledger:
        register_candidates(ledger)
        for step in steps:
            step(ledger)
        return picture(ledger), len(ledger.intake.unmatched())


@settings(max_examples=100)
@given(st.data())
def test_reports_before_the_commands_give_the_same_cards(data: st.DataObject):
    known = data.draw(st.lists(reports(OUTCOMES).filter(about_one_of_them), max_size=6), label="reports")
    commands: list[Step] = []
    for message_id in ALONE:
        commands += [
            lambda led, m=message_id: register_message(led, m),
            lambda led, m=message_id: mark_submitted(led, m),
        ]
    told: list[Step] = [lambda led, r=report: record(led, [r]) for report in known]
    steps = commands.copy()
    for step in told:
        steps.insert(data.draw(st.integers(0, len(steps)), label="at"), step)
    assert after(steps) == after(commands + told)


MAIL = """\
From: MAILER-DAEMON@mx.example
To: bounces@acme.example
Date: Sat, 14 Nov 2026 11:00:00 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@gmial.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
{header}
--b--
"""


def signed_headers(ledger: Ledger) -> str:
    headers = ledger.bounce_addresses("bounces.acme.example").headers("msg-1")
    return "".join(f"{name}: {value}\n" for name, value in headers.items())


def signed_address(ledger: Ledger) -> str:
    return f"Return-Path: <{ledger.bounce_addresses('bounces.acme.example').sign('msg-1')}>\n"


@pytest.mark.parametrize(
    ("message_id", "header"),
    [
        ("p-1@mta.example", lambda _: ""),
        ("x@acme.example", lambda _: ""),
        ("unknown@mta.example", signed_headers),
        ("unknown@mta.example", signed_address),
    ],
    ids=["the provider's id", "our own Message-ID", "our signature", "our signed address"],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bounce_mail_overtakes_too(message_id: str, header: Callable[[Ledger], str], place: int):
    def mail(ledger: Ledger) -> None:
        text = MAIL.format(message_id=message_id, header=header(ledger))
        ledger.record_mail(text.replace("\n", "\r\n").encode())

    def submit(ledger: Ledger) -> None:
        ledger.messages.mark_submitted(
            "msg-1", provider="postmark", provider_message_id="p-1", message_id_header="<x@acme.example>"
        )

    commands: list[Step] = [lambda led: register_message(led, "msg-1"), submit]
    assert after([*commands[:place], mail, *commands[place:]]) == after([*commands, mail])
    card = after([*commands, mail])[0]["cards"][0]
    assert card["messages"][0]["status"] == "hard_bounced"
