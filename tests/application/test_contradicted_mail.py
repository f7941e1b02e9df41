"""What a mail brings back proves nothing where it may be about somebody else all the same."""

import pytest

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.errors import InvalidInput
from deliveryledger.inbound.mail import BounceAddresses
from deliveryledger.testing import ADDRESS
from tests.application.proofs import (
    DOMAIN,
    FACT,
    FORWARDED,
    LONG,
    UNMATCHED,
    by,
    complaint,
    failed,
    is_untouched,
    to,
)
from tests.application.world import Clock, events, send, shown
from tests.inbound.mail.mails import arf, dsn

MESSAGE_ID = "Message-ID: <m-1@ats.example>\n"
NAMELESS = "Action: failed\nStatus: 5.1.1\n"
BOB = "bob@colleague.example"
BOBS = f"Final-Recipient: rfc822; bob\n{NAMELESS}"


@pytest.fixture
def known(sent: Ledger) -> Ledger:
    """Of msg-1 the whole Message-ID is known."""
    sent.messages.mark_submitted(
        "msg-1", provider="postmark", provider_message_id="p-msg-1", message_id_header="<m-1@ats.example>"
    )
    return sent


# -- who is not named --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        dsn(NAMELESS, returned=MESSAGE_ID),
        dsn(NAMELESS.replace("failed", "delivered"), returned=MESSAGE_ID),
        arf("Feedback-Type: not-spam\n", returned=MESSAGE_ID),
        arf("Feedback-Type: abuse\n", returned="Message-ID: <p-msg-1@evil.example>\n"),
        arf("Feedback-Type: abuse\n", returned="Message-ID: <p-msg-1>\n"),
    ],
    ids=["a failure", "a delivery", "a withdrawal", "a guessed local part", "a guessed id"],
)
def test_a_message_id_alone_proves_no(known: Ledger, raw: bytes):
    assert known.record_mail(raw) == UNMATCHED
    assert known.intake.retry() == UNMATCHED
    assert is_untouched(known)


def test_a_redacted_complaint_needs_the_whole_message_id(known: Ledger):
    assert known.record_mail(arf("Feedback-Type: abuse\n", returned=MESSAGE_ID)) == FACT
    assert not known.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("headers", [True, False], ids=["signed header", "Message-ID"])
@pytest.mark.parametrize(("group", "copy"), [(BOBS, ""), (NAMELESS, f"Cc: {BOB}\n")])
def test_a_copys_bounce_that_names_nobody_readable_is_nobodys(
    known: Ledger, addresses: BounceAddresses, group: str, copy: str, headers: bool
):
    proof = by(addresses.headers("msg-1")) if headers else MESSAGE_ID
    assert known.record_mail(dsn(group, returned=f"To: {ADDRESS}\n{copy}{proof}")) == UNMATCHED
    assert is_untouched(known)


def test_a_signed_header_needs_a_recipient_that_is_named(known: Ledger, addresses: BounceAddresses):
    returned = f"To: {ADDRESS}\n{by(addresses.headers('msg-1'))}"
    assert known.record_mail(dsn(NAMELESS, returned=returned)) == UNMATCHED
    assert is_untouched(known)


def test_of_several_recipients_one_that_cannot_be_read_is_nobodys(sent: Ledger, addresses: BounceAddresses):
    living = f"Final-Recipient: rfc822; {FORWARDED}\nAction: delivered\n"
    raw = to(addresses.sign("msg-1"), dsn(BOBS, living, returned="Subject: Interview\n"))
    assert sent.record_mail(raw) == Recording(unmatched=2)
    assert is_untouched(sent)


def test_a_group_that_is_no_report_is_a_recipient_none_the_less(sent: Ledger, addresses: BounceAddresses):
    dead = f"Final-Recipient: rfc822; dead@forwarded.example.net\n{NAMELESS}"
    living = f"Final-Recipient: rfc822; {FORWARDED}\nAction: accepted\n"
    raw = to(addresses.sign("msg-1"), dsn(dead, living, returned="Subject: Interview\n"))
    assert sent.record_mail(raw) == UNMATCHED
    assert is_untouched(sent)


