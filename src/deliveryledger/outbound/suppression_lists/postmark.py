"""Postmark: one list for each message stream, changed within a minute.

Source: postmarkapp.com/developer/api/suppressions-api. A complaint cannot be deleted by the customer; what is
added is always a ManualSuppression. The dump has no pages.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import ApiSettings, Credentials, header, usable


class PostmarkSecrets(AdapterSecrets):
    """Of the server, not of the account."""

    server_token: Secret


class PostmarkSettings(ApiSettings):
    """Which lists make up the account."""

    streams: tuple[str, ...] = Field(("outbound", "broadcast"), min_length=1)
    """Ids of the message streams; the default ones of a new server."""
    largest_answer: int = Field(64 * 2**20, gt=0)
    """Bytes of one answer; a stream comes in a single one, at some 150 bytes an address."""


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    address: str = Field(alias="EmailAddress")
    reason: str = Field(alias="SuppressionReason")
    origin: str | None = Field(None, alias="Origin")
    created_at: datetime | None = Field(None, alias="CreatedAt")


class _Dump(BaseModel):
    entries: list[_Entry] = Field(alias="Suppressions")


class _Change(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    status: str = Field(alias="Status")


class _Changes(BaseModel):
    changes: list[_Change] = Field(alias="Suppressions")


_COMPLAINT: Final = "SpamComplaint"
_CAUSES: Final[Mapping[tuple[str, str | None], Cause]] = {
    # SuppressionReason, Origin (None: any other): what our filter calls it
    ("HardBounce", None): Cause.HARD_BOUNCE,
    (_COMPLAINT, None): Cause.COMPLAINT,
    # By the recipient it is an unsubscription; by the customer or Postmark, somebody's decision.
    ("ManualSuppression", "Recipient"): Cause.UNSUBSCRIBE,
    ("ManualSuppression", None): Cause.MANUAL,
}


class PostmarkLists(Adapter[PostmarkSecrets, PostmarkSettings]):
    """The suppressions of a server's message streams. What it deletes is gone within a minute: ask later."""

    SLUG = "postmark"
    Secrets = PostmarkSecrets
    Settings = PostmarkSettings

    def url(self) -> str:
        """Where its API is."""
        return "https://api.postmarkapp.com"

    def credentials(self, secrets: PostmarkSecrets) -> Credentials:
        """The token of the server."""
        return header("x-postmark-server-token", secrets.server_token.get_secret_value())

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """All streams, one after another. ``since`` counts in whole days, so that more may come."""
        # Its days may be those of another zone: a day more is asked for, and what is too old left out.
        query = {} if since is None else {"fromdate": f"{since - timedelta(days=1):%Y-%m-%d}"}
        for stream in self._settings.streams:
            for each in self._dump(stream, LISTING, query):
                if since is None or each.listed_at is None or each.listed_at >= since:
                    yield each

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """Its entries on every stream."""
        query = {"EmailAddress": usable(address)}  # an empty one would be no filter
        return tuple(
            each
            for stream in self._settings.streams
            for each in self._dump(stream, FINDING, query)
            # A filter that the provider did not apply must not put a whole list on one address.
            if normalise(each.address) == normalise(address)
        )

    @override
    def add(self, address: str, cause: Cause) -> Addition:
        """Put it on every stream, as a ManualSuppression whatever the cause."""
        streams = self._settings.streams
        failed = {stream for stream in streams if not self._changed(stream, (), address, ADDING)}
        # An address with a complaint cannot be added, either: it is there.
        if failed and not failed <= {_stream_of(each) for each in self.find(address)}:
            return Addition.NOT_POSSIBLE
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        """Take it off every stream, or off none: with a complaint on one of them, it stays on all."""
        found = self.find(address)
        if any(not each.removable for each in found):
            return Removal(Removed.REFUSED, "complaint")
        if not found:
            return Removal(Removed.CONFIRMED)
        for stream, spelling in {(_stream_of(each), each.address) for each in found}:
            if not self._changed(stream, ("delete",), spelling, REMOVING):
                return Removal(Removed.REFUSED, "not_removable")
        return Removal(Removed.PENDING)

    def _dump(self, stream: str, attempted: str, query: Mapping[str, str]) -> Iterator[ListEntry]:
        path = ("message-streams", stream, "suppressions", "dump")
        answer = self._api.call("GET", path, attempted, query=query)
        return (_entry(stream, each) for each in answer.read(_Dump).entries)

    def _changed(self, stream: str, action: tuple[str, ...], address: str, attempted: str) -> bool:
        """Whether it took the change of an address; it answers 200 all the same where not."""
        path = ("message-streams", stream, "suppressions", *action)
        body = {"Suppressions": [{"EmailAddress": usable(address)}]}
        answer = self._api.call("POST", path, attempted, json=body)
        changes = answer.read(_Changes).changes
        if not changes:
            raise answer.unexpected()
        return all(each.status != "Failed" for each in changes)


def _stream_of(entry: ListEntry) -> str:
    return entry.list_name.rpartition("/")[0]


def _entry(stream: str, entry: _Entry) -> ListEntry:
    by_origin = _CAUSES.get((entry.reason, entry.origin))
    return ListEntry(
        entry.address,
        by_origin or _CAUSES.get((entry.reason, None), Cause.PROVIDER_LIST),
        aware(entry.created_at),
        list_name=f"{stream}/{entry.reason}",
        removable=entry.reason != _COMPLAINT,
    )
