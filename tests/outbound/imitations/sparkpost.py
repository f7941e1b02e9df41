"""SparkPost, after developers.sparkpost.com/api/suppression-list: types, subaccounts, Compliance."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, NOW, Asked, Told, Vendor

_SOURCES = {
    Cause.HARD_BOUNCE: "Bounce Rule",
    Cause.COMPLAINT: "Spam Complaint",
    Cause.UNSUBSCRIBE: "List Unsubscribe",
    Cause.MANUAL: "Manually Added",
    Cause.PROVIDER_LIST: "Compliance",
}
_NOT_FOUND = Told(404, {"errors": [{"message": "Recipient could not be found"}]})
_COMPLIANCE = Told(403, {"errors": [{"message": "Recipient could not be removed - Compliance"}]})
Entries = list[dict[str, Any]]


@dataclass
class SparkPost(Vendor):
    """An account (0) and its subaccount 7. Who asks for no list in particular gets what was minutes ago."""

    SLUG = "sparkpost"
    SECRETS: ClassVar = {"api_key": "right-key"}
    WRONG_SECRETS: ClassVar = {"api_key": "other-key"}
    PAGE = 1000
    HELD = tuple(_SOURCES)
    ADDABLE = tuple(Cause)
    REFUSES = (Cause.PROVIDER_LIST, "compliance")

    lists: dict[int, Entries] = field(default_factory=lambda: {0: [], 7: []})
    minutes_ago: Entries = field(default_factory=list)

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        self.put_on(0, address, _SOURCES[cause], "non_transactional", at)

    def put_on(
        self, whose: int, address: str, source: str, kind: str, at: datetime = LISTED, **more: str
    ) -> None:
        entry = {"recipient": address, "source": source, "type": kind, kind: True, **more}
        self.lists[whose].append({**entry, "created": at.isoformat(), "updated": at.isoformat()})

    def has(self, address: str) -> bool:
        return any(_is_of(each, address) for entries in self.lists.values() for each in entries)

    def settle(self) -> None:
        self.minutes_ago = deepcopy([each for entries in self.lists.values() for each in entries])

    def knows(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == self.SECRETS["api_key"]

    def denied(self) -> Told:
        return Told(401, {"errors": [{"message": "Unauthorized."}]})

    def answer(self, asked: Asked) -> Told:
        whose = asked.headers.get("x-msys-subaccount")
        if whose == "0" and asked.method != "GET":
            return Told(400, {"errors": [{"message": "not for the account"}]})
        searched = self.minutes_ago if whose is None else self.lists[int(whose)]
        match (asked.method, *asked.path):
            case ("GET", "api", "v1", "suppression-list"):
                return self._page(searched, asked)
            case ("GET", "api", "v1", "suppression-list", "summary"):
                return Told(200, {"results": {"total": len(searched)}})
            case ("GET", "api", "v1", "suppression-list", address):
                found = [each for each in searched if _is_of(each, address)]
                return (
                    Told(200, {"results": found, "links": [], "total_count": len(found)})
                    if found
                    else _NOT_FOUND
                )
            case ("PUT", "api", "v1", "suppression-list", address):
                return self._put(int(whose or 0), address, asked.json["type"])
            case ("DELETE", "api", "v1", "suppression-list", address):
                return self._delete(int(whose or 0), address)
        return Told(404, b"<html>no such page</html>")

    def _put(self, whose: int, address: str, kind: str) -> Told:
        if "@" not in address:
            return Told(400, {"errors": [{"message": "invalid recipient"}]})
        entries = self.lists[whose]
        if any(each["source"] == "Compliance" for each in entries if _is_of(each, address)):
            return _COMPLIANCE
        # An entry without ``list_id`` is another than those of single mailing lists.
        entries[:] = [
            each for each in entries if not _is_of(each, address) or each["type"] != kind or "list_id" in each
        ]
        self.put_on(whose, address, "Manually Added", kind, NOW)
        return Told(200, {"results": {"message": "Suppression list successfully updated"}})

    def _delete(self, whose: int, address: str) -> Told:
        found = [each for each in self.lists[whose] if _is_of(each, address)]
        if any(each["source"] == "Compliance" for each in found):
            return _COMPLIANCE
        self.lists[whose][:] = [each for each in self.lists[whose] if not _is_of(each, address)]
        return Told(204) if found else _NOT_FOUND

    def _page(self, entries: Entries, asked: Asked) -> Told:
        since = asked.query.get("from")
        if since:
            first = datetime.fromisoformat(since)
            entries = [each for each in entries if datetime.fromisoformat(each["updated"]) >= first]
        size = int(asked.query.get("per_page", self.PAGE))
        cursor = asked.query.get("cursor", "initial")
        offset = 0 if cursor == "initial" else int(cursor.removeprefix("cursor/+="))
        page = entries[offset : offset + size]
        href = f"/api/v1/suppression-list?cursor=cursor%2F%2B%3D{offset + size}&per_page={size}"
        links = [{"href": href, "rel": "next"}] if page else []
        return Told(200, {"results": page, "links": links, "total_count": len(entries)})


def _is_of(entry: dict[str, Any], address: str) -> bool:
    return bool(entry["recipient"].lower() == address.lower())
