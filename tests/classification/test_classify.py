"""Evidence in, verdict out. Each line is a text as servers write it, and what it means."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.classification import RULES_VERSION, Evidence, Phase, classify
from deliveryledger.domain.failure_reason import FailureReason, Severity

SOFT = {
    "554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org": "sender_blocked",
    "550 5.1.0 MXIN506 MailFrom domain is listed in Spamhaus": "sender_blocked",
    "550 5.1.0 <jobs@ats.example> sender rejected. AUP#1260": "sender_blocked",
    "550 5.7.1 messages weren't sent. Part of their network is on our block list (S3150)": "sender_blocked",
    "550 5.7.1 Client host rejected: cannot find your reverse hostname": "sender_blocked",
    "550 5.7.26 sender must authenticate with SPF or DKIM": "authentication_failed",
    "550 5.7.1 SPF check failed: user unknown to policy": "authentication_failed",
    "451 4.7.1 Greylisting in action, please come back later": "rate_limited",
    "452 4.5.3 Too many recipients, user unknown": "rate_limited",
    "550 5.7.1 Too many unknown recipients from your host": "rate_limited",
    "552 5.3.4 Message size exceeds fixed maximum message size": "message_too_large",
    "552 5.2.2 <ada@example.org>: user is over quota": "mailbox_full",
    "550 5.1.1 user is over quota": "mailbox_full",
    "554 5.7.1 <ada@example.org>: Relay access denied": "policy_rejected",
    "550 5.7.1 Unable to relay": "policy_rejected",
    "550 sender verify failed: unknown user": "policy_rejected",
    "550 5.1.8 Domain of sender address does not exist": "policy_rejected",
    "553 5.1.8 sender domain not found": "policy_rejected",
    "535 5.7.8 Authentication credentials invalid user": "policy_rejected",
    "554 5.7.1 Message rejected as spam; no such user cares": "content_rejected",
    "550 5.6.0 virus found in attachment": "content_rejected",
    "450 4.1.1 <ada@example.org>: unverified address: user lookup failed": "server_unavailable",
    "450 4.1.1 something odd": "server_unavailable",
    "451 4.4.3 Name service error for name=example.org: Host not found, try again": "server_unavailable",
    "421 4.4.2 connection timed out": "server_unavailable",
    "the server is down": "server_unavailable",
    "The recipient's mail server does not respond": "server_unavailable",
    "554 5.4.7 [internal] message timeout (exceeded max time, last transfail: 421)": "server_unavailable",
    "552 message exceeds max limits": "message_too_large",
    "unable to get mx info: failed to get IPs from PTR record: lookup <nil>": "server_unavailable",
    "554 5.4.6 Too many hops": "routing_error",
    "550 5.2.1 mailbox disabled, not accepting messages": "mailbox_disabled",
    "550 5.5.1 The email account that you tried to reach is disabled": "mailbox_disabled",
    "550 5.7.1 delivery not authorized": "policy_rejected",
    "550 5.4.1 no answer from host": "server_unavailable",
    "501 5.5.4 syntax error in parameters": "protocol_error",
    "550 mailboxfull@example.org rejected": "undetermined",
    "550 <userunknown@example.org>... rejected": "undetermined",
    "554 Your email has been blocked": "undetermined",
    "550": "undetermined",
    "554 Transaction failed": "undetermined",
    "550 your IP address is not listed in our directory": "policy_rejected",
    "450 4.2.0 user unknown": "server_unavailable",
    "451 4.1.1 no such user": "server_unavailable",
    "450 unknown recipient": "server_unavailable",
    "503 5.5.1 unknown recipient": "protocol_error",
    "550 5.6.0 the address is invalid": "content_rejected",
    "550 5.7.20 domain does not exist": "authentication_failed",
    "550 domain unknown (in reply to end of DATA command)": "policy_rejected",
    "": "undetermined",
}
HARD = {
    "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown": "mailbox_unknown",
    "550 5.1.1 https://support.google.com/mail/?p=NoSuchUser a1-2b3 - gsmtp": "mailbox_unknown",
    "554 5.0.0 unknown user": "mailbox_unknown",
    "550 The email account that you tried to reach does not exist": "mailbox_unknown",
    "552 5.7.1 No such user here": "mailbox_unknown",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found": "mailbox_unknown",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)": "mailbox_unknown",
    "550 5.5.0 Requested action not taken: mailbox unavailable": "mailbox_unknown",
    "554 delivery error: dd This user doesn't have a example.com account": "mailbox_unknown",
    "550 5.1.1 the address no longer exists": "mailbox_unknown",
    "550 5.1.1 nix da": "mailbox_unknown",
    "550 5.1.6 gone": "mailbox_unknown",
    "556 5.1.10 null MX": "domain_unknown",
    "550 5.4.310 DNS domain does not exist": "domain_unknown",
    "DNS Error: DNS type 'mx' lookup of example.invalid responded with code NXDOMAIN": "domain_unknown",
    "Name service error for name=example.invalid type=A: Host not found": "domain_unknown",
    "501 5.1.3 bad address syntax": "address_malformed",
}


@pytest.mark.parametrize(("words", "reason"), [*SOFT.items(), *HARD.items()])
def test_words_mean(words: str, reason: str):
    verdict = classify(Evidence.gather(words))
    assert (verdict.reason, verdict.rules_version) == (reason, RULES_VERSION)
    assert (verdict.reason.severity is Severity.HARD) == (words in HARD)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "mailbox_unknown"), ("5.1.0", "mailbox_unknown"), ("5.1.2", "domain_unknown"),
        ("5.1.3", "address_malformed"), ("5.1.10", "domain_unknown"), ("5.1.8", "policy_rejected"),
        ("5.2.1", "mailbox_disabled"), ("5.2.2", "mailbox_full"), ("5.2.3", "message_too_large"),
        ("5.3.0", "server_unavailable"), ("5.3.4", "message_too_large"), ("5.4.1", "server_unavailable"),
        ("5.4.4", "domain_unknown"), ("4.4.4", "server_unavailable"), ("5.4.6", "routing_error"),
        ("5.4.14", "routing_error"), ("5.5.2", "protocol_error"), ("5.5.3", "rate_limited"),
        ("5.6.0", "content_rejected"), ("5.7.1", "policy_rejected"), ("5.7.13", "mailbox_disabled"),
        ("5.7.17", "mailbox_unknown"), ("5.7.23", "authentication_failed"), ("5.7.25", "sender_blocked"),
        ("5.7.28", "rate_limited"), ("5.7.515", "authentication_failed"), ("5.7.606", "sender_blocked"),
        ("5.7.133", "policy_rejected"), ("4.7.650", "sender_blocked"), ("4.7.500", "rate_limited"),
        ("4.1.1", "server_unavailable"), ("5.0.0", "undetermined"), ("4.0.0", "undetermined"),
        ("2.1.5", "undetermined"), ("5.9.9", "undetermined"), (None, "undetermined"),
        ("5.1.1x", "undetermined"),
    ],
)  # fmt: skip
def test_a_reported_status_decides_where_there_are_no_words(status: str | None, reason: str):
    assert classify(Evidence.gather(None, status=status)).reason == reason


def test_what_the_server_said_goes_before_what_an_mta_filled_in():
    evidence = Evidence.gather("550 5.2.2 nope", status="5.1.1")
    assert (classify(evidence).reason, evidence.status) == ("mailbox_full", "5.2.2")


def test_a_hard_code_is_not_believed_beside_words_about_something_else():
    verdict = classify(Evidence.gather("550 denied by reputation service", status="5.1.1"))
    assert (verdict.reason, verdict.rule) == ("policy_rejected", "guard.code_contradicted")


@pytest.mark.parametrize("phase", list(Phase))
def test_only_a_refused_recipient_or_message_can_be_hard(phase: Phase):
    verdict = classify(Evidence.gather("550 5.1.1 user unknown", phase=phase))
    assert (verdict.reason.severity is Severity.HARD) == (phase in (Phase.RCPT, Phase.DATA))


def test_the_phase_is_found_in_the_words_unless_there_are_several():
    assert Evidence.gather("550 no (in reply to end of DATA command)").phase is Phase.DATA
    assert Evidence.gather("in reply to RCPT TO command, in reply to MAIL FROM command").phase is None


def test_a_bare_reply_code_decides_nothing():
    assert classify(Evidence.gather("550")).rule == "reply_code"
    assert classify(Evidence.gather(None)).rule == "nothing"


@given(st.text(max_size=300), st.none() | st.text(max_size=12))
def test_any_evidence_has_a_verdict(words: str, status: str | None):
    assert isinstance(classify(Evidence.gather(words, status=status)).reason, FailureReason)


@pytest.mark.parametrize(
    "word", ["user ", "domain ", "your ip ", "spf ", "a@", "5.1.1.", "(", "message size "]
)
def test_hostile_words_cost_milliseconds(word: str):
    text = word * (100_000 // len(word))
    times = []
    for _ in range(5):
        started = time.process_time()
        classify(Evidence.gather(text, status="5.1.1"))
        times.append(time.process_time() - started)
    assert min(times) < 0.05
