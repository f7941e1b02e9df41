"""``explain``: which rule decided on what, and what the next ones would have said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mail.explaining import explained, steps_of
from deliveryledger.inbound.mail.notes import Notes
from deliveryledger.inbound.mailboxes import FoundMail, mails_in
from tests.cli.conftest import Cli
from tests.inbound.corpus import CORPUS
from tests.inbound.mail.mails import ADA, FAILED, arf, dsn

SAMPLES = Path(__file__).parents[1] / "inbound" / "mail" / "samples"
MAILS = CORPUS.parent / "bounces" / "messages"


def test_it_says_what_decided_and_what_would_have_come_next(cli: Cli):
    (answer,) = cli("explain", "-", "--json", stdin=dsn(FAILED)).json
    (report,) = answer["reports"]
    first, *others = report["steps"]
    assert (answer["kind"], report["rule"], report["reason"]) == (
        "bounce",
        "phrase.unknown_user",
        "mailbox_unknown",
    )
    assert (first["rule"], first["is_decisive"]) == (report["rule"], True)
    assert "user unknown" in first["on"]
    assert others
    assert not any(step["is_decisive"] for step in others)
    assert all(step["source"] for step in report["steps"])


def test_a_person_reads_the_recipient_the_reason_and_what_to_do(cli: Cli):
    said = cli("explain", "-", stdin=dsn(FAILED)).out
    for line in (
        f"recipient     {ADA}",
        "found in      the field Final-Recipient",
        "refers to     our id msg-1, Message-ID m-1@ats.example",
        "says          failed (the field Action), status 5.1.1, reply code 550",
        "reason        mailbox_unknown, hard: The email address does not exist.",
        "what to do    Check the spelling and compare it with the CV.",
        "decided by    phrase.unknown_user",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (f"Original-Recipient: rfc822; {ADA}\n{FAILED}", "the field Original-Recipient"),
        ("Action: failed\nStatus: 5.1.1\n", "inferred from the field To or Cc of the returned message"),
    ],
)
def test_it_says_where_the_recipient_was_found(cli: Cli, fields: str, where: str):
    (answer,) = cli("explain", "-", "--json", stdin=dsn(fields)).json
    assert answer["reports"][0]["recipient_found"].startswith(where)


def test_what_is_no_failure_has_no_steps(cli: Cli):
    complaint = arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: {ADA}\n")
    (answer,) = cli("explain", "-", "--json", stdin=complaint).json
    assert [report["steps"] for report in answer["reports"]] == [[]]
    assert "complaint, abuse" in cli("explain", "-", stdin=complaint).out


def test_what_is_ignored_or_unreadable_is_said(cli: Cli):
    assert "ignored       not a report" in cli("explain", "-", stdin=b"Subject: Thank you\n\nSee you.\n").out
    assert "unreadable    the mail is longer" in cli("explain", "-", stdin=b"x" * 2_000_000).out


def test_several_mails_are_explained_one_after_the_other(cli: Cli, tmp_path: Path):
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(dsn(FAILED))
    assert cli("explain", tmp_path).out.count("decided by") == 2


def test_a_file_that_is_not_there_is_a_usage_error(cli: Cli):
    assert cli("explain", "missing.eml").code == ExitCode.USAGE


@pytest.fixture(params=[SAMPLES, MAILS], ids=["samples", "corpus"])
def mails(request: pytest.FixtureRequest) -> list[FoundMail]:
    if not request.param.exists():
        pytest.skip("these mails are not here")
    return list(mails_in(request.param))


def is_right(report: DeliveryReport, notes: Notes) -> bool:
    """Whether what was written down gives the same verdict again, by itself."""
    made = notes.of(report)
    if made is None or bool(made.found_in) != bool(report.recipient):
        return False
    steps = steps_of(report, made.evidence)
    if report.reason is None:
        return made.evidence is None and not steps
    return (
        [(steps[0].rule, steps[0].reason)]
        == [(step.rule, step.reason) for step in steps if step.is_decisive]
        == [(report.rule, report.reason)]
    )


def test_of_every_mail_the_first_step_is_what_decided_on_what_the_classifier_saw(mails: list[FoundMail]):
    wrong = []
    for mail in mails:
        notes = Notes()
        if not all(is_right(report, notes) for report in read_mail(mail.raw, notes=notes).reports):
            wrong.append(mail.name)
    assert wrong == []


def test_whoever_asks_why_gets_the_same_reading(mails: list[FoundMail]):
    at = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
    for mail in mails:
        asked = read_mail(mail.raw, received_at=at, notes=Notes())
        assert asked == read_mail(mail.raw, received_at=at), mail.name


def test_every_mail_has_a_reason_why_it_is_of_its_kind(mails: list[FoundMail]):
    for mail in mails:
        answer = explained(*mail)
        against = answer["against"]
        match answer["kind"]:
            case "unreadable":
                assert answer["error"], mail.name
            case "not_a_report":
                assert against["complaint"], mail.name
                assert answer["feedback_type"] or (against["bounce"] and against["auto_reply"]), mail.name
            case _:
                assert answer["because"], mail.name


def letter(sender: str, subject: str, text: str, *more: str) -> bytes:
    fields = [f"From: {sender}", "To: jobs@ats.example", f"Subject: {subject}", *more]
    return "\n".join([*fields, "", text, ""]).encode()


DAEMON = "MAILER-DAEMON@mx.example"
REPLY = f"<{ADA}>: 550 5.1.1 User unknown"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (letter(ADA, "Thank you", "See you."), "its sender is no mail system, and its subject is not about"),
        (letter(ADA, "Re: Thank you", "See you."), "its subject is that of an answer"),
        (letter(DAEMON, "Queue", "Nothing to do."), "but its text has no word of a failure"),
        (letter("postmaster@mx.example", "Re: User unknown", "Why?"), "but it is an answer, and quotes no"),
        (
            letter(ADA, "Undelivered mail", REPLY, "List-Id: <people.example>"),
            "its subject says “undeliver”, but its sender is no mail system, and it came by a mailing list",
        ),
        (
            letter(ADA, "Undelivered mail", f"It could not be delivered to {ADA}"),
            "has nothing that only software has",
        ),
        (letter(DAEMON, "Delivery report", "Your message was delivered."), "and nothing of a failure"),
        (
            dsn(FAILED).replace(b"multipart/report", b"multipart/mixed").replace(b"MAILER-DAEMON", b"ada"),
            "a delivery status that a person attached",
        ),
        (
            letter(DAEMON, "Your mailbox", f"It could not be delivered to {ADA}. Click here."),
            "its text says “click here”",
        ),
    ],
)
def test_what_is_no_bounce_is_told_why(cli: Cli, raw: bytes, why: str):
    (answer,) = cli("explain", "-", "--json", stdin=raw).json
    assert any(why in each for each in answer["against"]["bounce"])


@pytest.mark.parametrize(
    ("raw", "signs"),
    [
        (dsn(FAILED), ["a delivery status (RFC 3464) in a report (RFC 6522)"]),
        (
            letter(DAEMON, "Undelivered mail", f"It could not be delivered.\n\n{REPLY}"),
            [
                "its sender has the name of a mail system, as no person has",
                "its subject says “undeliver”",
                "its text says “could not be delivered”",
            ],
        ),
        (
            letter(DAEMON, "Warning: message delayed", f"Will be retried: it was delayed\n\n{REPLY}"),
            [
                "its sender has the name of a mail system, as no person has",
                "its subject says “message delayed”",
                "its text says “delayed”",
                "the server still tries: its text says “will be retried”",
            ],
        ),
        (
            letter(ADA, "Away", "Back on Monday.", "Auto-Submitted: auto-replied"),
            ["the header Auto-Submitted: auto-replied (RFC 3834)"],
        ),
        (arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: {ADA}\n"), ["a feedback report (RFC 5965)"]),
    ],
)
def test_the_signs_of_what_it_is_are_told(cli: Cli, raw: bytes, signs: list[str]):
    (answer,) = cli("explain", "-", "--json", stdin=raw).json
    assert answer["because"] == signs


def test_an_authentication_report_is_told_to_be_no_complaint(cli: Cli):
    said = cli("explain", "-", stdin=arf("Feedback-Type: auth-failure\n")).out
    assert "no complaint  a feedback report of the type auth-failure (RFC 6591)" in said


def test_the_evidence_is_what_the_rules_were_given(cli: Cli):
    fields = FAILED.partition("Diagnostic-Code")[0].replace("5.1.1", "5.0.0")
    (answer,) = cli("explain", "-", "--json", stdin=dsn(fields, text="Sorry: the mailbox is full.")).json
    (report,) = answer["reports"]
    assert report["evidence"]["found"] == "the part for people, because the fields give no cause"
    assert "mailbox is full" in report["evidence"]["words"]
    assert (report["evidence"]["field"], report["diagnostic"]) == ("5.0.0", None)
    assert report["steps"][0]["reason"] == "mailbox_full"


def test_a_late_mail_without_a_cause_is_decided_by_no_rule_but_the_reader(cli: Cli):
    raw = letter(DAEMON, "Warning: message delayed", f"Delivery to the following recipient:\n\n<{ADA}>")
    (answer,) = cli("explain", "-", "--json", stdin=raw).json
    first, *others = answer["reports"][0]["steps"]
    assert (first["rule"], first["reason"], first["is_decisive"]) == (
        "prose.late",
        "server_unavailable",
        True,
    )
    assert not any(step["is_decisive"] for step in others)
