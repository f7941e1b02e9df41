"""Ada's address is stopped, and support looks at it."""

from typing import Any

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.read_models.support_address import AddressPage
from deliveryledger.read_models.support_domain import DomainPage
from deliveryledger.read_models.support_message import MessagePage
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell

WORDS = f"550 5.1.1 user {ADDRESS.partition('@')[0]} unknown <{ADDRESS}>"
DOMAIN = ADDRESS.rpartition("@")[2]


def stopped(ledger: Ledger, clock: Clock) -> Ledger:
    """Ada's first message bounced hard; the second was stopped; support has asked for a removal."""
    ledger.candidate_emails.register("cand-8", ADDRESS, by="rec-4")
    send(ledger, "cand-7", "msg-1")
    tell(ledger, bounced("msg-1", clock))
    ledger.messages.register("cand-8", sender="rec-4", subject="Again", message_id="msg-2")
    ledger.suppression_filters.request_removal(ADDRESS, by="sup-1", evidence="phone")
    return ledger


def bounced(message_id: str, clock: Clock, **fields: Any) -> Any:
    """A hard bounce, five minutes later."""
    at = clock.move(minutes=5)
    known = {
        "reason": FailureReason.MAILBOX_UNKNOWN,
        "diagnostic": WORDS,
        "rule": "code.5.1.1",
        "rules_version": "7",
    }
    return about(message_id, Outcome.BOUNCED, at, **known, **fields)


def address_page(ledger: Ledger, address: str = ADDRESS, **options: Any) -> AddressPage:
    """The page of this address."""
    page = ledger.support(address, **options)
    assert isinstance(page, AddressPage)
    return page


def message_page(ledger: Ledger, message_id: str, **options: Any) -> MessagePage:
    """The page of this message."""
    page = ledger.support(message_id, **options)
    assert isinstance(page, MessagePage)
    return page


def domain_page(ledger: Ledger, domain: str, **options: Any) -> DomainPage:
    """The page of this domain."""
    page = ledger.support(domain, **options)
    assert isinstance(page, DomainPage)
    return page
