"""Brevo, after developers.brevo.com/reference/get-transac-blocked-contacts and …/unblock-or-resubscribe-….

What it does with ``adminBlocked`` is not documented: ``on_admin_blocked`` is what a test makes of it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, Asked, Told, Vendor

_CODES = {
    Cause.HARD_BOUNCE: "hardBounce",
    Cause.COMPLAINT: "contactFlaggedAsSpam",
    Cause.UNSUBSCRIBE: "unsubscribedViaEmail",
    Cause.PROVIDER_LIST: "adminBlocked",
}


@dataclass
class Brevo(Vendor):
    """One account; the newest entry comes first."""

    SLUG = "brevo"
    SECRETS: ClassVar = {"api_key": "xkeysib-right"}
    WRONG_SECRETS: ClassVar = {"api_key": "xkeysib-other"}
    PAGE = 100
    HELD = tuple(_CODES)
    NOT_ADDABLE = tuple(Cause)

    entries: list[dict[str, Any]] = field(default_factory=list)
    on_admin_blocked: Told | None = None
    """What it answers instead of deleting it; None: it deletes it."""
    at_once: bool = True
    """Whether a deletion takes all senders; otherwise it takes one."""

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        self.put_for("", address, _CODES[cause], at)

    def put_for(self, sender: str, address: str, code: str, at: datetime = LISTED) -> None:
        reason = {"code": code, "message": f"said of {code}"}
        entry = {"email": address, "senderEmail": sender, "reason": reason, "blockedAt": at.isoformat()}
        self.entries.append(entry)

    def has(self, address: str) -> bool:
        return any(_is_of(each, address) for each in self.entries)

    def knows(self, asked: Asked) -> bool:
        return asked.headers.get("api-key") == self.SECRETS["api_key"]

    def denied(self) -> Told:
        return Told(401, {"code": "unauthorized", "message": "Key not found"})

    def answer(self, asked: Asked) -> Told:
        match (asked.method, *asked.path):
            case ("GET", "v3", "smtp", "blockedContacts"):
                limit, offset = int(asked.query.get("limit", 50)), int(asked.query.get("offset", 0))
                if not 0 < limit <= self.PAGE:
                    return Told(400, {"code": "out_of_range", "message": "Limit exceeds max value"})
                entries = sorted(self.entries, key=lambda each: each["blockedAt"], reverse=True)
                return Told(200, {"count": len(entries), "contacts": entries[offset : offset + limit]})
            case ("DELETE", "v3", "smtp", "blockedContacts", address):
                return self._delete(address)
        return Told(404, {"code": "document_not_found", "message": "no such path"})

    def _delete(self, address: str) -> Told:
        if address.count("@") != 1:
            return Told(400, {"code": "invalid_parameter", "message": "Invalid email"})
        found = [each for each in self.entries if _is_of(each, address)]
        if not found:
            return Told(404, {"code": "document_not_found", "message": "Contact email not found"})
        if self.on_admin_blocked and any(each["reason"]["code"] == "adminBlocked" for each in found):
            return self.on_admin_blocked
        for each in found if self.at_once else found[:1]:
            self.entries.remove(each)
        return Told(204)


def _is_of(entry: dict[str, Any], address: str) -> bool:
    return bool(entry["email"].lower() == address.lower())
