"""Resend, after resend.com/docs/api-reference/suppressions: one list of the team, pages by ``after``."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, uuid5

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, NOW, Asked, Told, Vendor

_ORIGINS = {Cause.HARD_BOUNCE: "bounce", Cause.COMPLAINT: "complaint"}
_NOT_FOUND = Told(404, {"statusCode": 404, "name": "not_found", "message": "Suppression not found"})


@dataclass
class Resend(Vendor):
    """Entries go by their id or their address; it lowers the case of what it is asked."""

    SLUG = "resend"
    SECRETS: ClassVar = {"api_key": "re_right"}
    WRONG_SECRETS: ClassVar = {"api_key": "re_other"}
    PAGE = 100
    CAN_SAY_SINCE = False
    HELD = (*_ORIGINS, Cause.MANUAL)
    ADDABLE = tuple(Cause)

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        self.entries[address.lower()] = {
            "object": "suppression",
            "id": str(uuid5(NAMESPACE_URL, address.lower())),
            "email": address,
            "origin": _ORIGINS.get(cause, "manual"),
            "source_id": None,
            "created_at": at.isoformat(),
        }

    def has(self, address: str) -> bool:
        return address.lower() in self.entries

    def knows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Bearer {self.SECRETS['api_key']}"

    def denied(self) -> Told:
        return Told(403, {"statusCode": 403, "name": "invalid_api_key", "message": "API key is invalid"})

    def answer(self, asked: Asked) -> Told:
        match (asked.method, *asked.path):
            case ("GET", "suppressions"):
                return self._page(asked)
            case ("POST", "suppressions"):
                email = asked.json["email"].strip()
                if "@" not in email:
                    return Told(
                        422, {"statusCode": 422, "name": "validation_error", "message": "Invalid `email`"}
                    )
                if not self.has(email):
                    self.put(email.lower(), Cause.MANUAL, NOW)
                return Told(200, {"object": "suppression", "id": self.entries[email.lower()]["id"]})
            case ("GET", "suppressions", which):
                entry = self.entries.get(self._key(which))
                return Told(200, entry) if entry else _NOT_FOUND
            case ("DELETE", "suppressions", which):
                entry = self.entries.pop(self._key(which), None)
                said = {"object": "suppression", "id": entry["id"], "deleted": True} if entry else None
                return Told(200, said) if entry else _NOT_FOUND
        return Told(404, {"statusCode": 404, "name": "not_found", "message": "no such endpoint"})

    def _key(self, which: str) -> str:
        by_id = {entry["id"]: key for key, entry in self.entries.items()}
        return by_id.get(which, which.lower())

    def _page(self, asked: Asked) -> Told:
        entries = list(self.entries.values())
        limit = min(int(asked.query.get("limit", self.PAGE)), self.PAGE)
        ids = [each["id"] for each in entries]
        start = ids.index(asked.query["after"]) + 1 if "after" in asked.query else 0
        page = entries[start : start + limit]
        return Told(200, {"object": "list", "has_more": start + limit < len(entries), "data": page})
