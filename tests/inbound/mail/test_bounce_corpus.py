"""Measured on the project's own mails (``../shared/corpus/bounces``): what was reached is the bar."""

import json
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.inbound.mail import read_mail
from tests.accuracy.mails import measured

CORPUS = Path(__file__).parents[3] / "../shared/corpus/bounces"


@pytest.fixture(scope="module")
def read_and_expected() -> list[tuple[Any, dict[str, Any]]]:
    if not CORPUS.exists():
        pytest.skip("the bounce corpus is not beside this checkout")
    lines = (CORPUS / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    return [(read_mail((CORPUS / "messages" / case["file"]).read_bytes()), case) for case in cases]


def test_every_mail_has_an_outcome(read_and_expected: list[Any]):
    assert all(reading.reports or reading.ignored or reading.quarantined for reading, _ in read_and_expected)


def test_what_was_reached_stays_reached():
    """The gates of the design, on these mails; ``make accuracy`` prints the table."""
    if not CORPUS.exists():
        pytest.skip("the bounce corpus is not beside this checkout")
    _, detected, recipients, hard, false_hard, reports, plain = measured(CORPUS, "ours")
    assert float(detected) >= 99.5
    assert float(recipients) >= 97.0
    assert float(hard) >= 96.0
    assert float(false_hard) == 0.0
    read, of = reports.split("/")
    assert read == of
    assert plain.startswith("0/")


def test_no_other_mail_is_taken_for_a_bounce_or_a_complaint(read_and_expected: list[Any]):
    for reading, case in read_and_expected:
        outcomes = {report.outcome for report in reading.reports}
        if case["kind"] in ("not_a_report", "auto_reply"):
            assert outcomes <= {"auto_replied"}, case["file"]
        if case["feedback_type"] == "auth-failure":
            assert outcomes == set(), case["file"]


def test_every_standard_feedback_report_is_read(read_and_expected: list[Any]):
    for reading, case in read_and_expected:
        if reading.source == "arf" and case["kind"] in ("complaint", "unsubscribe"):
            assert {report.feedback_type for report in reading.reports} == {case["feedback_type"]}, case[
                "file"
            ]
