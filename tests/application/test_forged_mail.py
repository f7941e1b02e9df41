"""Anybody can write a mail: one that does not prove which message of ours it is about changes nothing."""

from collections.abc import Callable

import pytest

from deliveryledger import Ledger
from deliveryledger.application.claims import Claim
from deliveryledger.application.policies import Policies
from deliveryledger.application.quarantine import keep_unmatched
from deliveryledger.application.unit_of_work import UnitOfWork
from deliveryledger.domain.message_reference import MessageReference
from deliveryledger.inbound.mail import BounceAddresses
from deliveryledger.testing import ADDRESS
from tests.application.proofs import DOMAIN, FACT, KINDS, LONG, UNMATCHED, Mail, by, failed, is_untouched, to
from tests.application.world import Clock, send, shown

# -- what is not ------------------------------------------------------------------------------


@KINDS
def test_a_guessed_id_proves_nothing(sent: Ledger, mail: Mail):
    guessed = "X-Deliveryledger-Message-Id: msg-1\nX-Deliveryledger-Tenant: default\n"
    assert sent.record_mail(mail(returned=guessed)) == UNMATCHED
    assert is_untouched(sent)
    assert sent.intake.retry() == UNMATCHED
    assert is_untouched(sent)


def test_a_guessed_id_does_not_lie_in_wait_for_its_message(ledger: Ledger):
    raw = failed(returned="X-Deliveryledger-Message-Id: msg-1\n")
    assert ledger.record_mail(raw) == UNMATCHED
    send(ledger, "cand-7", "msg-1")
    assert is_untouched(ledger)
    assert len(ledger.intake.unmatched()) == 1


def test_one_that_an_earlier_version_let_wait_for_a_guessed_id_is_not_applied(ledger: Ledger):
    (report,) = ledger.read_mail(failed(returned="X-Deliveryledger-Message-Id: msg-1\n")).reports

    def keep(unit: UnitOfWork) -> None:
        claim = Claim.of(report, unit, None)._replace(own_stream="message-default:msg-1")
        assert keep_unmatched(unit, claim, None, Policies())

    ledger._services.transact(keep)
    send(ledger, "cand-7", "msg-1")
    assert is_untouched(ledger)


@KINDS
@pytest.mark.parametrize(
    "forge",
    [
        lambda address: address.replace("@", "a@"),
        lambda address: address[:10] + ("a" if address[10] != "a" else "b") + address[11:],
        lambda address: address.replace(DOMAIN, "bounces.evil.example"),
        lambda _: BounceAddresses(DOMAIN, [b"somebody else's key" * 2]).sign("msg-1"),
        lambda _: "b.msg-1@" + DOMAIN,
    ],
    ids=["longer", "one character", "another domain", "another key", "no token"],
)
def test_a_forged_address_proves_nothing(
    sent: Ledger, addresses: BounceAddresses, mail: Mail, forge: Callable[[str], str]
):
    assert sent.record_mail(to(forge(addresses.sign("msg-1")), mail())) == UNMATCHED
    assert is_untouched(sent)


def test_a_wrong_signature_in_the_headers_proves_nothing(sent: Ledger, addresses: BounceAddresses):
    headers = addresses.headers("msg-1")
    headers["X-Deliveryledger-Signature"] = addresses.headers("msg-2")["X-Deliveryledger-Signature"]
    assert sent.record_mail(failed(returned=by(headers))) == UNMATCHED
    token = addresses.sign("msg-1").partition("@")[0].removeprefix("b.")
    headers["X-Deliveryledger-Signature"] = token
    assert sent.record_mail(failed(returned=by(headers))) == UNMATCHED
    assert is_untouched(sent)


def test_the_digest_that_stands_for_a_long_id_is_no_message_id(ledger: Ledger, clock: Clock):
    send(ledger, "cand-7", LONG)
    digest = MessageReference.of(LONG, "default").digest
    raw = failed(returned=f"Message-ID: <{digest}>\n")
    assert ledger.record_mail(raw) == UNMATCHED
    assert ledger.suppression_filters.may_send(ADDRESS)


@KINDS
def test_our_message_id_with_somebody_elses_address_proves_nothing(sent: Ledger, mail: Mail):
    sent.candidate_emails.register("cand-8", "grace@navy.example", by="rec-3")
    raw = mail("grace@navy.example", returned="Message-ID: <p-msg-1@ats.example>\n")
    assert sent.record_mail(raw) == UNMATCHED
    assert is_untouched(sent)
    assert sent.suppression_filters.may_send("grace@navy.example")


@KINDS
def test_about_an_address_that_was_never_mailed_nothing_is_believed(sent: Ledger, mail: Mail):
    assert (
        sent.record_mail(mail("nobody@else.example", returned="Message-ID: <x@else.example>\n")) == UNMATCHED
    )
    assert sent.suppression_filters.may_send("nobody@else.example")
    assert is_untouched(sent)


# -- tenants ----------------------------------------------------------------------------------


@pytest.mark.parametrize("message_id", ["msg-9", LONG])
def test_what_is_signed_for_one_tenant_is_nothing_to_another(ledger: Ledger, message_id: str):
    for tenant in ("acme", "globex"):
        bound = ledger.tenant(tenant)
        bound.candidate_emails.register("cand-7", ADDRESS, by="rec-3")
        send(bound, "cand-7", message_id)
    acme, globex = ledger.tenant("acme"), ledger.tenant("globex")
    raw = to(acme.bounce_addresses(DOMAIN).sign(message_id), failed())
    assert globex.record_mail(raw) == UNMATCHED
    assert ledger.intake.retry() == UNMATCHED
    assert [shown(each, message_id).status for each in (acme, globex)] == ["submitted", "submitted"]
    assert ledger.record_mail(raw) == FACT
    assert [shown(each, message_id).status for each in (acme, globex)] == ["hard_bounced", "submitted"]
    assert globex.suppression_filters.may_send(ADDRESS)
