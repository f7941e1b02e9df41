"""Mailgun, after documentation.mailgun.com (bounces, complaints, unsubscribe): lists of each domain."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, ClassVar
from urllib.parse import quote

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, Asked, Told, Vendor

_LISTS = {
    Cause.HARD_BOUNCE: "bounces",
    Cause.COMPLAINT: "complaints",
    Cause.UNSUBSCRIBE: "unsubscribes",
}
_KEY = "key-right"


@dataclass
class Mailgun(Vendor):
    """Two sending domains. Pages go by the address before them; after the last comes an empty one."""

    SLUG = "mailgun"
    SECRETS: ClassVar = {"api_key": _KEY}
    WRONG_SECRETS: ClassVar = {"api_key": "key-other"}
    SETTINGS: ClassVar = {"domains": ["mg.example.com", "jobs.example.com"]}
    PAGE = 1000
    CAN_SAY_SINCE = False
    HELD = tuple(_LISTS)
    ADDABLE = tuple(_LISTS)
    NOT_ADDABLE = (Cause.MANUAL, Cause.ESCALATION, Cause.PROVIDER_LIST)

    lists: dict[tuple[str, str], dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {
            (domain, name): {}
            for domain in ("mg.example.com", "jobs.example.com")
            for name in _LISTS.values()
        }
    )

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        self.put_on("mg.example.com", _LISTS[cause], {"address": address}, at)

    def put_on(self, domain: str, name: str, record: dict[str, Any], at: datetime = LISTED) -> None:
        entry = {"created_at": format_datetime(at, usegmt=True), **record}
        if name == "bounces":
            entry = {"code": "550", "error": "", **entry}
        if name == "unsubscribes":
            entry = {"tags": ["*"], **entry}
        self.lists[domain, name][record["address"].lower()] = entry

    def has(self, address: str) -> bool:
        return any(address.lower() in entries for entries in self.lists.values())

    def knows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == "Basic " + b64encode(f"api:{_KEY}".encode()).decode()

    def denied(self) -> Told:
        return Told(401, b"Forbidden")

    def answer(self, asked: Asked) -> Told:
        match (asked.method, *asked.path):
            case (_, "v3", domain, name, *_) if (domain, name) not in self.lists:
                return Told(404, {"message": f"Domain not found: {domain}"})
            case ("GET", "v3", domain, name):
                return self._page(domain, name, asked)
            case ("DELETE", "v3", domain, name):
                self.lists[domain, name].clear()
                return Told(200, {"message": "Bounced addresses for this domain have been removed"})
            case ("POST", "v3", domain, name):
                if not all("@" in each["address"] for each in asked.json):
                    return Told(400, {"message": "Invalid address"})
                for each in asked.json:
                    self.put_on(domain, name, each)
                return Told(200, {"message": f"{len(asked.json)} addresses have been added to the table"})
            case ("GET", "v3", domain, name, address):
                entry = self.lists[domain, name].get(address.lower())
                return Told(200, entry) if entry else Told(404, {"message": "Address not found in the table"})
            case ("DELETE", "v3", domain, name, address):
                return self._delete(self.lists[domain, name], address.lower(), asked.query.get("tag"))
        return Told(404, {"message": "not found"})

    def _delete(self, entries: dict[str, dict[str, Any]], address: str, tag: str | None) -> Told:
        if address not in entries:
            return Told(404, {"message": "Address not found in the table"})
        left = [each for each in entries[address].get("tags", []) if each != tag]
        if tag is None or not left:
            del entries[address]
        else:
            entries[address]["tags"] = left
        return Told(200, {"message": "has been removed", "address": address})

    def _page(self, domain: str, name: str, asked: Asked) -> Told:
        limit = min(int(asked.query.get("limit", 100)), self.PAGE)
        entries = self.lists[domain, name]
        after = asked.query.get("address", "") if asked.query.get("page") == "next" else ""
        names = [each for each in sorted(entries) if each > after.lower()][:limit]
        last = entries[names[-1]]["address"] if names else after
        base = f"{self.url}/v3/{domain}/{name}?limit={limit}"
        paging = {
            "first": f"{base}&page=first",
            "previous": f"{base}&page=previous&address={quote(after)}",
            "next": f"{base}&page=next&address={quote(last)}",
            "last": f"{base}&page=last",
        }
        return Told(200, {"items": [entries[each] for each in names], "paging": paging})
