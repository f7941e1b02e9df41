"""Failures as SendGrid's webhook reports them, read by the rules of today or by those of an earlier day."""

import json
from datetime import datetime
from typing import Any

from deliveryledger import Ledger
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Reading
from deliveryledger.inbound import providers
from deliveryledger.testing import ADDRESS

UNKNOWN = {"reason": "550 5.1.1 user unknown", "status": "5.1.1"}
FULL = {"reason": "452 4.2.2 mailbox full", "status": "4.2.2"}


def event(at: datetime, id_: str = "sg-1", name: str = "bounce", to: str = ADDRESS, **fields: Any) -> Any:
    """One event of a request."""
    about = {"event": name, "email": to, "sg_message_id": id_, "timestamp": int(at.timestamp())}
    return {**about, **({"type": "bounce"} if name == "bounce" else {}), **fields}


def read(at: datetime, *events: Any) -> Reading:
    """A request with these events, by the present rules."""
    body = json.dumps(list(events)).encode()
    return providers.get("sendgrid").reread(body, account="main", received_at=at)


def misread(reading: Reading, reason: FailureReason) -> Reading:
    """The request as earlier, worse rules read it."""
    reports = (r._replace(reason=reason, rule="phrase.old", rules_version="0") for r in reading.reports)
    return reading.model_copy(update={"reports": tuple(reports)})


def sent(ledger: Ledger, *ids: str, candidate: str = "cand-7") -> None:
    """Messages that SendGrid has taken; message ``m-<id>`` has its id ``<id>``."""
    for id_ in ids:
        ledger.messages.register(candidate, sender="rec-3", subject="Interview", message_id=f"m-{id_}")
        ledger.messages.mark_submitted(f"m-{id_}", provider="sendgrid", provider_message_id=id_)
