"""A mail about several recipients is kept as a mail of its own for each, which names no other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.domain.reports import DeliveryReport, Outcome
from deliveryledger.inbound.mail import read_mail
from tests.inbound.mail.mails import ADA, FAILED, RETURNED, arf, dsn, part, report

CORPUS = Path(__file__).parents[3] / "../shared/corpus/bounces"
NOW = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
GRACE = "grace@navy.example"
OTHER = f"Final-Recipient: rfc822; {GRACE}\nAction: delayed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452 full\n"
BOTH = RETURNED.replace("Ada <", f"{GRACE}, Ada <") + f"Cc: {GRACE}\nReceived: by x for <{GRACE}>\n"


def read(raw: bytes) -> tuple[DeliveryReport, ...]:
    return read_mail(raw, received_at=NOW).reports


def check(raw: bytes) -> None:
    """Each report's evidence says the same again, and is the evidence of itself."""
    for each in read(raw):
        assert each.raw is not None
        assert read(each.raw) == (each,)


def test_of_one_recipient_the_whole_mail_is_kept():
    (only,) = read(dsn(FAILED))
    assert only.raw == dsn(FAILED)
    (complaint,) = read(arf("Feedback-Type: abuse\n"))
    assert complaint.raw == arf("Feedback-Type: abuse\n")


def test_of_several_each_has_a_mail_that_names_no_other():
    raw = dsn(FAILED, OTHER, returned=BOTH, text=f"Sorry, {ADA} and {GRACE}.")
    check(raw)
    ada, grace = read(raw)
    assert ada.raw is not None
    assert grace.raw is not None
    assert GRACE.encode() not in ada.raw
    assert ADA.encode() not in grace.raw
    assert b"mx.ats.example" in ada.raw
    assert (ada.message_id, ada.tenant, grace.message_id) == ("msg-1", "acme", "msg-1")


def test_of_several_complaints_too():
    raw = arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: <{ADA}>\nOriginal-Rcpt-To: <{GRACE}>\n", BOTH)
    check(raw)
    ada, grace = read(raw)
    assert GRACE.encode() not in (ada.raw or b"")
    assert ADA.encode() not in (grace.raw or b"")


def test_a_neighbour_in_the_servers_words_is_put_out_of_sight():
    status = FAILED.replace("User unknown", f"User unknown, unlike {GRACE}")
    ada, _ = read(dsn(status, OTHER))
    assert ada.raw is not None
    assert GRACE.encode() not in ada.raw
    (again,) = read(ada.raw)
    assert again.with_raw(None) == ada._replace(diagnostic=again.diagnostic, raw=None)
    assert "somebody-else@redacted.invalid" in (again.diagnostic or "")


def test_an_address_within_a_longer_one_is_another_address():
    longer = FAILED.replace(ADA, f"x.{ADA}")
    raw = dsn(FAILED, longer)
    check(raw)
    assert f"x.{ADA}".encode() in (read(raw)[1].raw or b"")


def test_who_is_not_named_among_several_is_nobody():
    nameless = "Final-Recipient: rfc822; ada\nAction: failed\nStatus: 5.1.1\n"
    raw = dsn(nameless, OTHER)
    check(raw)
    assert read(raw)[0].recipient is None


@pytest.mark.parametrize("name", ["In-Reply-To", "X-Riferimento-Message-ID"])
def test_what_a_notification_answers_is_kept_of_each(name: str):
    raw = dsn(FAILED, OTHER, returned="Subject: x\n").replace(
        b"\nDate:", f"\n{name}: <m-1@ats.example>\nDate:".encode(), 1
    )
    reports = read_mail(raw, received_at=NOW).reports
    assert [(each.provider_message_id, each.raw is not None) for each in reports] == [
        ("m-1@ats.example", True)
    ] * 2


def test_of_an_automatic_reply_the_mail_is_kept():
    raw = report("x", [part("text/plain", "Away")], "Auto-Submitted: auto-replied\nIn-Reply-To: <m-1@ats>\n")
    raw = raw.replace(b"MAILER-DAEMON@mx.ats.example", ADA.encode())
    (only,) = read(raw)
    assert (only.outcome, only.raw) == (Outcome.AUTO_REPLIED, raw)


WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)
FIELDS = st.sampled_from(
    ["Diagnostic-Code", "Remote-MTA", "Last-Attempt-Date", "Will-Retry-Until", "Status", "X-Odd", "é", "--x"]
)
GROUPS = st.tuples(
    st.sampled_from([ADA, GRACE, "ada", "räksmörgås@example.org", "two@x.example"]),
    st.sampled_from(["failed", "delayed", "delivered", "relayed", ""]),
    st.lists(st.tuples(FIELDS, WORDS), max_size=4),
)


def written(recipient: str, action: str, fields: list[tuple[str, str]]) -> str:
    lines = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}"]
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in fields)]) + "\n"


@given(st.lists(GROUPS, min_size=2, max_size=4), st.sampled_from([RETURNED, BOTH]), st.booleans())
def test_whatever_the_fields_the_evidence_says_the_same_and_names_no_other(groups, returned, latin):
    raw = dsn(*(written(*group) for group in groups), returned=returned)
    if latin:
        raw = raw.decode().encode("latin-1", "replace")
    names = {ADA, GRACE, "two@x.example"}
    for each in read(raw):
        if each.raw is None or each.raw == raw:  # of one recipient the whole mail is kept
            continue
        (again,) = read(each.raw)
        assert again._replace(diagnostic=None) == each._replace(diagnostic=None)
        words = "\n".join(value for _, _, fields in groups for _, value in fields).lower()
        for other in names - {each.recipient, *(n for n in names if n in words)}:
            assert other.encode() not in each.raw.lower()


def test_of_the_corpus_every_report_has_its_own_evidence():
    if not CORPUS.exists():
        pytest.skip("the bounce corpus is not beside this checkout")
    several = 0
    for path in sorted((CORPUS / "messages").iterdir()):
        reports = read(path.read_bytes())
        several += len(reports) > 1
        for each in reports:
            assert each.raw is not None, path.name
            (again,) = read(each.raw)
            assert again._replace(diagnostic=None) == each._replace(diagnostic=None), path.name
            others = {o.recipient.lower() for o in reports if o.recipient} - {(each.recipient or "").lower()}
            if len(reports) > 1:
                assert not any(f"{other}" in each.raw.decode("latin-1").lower().split() for other in others)
    assert several >= 5
