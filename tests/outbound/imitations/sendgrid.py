"""SendGrid, after twilio.com/docs/sendgrid/api-reference: four lists, pages by limit and offset."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, Asked, Told, Vendor

_LISTS = {
    Cause.HARD_BOUNCE: "bounces",
    Cause.PROVIDER_LIST: "invalid_emails",
    Cause.COMPLAINT: "spam_reports",
    Cause.UNSUBSCRIBE: "unsubscribes",
}
_WORDS = "550 5.1.1 The email account that you tried to reach does not exist."


@dataclass
class SendGrid(Vendor):
    """One account; its blocks are there, too, and must never be touched."""

    SLUG = "sendgrid"
    SECRETS: ClassVar = {"api_key": "SG.right.key"}
    WRONG_SECRETS: ClassVar = {"api_key": "SG.other.key"}
    PAGE = 500
    HELD = tuple(_LISTS)
    ADDABLE = (Cause.COMPLAINT, Cause.UNSUBSCRIBE)
    NOT_ADDABLE = (Cause.HARD_BOUNCE, Cause.MANUAL, Cause.ESCALATION, Cause.PROVIDER_LIST)

    lists: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {name: {} for name in (*_LISTS.values(), "blocks")}
    )

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        entry: dict[str, Any] = {"created": int(at.timestamp()), "email": address}
        if cause is Cause.HARD_BOUNCE:
            entry |= {"reason": _WORDS, "status": "5.1.1"}
        self.lists[_LISTS[cause]][address.lower()] = entry

    def has(self, address: str) -> bool:
        return any(address.lower() in entries for entries in self.lists.values())

    def denied(self) -> Told:
        return Told(401, {"errors": [{"field": None, "message": "authorization required"}]})

    def knows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {self.SECRETS['api_key']}"

    def answer(self, asked: Asked) -> Told:
        match (asked.method, *asked.path):
            case ("GET", "v3", "suppression", name) if name in self.lists:
                return self._page(name, asked)
            case ("DELETE", "v3", "suppression", name) if name in self.lists and asked.json["delete_all"]:
                self.lists[name].clear()
                return Told(204)
            case ("GET", "v3", "suppression", name, address) if name in self.lists:
                entry = self.lists[name].get(address.lower())
                return Told(200, [entry] if entry else [])
            case ("GET", "v3", "asm", "suppressions", "global", address):
                entry = self.lists["unsubscribes"].get(address.lower())
                return Told(200, {"recipient_email": entry["email"]} if entry else {})
            case ("POST", "v3", "asm", "suppressions", "global"):
                for address in asked.json["recipient_emails"]:
                    self.put(address, Cause.UNSUBSCRIBE)
                return Told(201, asked.json)
            case ("DELETE", "v3", "asm", "suppressions", "global", address):
                self.lists["unsubscribes"].pop(address.lower(), None)
                return Told(204)
            case ("DELETE", "v3", "suppression", name, address) if name in self.lists:
                return Told(204 if self.lists[name].pop(address.lower(), None) else 404)
        return Told(404, {"errors": [{"field": None, "message": "not found"}]})

    def _page(self, name: str, asked: Asked) -> Told:
        first, offset = int(asked.query.get("start_time", 0)), int(asked.query.get("offset", 0))
        limit = min(int(asked.query.get("limit", self.PAGE)), self.PAGE)
        found = [each for each in self.lists[name].values() if each["created"] >= first]
        return Told(200, found[offset : offset + limit])
