"""Postmark, after postmarkapp.com/developer/api/suppressions-api and …/api/overview (error codes)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, Asked, Told, Vendor

_REASONS = {
    Cause.HARD_BOUNCE: ("HardBounce", "Recipient"),
    Cause.COMPLAINT: ("SpamComplaint", "Recipient"),
    Cause.UNSUBSCRIBE: ("ManualSuppression", "Recipient"),
    Cause.MANUAL: ("ManualSuppression", "Customer"),
}


@dataclass
class Postmark(Vendor):
    """One server with two streams. Changes of the customer are done a minute later."""

    SLUG = "postmark"
    SECRETS: ClassVar = {"server_token": "3b1f-server-token"}
    WRONG_SECRETS: ClassVar = {"server_token": "other-server-token"}
    HELD = tuple(_REASONS)
    ADDABLE = tuple(Cause)
    REFUSES = (Cause.COMPLAINT, "complaint")
    IS_EVENTUAL = True

    streams: dict[str, dict[str, dict[str, str]]] = field(
        default_factory=lambda: {"outbound": {}, "broadcast": {}}
    )
    accepted: list[tuple[str, str, bool]] = field(default_factory=list)
    """Stream, address, whether it is to be deleted: not done yet."""

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        self._put("outbound", address, *_REASONS[cause], at)

    def has(self, address: str) -> bool:
        return any(address.lower() in entries for entries in self.streams.values())

    def settle(self) -> None:
        for stream, address, is_gone in self.accepted:
            if is_gone:
                self.streams[stream].pop(address.lower(), None)
            elif address.lower() not in self.streams[stream]:
                self._put(stream, address, "ManualSuppression", "Customer", LISTED)
        self.accepted.clear()

    def knows(self, asked: Asked) -> bool:
        return asked.headers.get("x-postmark-server-token") == self.SECRETS["server_token"]

    def denied(self) -> Told:
        return Told(401, {"ErrorCode": 10, "Message": "Bad or missing Server API token."})

    def answer(self, asked: Asked) -> Told:
        match (asked.method, *asked.path):
            case ("GET", "message-streams", stream, "suppressions", "dump") if stream in self.streams:
                return Told(200, {"Suppressions": self._dump(stream, asked)})
            case ("POST", "message-streams", stream, "suppressions") if stream in self.streams:
                return self._change(stream, asked, is_gone=False)
            case ("POST", "message-streams", stream, "suppressions", "delete") if stream in self.streams:
                return self._change(stream, asked, is_gone=True)
            case (_, "message-streams", _, "suppressions", *_):
                return Told(422, {"ErrorCode": 1226, "Message": "The message stream was not found."})
        return Told(404)

    def _put(self, stream: str, address: str, reason: str, origin: str, at: datetime) -> None:
        entry = {"EmailAddress": address, "SuppressionReason": reason, "Origin": origin}
        self.streams[stream][address.lower()] = {**entry, "CreatedAt": at.isoformat()}

    def _dump(self, stream: str, asked: Asked) -> list[dict[str, str]]:
        wanted, first = asked.query.get("EmailAddress"), asked.query.get("fromdate", "")
        return [
            each
            for each in self.streams[stream].values()
            if each["CreatedAt"][:10] >= first
            if wanted is None or each["EmailAddress"].lower() == wanted.lower()
        ]

    def _change(self, stream: str, asked: Asked, *, is_gone: bool) -> Told:
        told = []
        for each in asked.json["Suppressions"]:
            address, entry = each["EmailAddress"], self.streams[stream].get(each["EmailAddress"].lower())
            if "@" not in address:
                said = ("Failed", "An invalid email address was provided.")
            elif entry and entry["SuppressionReason"] == "SpamComplaint":
                said = ("Failed", "You do not have the required authority to change this suppression.")
            else:
                said = ("Deleted" if is_gone else "Suppressed", "")
                self.accepted.append((stream, address, is_gone))
            told.append({"EmailAddress": address, "Status": said[0], "Message": said[1] or None})
        return Told(200, {"Suppressions": told})
