"""A mail that proves which message of ours it is about is believed, and about whom."""

from collections.abc import Callable

import pytest

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.domain.reports import Quarantined, Source
from deliveryledger.domain.suppression_filter.events import AddressSuppressed
from deliveryledger.errors import InvalidInput
from deliveryledger.inbound.mail import BounceAddresses
from deliveryledger.testing import ADDRESS
from tests.application.proofs import (
    DOMAIN,
    FACT,
    FORWARDED,
    KINDS,
    LONG,
    REPEAT,
    UNMATCHED,
    Mail,
    by,
    complaint,
    failed,
    is_untouched,
    to,
)
from tests.application.world import Clock, send, shown
from tests.inbound.mail.mails import arf, dsn

# -- what is believed -------------------------------------------------------------------------


@KINDS
def test_our_message_id_with_its_recipient_is_believed_once(sent: Ledger, mail: Mail):
    raw = mail(returned="Message-ID: <p-msg-1@ats.example>\n")
    assert sent.record_mail(raw) == FACT
    assert not is_untouched(sent)
    assert sent.record_mail(raw) == REPEAT


@pytest.mark.parametrize("spelt", [str, str.upper, str.title])
@KINDS
def test_a_signed_envelope_is_believed_once(
    sent: Ledger, addresses: BounceAddresses, mail: Mail, spelt: Callable[[str], str]
):
    raw = to(spelt(addresses.sign("msg-1")), mail())
    assert sent.record_mail(raw) == FACT
    assert not is_untouched(sent)
    assert sent.record_mail(raw) == REPEAT


@pytest.mark.parametrize("mail", [failed, complaint])
def test_a_signature_in_what_was_returned_is_believed(sent: Ledger, addresses: BounceAddresses, mail: Mail):
    assert sent.record_mail(mail(returned=by(addresses.headers("msg-1")))) == FACT
    assert sent.record_mail(mail(returned=f"Return-Path: <{addresses.sign('msg-1')}>\n")) == REPEAT
    assert not sent.suppression_filters.may_send(ADDRESS)


@pytest.mark.parametrize("message_id", ["0192f3a4-1111-7222-8333-123456789abc", LONG, "möte-7", "x" * 200])
@pytest.mark.parametrize("tenant", ["default", "a-tenant-with-a-name-that-is-much-longer"])
def test_whatever_the_id_its_message_is_found(ledger: Ledger, clock: Clock, message_id: str, tenant: str):
    bound = ledger.tenant(tenant)
    bound.candidate_emails.register("cand-1", ADDRESS, by="rec-3")
    bound.messages.register("cand-1", sender="rec-3", subject="x", message_id=message_id)
    raw = to(bound.bounce_addresses(DOMAIN).sign(message_id), failed(FORWARDED))
    bound.messages.mark_submitted(message_id, provider="smtp", provider_message_id="<1@ats.example>")
    bound.messages.mark_submitted(message_id, provider="smtp", provider_message_id="<2@ats.example>")
    assert ledger.record_mail(raw) == FACT
    assert shown(bound, message_id, "cand-1").status == "hard_bounced"


@pytest.mark.parametrize("message_id", ["msg-1", LONG])
@pytest.mark.parametrize("mail", [failed, complaint])
def test_a_signed_mail_that_overtakes_the_commands_waits_for_them(
    ledger: Ledger, message_id: str, mail: Mail
):
    signed = to(ledger.bounce_addresses(DOMAIN).sign(message_id), mail(FORWARDED))
    assert ledger.record_mail(signed) == UNMATCHED
    send(ledger, "cand-7", message_id)
    assert ledger.intake.unmatched() == ()
    assert shown(ledger, message_id).status in ("hard_bounced", "complained")
    assert not ledger.suppression_filters.may_send(ADDRESS)


def test_an_older_key_still_counts(ledger: Ledger, clock: Clock):
    signed = to(ledger.bounce_addresses(DOMAIN).sign("msg-1"), failed())
    keys = ledger.bounce_addresses(DOMAIN).keys
    ledger.keys.rotate_address_secret()
    assert ledger.bounce_addresses(DOMAIN).keys[1:] == keys
    send(ledger, "cand-7", "msg-1")
    assert ledger.record_mail(signed) == FACT


# -- whom it is about -------------------------------------------------------------------------


@pytest.mark.parametrize("mail", [failed, complaint])
def test_where_ours_forwards_to_is_nobody_of_ours(sent: Ledger, addresses: BounceAddresses, mail: Mail):
    assert sent.record_mail(to(addresses.sign("msg-1"), mail(FORWARDED))) == FACT
    assert not sent.suppression_filters.may_send(ADDRESS)
    assert sent.suppression_filters.may_send(FORWARDED)
    (suppressed,) = [e.event for e in sent.history() if isinstance(e.event, AddressSuppressed)]
    assert suppressed.address == ADDRESS
    if mail is failed:
        (evidence,) = sent._services.log.evidence()
        assert FORWARDED.encode() in evidence.raw