@pytest.mark.parametrize("living", [True, False])
def test_a_signed_bounce_in_prose_that_names_somebody_else_as_well_is_nobodys(
    sent: Ledger, addresses: BounceAddresses, living: bool
):
    more = f"It was delivered to {FORWARDED}.\n" if living else "Ask postmaster@forwarded.example.net.\n"
    raw = (
        "From: MAILER-DAEMON@forwarded.example.net\nSubject: Undelivered mail\n\n"
        "Your message could not be delivered to everybody.\n\n"
        f"<dead@forwarded.example.net>: 550 5.1.1 user unknown\n\n{more}"
    )
    expected = UNMATCHED if living else FACT
    assert sent.record_mail(to(addresses.sign("msg-1"), raw.encode())) == expected


# -- what else the mail says -------------------------------------------------------------------


@pytest.mark.parametrize("message_id", ["msg-1", LONG])
def test_what_a_spammer_sent_in_the_name_of_a_signed_address_is_nobodys(
    ledger: Ledger, clock: Clock, message_id: str
):
    """The address was seen somewhere; the notification returns the spam."""
    send(ledger, "cand-7", message_id)
    signed = ledger.bounce_addresses(DOMAIN).sign(message_id)
    spam = f"To: {BOB}\nMessage-ID: <spam@spam.example>\n"
    assert ledger.record_mail(to(signed, failed(BOB, returned=spam))) == UNMATCHED
    assert ledger.intake.retry() == UNMATCHED
    assert ledger.suppression_filters.may_send(ADDRESS)
    ours = f"To: Ada <{ADDRESS.upper()}>\nCc: {BOB}\n"
    assert ledger.record_mail(to(signed, failed(FORWARDED, returned=ours))) == FACT


def test_spam_in_prose_is_nobodys_too(sent: Ledger, addresses: BounceAddresses):
    raw = (
        "From: MAILER-DAEMON@colleague.example\nSubject: failure notice\n\n"
        f"<{BOB}>:\n550 5.1.1 user unknown\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <x@spam.example>\nTo: {BOB}\n"
    )
    assert sent.record_mail(to(addresses.sign("msg-1"), raw.encode())) == UNMATCHED
    assert is_untouched(sent)


def test_one_that_overtakes_its_message_is_compared_when_that_comes(ledger: Ledger, clock: Clock):
    addresses = ledger.bounce_addresses(DOMAIN)
    copied = failed(BOB, returned=by(addresses.headers("msg-1")))
    spam = to(addresses.sign("msg-1"), failed(BOB, returned=f"To: {BOB}\n"))
    assert [ledger.record_mail(raw) for raw in (copied, spam)] == [UNMATCHED, UNMATCHED]
    send(ledger, "cand-7", "msg-1")
    assert is_untouched(ledger)


