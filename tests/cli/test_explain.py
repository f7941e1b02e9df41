"""``explain``: which rule decided on what, and what the next ones would have said."""

from pathlib import Path

import pytest

from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.cli.explain import explain_mail
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
        f"recipient   {ADA}",
        "found in    the field Final-Recipient",
        "refers to   our id msg-1, Message-ID m-1@ats.example",
        "says        failed, status 5.1.1, reply code 550",
        "reason      mailbox_unknown, hard: The email address does not exist.",
        "what to do  Check the spelling and compare it with the CV.",
        "decided by  phrase.unknown_user",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (f"Original-Recipient: rfc822; {ADA}\n{FAILED}", "the field Original-Recipient"),
        ("Action: failed\nStatus: 5.1.1\n", "inferred from the field To of the returned message"),
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
    assert "ignored     not a report" in cli("explain", "-", stdin=b"Subject: Thank you\n\nSee you.\n").out
    assert "unreadable  the mail is longer" in cli("explain", "-", stdin=b"x" * 2_000_000).out


def test_several_mails_are_explained_one_after_the_other(cli: Cli, tmp_path: Path):
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(dsn(FAILED))
    assert cli("explain", tmp_path).out.count("decided by") == 2


def test_a_file_that_is_not_there_is_a_usage_error(cli: Cli):
    assert cli("explain", "missing.eml").code == ExitCode.USAGE


def wrong(mail: FoundMail) -> bool:
    reports = explain_mail(mail)["reports"]
    return any(report["steps"][0]["rule"] != report["rule"] for report in reports if report["steps"])


@pytest.mark.parametrize("folder", [SAMPLES, MAILS], ids=["samples", "corpus"])
def test_of_every_mail_the_first_step_is_what_decided(folder: Path):
    if not folder.exists():
        pytest.skip("these mails are not here")
    assert [mail.name for mail in mails_in(folder) if wrong(mail)] == []
