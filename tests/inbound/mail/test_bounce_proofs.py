"""What a mail proves by a signed address or header, wherever it brings them back."""

import re

import pytest

from deliveryledger.domain.message_reference import MessageReference
from deliveryledger.domain.reports import Attribution, DeliveryReport
from deliveryledger.inbound.mail import BounceAddresses, read_mail
from tests.inbound.mail.mails import ADA, FAILED, RETURNED, arf, dsn

ADDRESSES = BounceAddresses("bounces.example.com", [b"k" * 32])
UUID = "0192f3a4-1111-7222-8333-123456789abc"
ELSEWHERE = FAILED.replace(ADA, "ada@forwarded.example.net")
BARE = re.sub("(?m)^X-Deliveryledger.*\n|^Message-ID.*\n", "", RETURNED)


def under(headers: str, raw: bytes) -> bytes:
    """A mail with more headers."""
    return headers.encode() + raw


def read(raw: bytes) -> list[DeliveryReport]:
    return list(read_mail(raw, proofs=ADDRESSES).reports)


def only(raw: bytes) -> DeliveryReport:
    (found,) = read(raw)
    return found


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To"])
def test_is_found_in_every_header_that_names_the_envelope(name: str):
    found = only(under(f"{name}: <{ADDRESSES.sign(UUID).upper()}>\n", dsn(FAILED, returned=BARE)))
    assert (found.message_id, found.tenant) == (UUID, "default")
    assert found.signed == MessageReference.of(UUID, "default").digest


@pytest.mark.parametrize("name", ["Return-Path", "X-Envelope-From"])
def test_is_found_in_what_was_returned(name: str):
    assert only(dsn(FAILED, returned=f"{name}: <{ADDRESSES.sign(UUID)}>\n{BARE}")).message_id == UUID


@pytest.mark.parametrize("name", ["Sender", "From", "Reply-To"])
def test_is_not_looked_for_where_every_copy_has_it(name: str):
    assert only(dsn(FAILED, returned=f"{name}: <{ADDRESSES.sign(UUID)}>\n{BARE}")).signed is None


def test_is_found_among_others():
    headers = f"Delivered-To: bounces@ats.example\nDelivered-To: {ADDRESSES.sign(UUID)}\n"
    assert only(under(headers, dsn(FAILED, returned=BARE))).message_id == UUID
    headers = f"To: Jobs <jobs@ats.example>, <{ADDRESSES.sign(UUID)}>\n"
    assert only(under(headers, dsn(FAILED, returned=BARE))).message_id == UUID


def test_the_envelope_counts_for_more_than_what_was_returned():
    mail = dsn(FAILED, returned=f"Return-Path: <{ADDRESSES.sign('msg-2')}>\n{BARE}")
    assert only(under(f"Delivered-To: {ADDRESSES.sign('msg-1')}\n", mail)).message_id == "msg-1"


def test_our_signature_header_proves_the_same_but_for_who_is_named():
    headers = "".join(f"{name}: {value}\n" for name, value in ADDRESSES.headers("msg-7").items())
    found = only(dsn(FAILED, returned=headers + BARE))
    assert (found.message_id, found.tenant, found.recipient) == ("msg-7", "default", ADA)
    assert found.signed
    assert found.attribution is Attribution.REPORTED


def test_our_signature_header_is_found_in_a_bounce_that_has_no_parts():
    headers = "".join(f"> {name}: {value}\n" for name, value in ADDRESSES.headers("msg-7").items())
    raw = (
        "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\n\n"
        f"Hi. This is the qmail-send program.\n<{ADA}>:\n550 5.1.1 user unknown\n\n"
        f"--- Below this line is a copy of the message.\n\n> Subject: Interview\n{headers}"
    )
    found = only(raw.encode())
    assert (found.message_id, found.recipient, found.attribution) == ("msg-7", ADA, Attribution.REPORTED)
    assert only(raw.replace("Signature:", "Signatur:").encode()).signed is None


def test_whom_the_envelope_is_about_the_message_says():
    found = only(under(f"Delivered-To: {ADDRESSES.sign(UUID)}\n", dsn(ELSEWHERE, returned=BARE)))
    assert (found.recipient, found.attribution) == ("ada@forwarded.example.net", Attribution.INFERRED)


def test_of_several_recipients_each_says_whom_it_is_about():
    mail = under(f"Delivered-To: {ADDRESSES.sign(UUID)}\n", dsn(FAILED, ELSEWHERE, returned=BARE))
    found = read(mail)
    assert [(each.signed is not None, each.attribution) for each in found] == [(True, "reported")] * 2


def test_an_id_that_only_a_digest_stands_for_may_come_back_in_the_headers():
    message_id = "interview-" * 5
    headers = f"X-Deliveryledger-Message-Id: {message_id}\nReturn-Path: <{ADDRESSES.sign(message_id)}>\n"
    found = only(dsn(FAILED, returned=headers + BARE))
    assert (found.message_id, found.tenant) == (message_id, "default")
    wrong = only(dsn(FAILED, returned=headers.replace("interview", "INTERVIEW", 1) + BARE))
    assert (wrong.message_id, wrong.tenant, wrong.signed) == (None, None, found.signed)


def test_a_complaint_is_proved_by_the_returned_mail():
    raw = arf("Feedback-Type: abuse\n", returned=f"Return-Path: <{ADDRESSES.sign(UUID)}>\n{BARE}")
    found = only(raw)
    assert (found.message_id, bool(found.signed)) == (UUID, True)


def test_without_a_signature_nothing_is_proved():
    assert only(dsn(FAILED)).signed is None
    assert only(dsn(FAILED)).message_id == "msg-1"
    forged = f"Return-Path: <b.{'a' * 44}@bounces.example.com>\nX-Deliveryledger-Signature: {'a' * 44}\n"
    assert only(dsn(FAILED, returned=forged + RETURNED)).signed is None


def test_a_letter_to_a_signed_address_is_none_the_less_no_report():
    reading = read_mail(f"To: {ADDRESSES.sign(UUID)}\nSubject: Hello\n\nHello".encode(), proofs=ADDRESSES)
    assert (reading.reports, reading.ignored) == ((), ("not a report",))


def test_a_bounce_that_a_gateway_has_wrapped_is_proved_by_what_is_inside():
    inner = under(f"To: {ADDRESSES.sign(UUID)}\n", dsn(ELSEWHERE, returned=BARE))
    outer = (
        "From: MAILER-DAEMON@gateway.example\nTo: admin@ats.example\nSubject: Fwd notification\n"
        'Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: text/plain\n\nSee below.\n'
        "--o\nContent-Type: message/rfc822\n\n"
    )
    found = only(outer.encode() + inner + b"\n--o--\n")
    assert (found.message_id, found.attribution) == (UUID, Attribution.INFERRED)


def test_whom_the_returned_message_was_to_is_kept_only_where_nobody_else_is_named():
    envelope = f"Delivered-To: {ADDRESSES.sign(UUID)}\n"
    assert only(under(envelope, dsn(ELSEWHERE, returned=BARE))).addressed == (ADA,)
    headers = "".join(f"{name}: {value}\n" for name, value in ADDRESSES.headers(UUID).items())
    assert only(dsn(FAILED, returned=headers + BARE)).addressed is None
    assert only(under(envelope, arf("Feedback-Type: abuse\n", returned=BARE))).addressed is None