def test_a_copys_bounce_of_a_message_with_a_long_id_is_nobodys(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", LONG)
    headers = by(ledger.bounce_addresses(DOMAIN).headers(LONG))
    assert ledger.record_mail(failed(BOB, returned=headers)) == UNMATCHED
    assert ledger.suppression_filters.may_send(ADDRESS)
    assert ledger.record_mail(failed(returned=headers)) == FACT


def test_what_waits_for_another_message_of_hers_goes_on_waiting(ledger: Ledger, clock: Clock):
    raw = to(ledger.bounce_addresses(DOMAIN).sign("msg-other"), failed())
    assert ledger.record_mail(raw) == UNMATCHED
    send(ledger, "cand-7", "msg-1")
    assert is_untouched(ledger)


def test_a_quoted_signature_does_not_outdo_the_message_that_is_returned(
    sent: Ledger, addresses: BounceAddresses
):
    send(sent, "cand-7", "msg-2")
    group = f"Final-Recipient: rfc822; {ADDRESS}\n{NAMELESS}"
    returned = f"Message-ID: <p-msg-2@ats.example>\nTo: {ADDRESS}\n"
    raw = dsn(group, text=f"You wrote:\n{by(addresses.headers('msg-1'))}", returned=returned)
    assert sent.record_mail(raw) == FACT
    assert [shown(sent, message).status for message in ("msg-1", "msg-2")] == ["submitted", "hard_bounced"]


def test_one_of_several_stays_about_the_message_that_was_signed(known: Ledger, addresses: BounceAddresses):
    """The evidence of each has no signature, but it returns the Message-ID of another message."""
    group = f"Final-Recipient: rfc822; {ADDRESS}\n{NAMELESS}"
    other = f"Final-Recipient: rfc822; {BOB}\nAction: delayed\nStatus: 4.2.2\n"
    raw = to(addresses.sign("msg-unknown"), dsn(group, other, returned=MESSAGE_ID))
    assert known.record_mail(raw) == Recording(unmatched=2)
    assert known.intake.retry() == Recording(unmatched=2)
    assert is_untouched(known)


@pytest.mark.parametrize("sender", [ADDRESS, BOB, "nobody"])
def test_only_she_herself_unsubscribes(known: Ledger, addresses: BounceAddresses, sender: str):
    raw = f"From: {sender}\nTo: {addresses.sign('msg-1')}\nSubject: unsubscribe\n\n"
    answer = f"From: {sender}\nTo: jobs@ats.example\nSubject: unsubscribe\nIn-Reply-To: <m-1@ats.example>\n\n"
    recorded = [known.record_mail(each.encode()) for each in (raw, answer)]
    assert [each.unmatched for each in recorded] == ([0, 0] if sender == ADDRESS else [1, 1])
    assert ("UnsubscribeRequested" in events(known)) is (sender == ADDRESS)


# -- good news ---------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("id_", ["m-1@ats.example", "p-msg-1@ats.example", "p-msg-1"])
def test_a_complaint_is_withdrawn_by_who_names_recipient_and_whole_message_id(
    known: Ledger, clock: Clock, id_: str, named: bool
):
    assert known.record_mail(complaint(returned=MESSAGE_ID)) == FACT
    who = f"Original-Rcpt-To: <{ADDRESS}>\n" if named else ""
    raw = arf(f"Feedback-Type: not-spam\n{who}", returned=f"To: {ADDRESS}\nMessage-ID: <{id_}>\n")
    believed = named and id_ == "m-1@ats.example"
    assert known.record_mail(raw) == (FACT if believed else UNMATCHED)
    assert ("RecipientConsentRecorded" in events(known)) is believed


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("id_", ["m-1@ats.example", "p-msg-1@ats.example"])
def test_a_delivery_counts_from_who_names_recipient_and_whole_message_id(
    known: Ledger, id_: str, named: bool
):
    who = f"Final-Recipient: rfc822; {ADDRESS}\n" if named else ""
    raw = dsn(f"{who}Action: delivered\n", returned=f"To: {ADDRESS}\nMessage-ID: <{id_}>\n")
    believed = named and id_ == "m-1@ats.example"
    assert known.record_mail(raw) == (FACT if believed else UNMATCHED)


# -- tenants -----------------------------------------------------------------------------------


@pytest.mark.parametrize("says", ["", "acme", "initech"])
def test_a_message_id_of_two_tenants_is_nobodys_unless_the_mail_says_whose(ledger: Ledger, says: str):
    for tenant in ("acme", "globex"):
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        bound.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
        bound.messages.mark_submitted("msg-1", provider="smtp", provider_message_id="<m-1@ats.example>")
    own = f"X-Deliveryledger-Message-Id: msg-1\nX-Deliveryledger-Tenant: {says}\n" if says else ""
    ledger.record_mail(failed(returned=MESSAGE_ID + own))
    statuses = [shown(ledger.tenant(tenant), "msg-1").status for tenant in ("acme", "globex")]
    assert statuses == ["hard_bounced" if says == "acme" else "submitted", "submitted"]


def test_a_bound_ledger_signs_for_its_own_tenant_alone(ledger: Ledger):
    acme = ledger.tenant("acme")
    addresses = acme.bounce_addresses(DOMAIN)
    assert addresses.sign("msg-1") == ledger.bounce_addresses(DOMAIN).sign("msg-1", tenant="acme")
    assert addresses.sign("msg-1", tenant="acme") == addresses.sign("msg-1")
    for refused in (
        lambda: acme.bounce_addresses(DOMAIN, tenant="globex"),
        lambda: addresses.sign("msg-1", tenant="globex"),
        lambda: addresses.headers("msg-1", tenant="globex"),
    ):
        with pytest.raises(InvalidInput):
            refused()
