"""Events of Amazon SES about the mail to Ada, and what is read of them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from deliveryledger.domain.reports import DeliveryReport, Reading
from deliveryledger.inbound.providers.amazon_ses import AMAZON_SES
from tests.inbound.examples import EXAMPLES
from tests.inbound.requests import ADA, NOW
from tests.inbound.sns_requests import envelope

BOUNCE = EXAMPLES["amazon_ses"].good


MAIL = BOUNCE["mail"]


GRACE = "grace.hopper@example.net"


JEAN = "jean.bartik@example.com"


AT = datetime(2026, 11, 14, 11, 59, 58, 605_000, tzinfo=UTC)


def reread(raw: bytes) -> Reading:
    return AMAZON_SES.reread(raw, account="main", received_at=NOW)


def reading(event: Mapping[str, Any]) -> Reading:
    return reread(json.dumps(envelope(json.dumps(event))).encode())


def reports(event: Mapping[str, Any]) -> tuple[DeliveryReport, ...]:
    found = reading(event)
    assert not found.quarantined
    return found.reports


def report(event: Mapping[str, Any]) -> DeliveryReport:
    (found,) = reports(event)
    return found


def event(kind: str, name: str, detail: Mapping[str, Any] | None = None, **mail: Any) -> dict[str, Any]:
    """An event with a time of its own, of the mail to Ada."""
    about = {"timestamp": "2026-11-14T11:59:58.605Z", **(detail or {})}
    return {"eventType": kind, "mail": {**MAIL, **mail}, name: about}


def bounce(*, kind: str = "Permanent", sub: str = "General", **recipient: Any) -> dict[str, Any]:
    whom = {"emailAddress": ADA, **recipient}
    return event("Bounce", "bounce", {"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": [whom]})


def complaint(*addresses: str, **detail: Any) -> dict[str, Any]:
    suspects = [{"emailAddress": each} for each in addresses]
    return event(
        "Complaint", "complaint", {"complainedRecipients": suspects, "feedbackId": "f-2", **detail},
        destination=[ADA, GRACE, JEAN],
    )  # fmt: skip