def test_of_several_recipients_only_ours_is_ours(sent: Ledger, addresses: BounceAddresses):
    groups = (
        f"Final-Recipient: rfc822; {FORWARDED}\nAction: failed\nStatus: 5.1.1\n",
        f"Final-Recipient: rfc822; {ADDRESS}\nAction: delayed\nStatus: 4.2.2\n",
    )
    raw = to(addresses.sign("msg-1"), dsn(*groups, returned="Subject: Interview\n"))
    assert sent.record_mail(raw) == Recording(facts=1, unmatched=1)
    assert shown(sent, "msg-1").status == "deferred"
    assert sent.suppression_filters.may_send(ADDRESS)
    assert sent.intake.retry() == UNMATCHED
    assert shown(sent, "msg-1").status == "deferred"


def test_in_a_header_that_others_got_as_well_who_is_named_has_to_fit(
    sent: Ledger, addresses: BounceAddresses
):
    """A copy of the same mail to a colleague bounces."""
    raw = failed("colleague@ats.example", returned=by(addresses.headers("msg-1")))
    assert sent.record_mail(raw) == UNMATCHED
    assert is_untouched(sent)
    assert (
        sent.record_mail(failed(FORWARDED, original=ADDRESS, returned=by(addresses.headers("msg-1")))) == FACT
    )


# -- later ------------------------------------------------------------------------------------


def test_a_bounce_that_came_before_its_message_id_was_known_is_tried_again(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    assert ledger.record_mail(failed(returned="Message-ID: <m-1@ats.example>\n")) == UNMATCHED
    assert ledger.intake.retry() == UNMATCHED
    ledger.messages.mark_submitted("msg-1", provider="smtp", provider_message_id="<m-1@ats.example>")
    assert shown(ledger, "msg-1").status == "hard_bounced"
    assert ledger.intake.unmatched() == ()


def test_one_without_a_recipient_is_matched_by_retry(ledger: Ledger, clock: Clock):
    ledger.messages.register("cand-7", sender="rec-3", subject="x", message_id="msg-1")
    raw = arf("Feedback-Type: abuse\n", returned="Message-ID: <m-1@ats.example>\nSubject: x\n")
    assert ledger.record_mail(raw) == UNMATCHED
    ledger.messages.mark_submitted("msg-1", provider="smtp", provider_message_id="<m-1@ats.example>")
    assert ledger.intake.retry() == FACT
    assert shown(ledger, "msg-1").status == "complained"


@pytest.mark.parametrize("message_id", ["msg-1", LONG])
def test_what_is_read_again_is_about_the_same_message(ledger: Ledger, clock: Clock, message_id: str):
    send(ledger, "cand-7", message_id)
    raw = to(ledger.bounce_addresses(DOMAIN).sign(message_id), failed(FORWARDED))
    assert ledger.record_mail(raw) == FACT
    (evidence,) = ledger._services.log.evidence()
    again = ledger._reader(
        provider="mail", account="main", source=evidence.source, raw=raw, received_at=clock.now
    )
    assert again.reports == ledger.read_mail(raw).reports
    assert ledger.reclassify(by="op-1", record=True).changes == ()
    assert shown(ledger, message_id).status == "hard_bounced"


def test_a_mail_that_could_not_be_read_is_proved_when_it_is_read(sent: Ledger, addresses: BounceAddresses):
    raw = to(addresses.sign("msg-1"), failed(FORWARDED))
    unread = sent.read_mail(raw).model_copy(
        update={"reports": (), "quarantined": (Quarantined(why="an older version", raw=raw),)}
    )
    assert unread.source is Source.DSN
    assert sent.record(unread) == Recording(quarantined=1)
    assert sent.intake.retry() == FACT
    assert shown(sent, "msg-1").status == "hard_bounced"


def test_what_waits_goes_with_whoever_it_names(ledger: Ledger):
    """A signed bounce of a message that the ledger has not met names Ada."""
    ledger.record_mail(to(ledger.bounce_addresses(DOMAIN).sign("msg-unknown"), failed()))
    (waiting,) = ledger.intake.unmatched()
    assert waiting.recipient == ADDRESS
    ledger.erase("cand-7", by="dpo")
    assert ledger.intake.unmatched() == ()


@pytest.mark.parametrize("nothing", ["", "<>", None])
def test_a_submission_without_any_id_is_refused(sent: Ledger, nothing: str):
    with pytest.raises(InvalidInput, match="make_msgid"):
        sent.messages.mark_submitted("msg-1", provider="smtp", provider_message_id=nothing)
