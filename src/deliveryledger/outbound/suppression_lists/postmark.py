"""Postmark: one list for each message stream, changed within a minute.

Source: postmarkapp.com/developer/api/suppressions-api. A complaint cannot be deleted by the customer; what is
added is always a ManualSuppression. The dump has no pages.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import ApiSettings, Credentials, header


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

    address: str = Field(alias="EmailAddress")
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

    def url(self, settings: PostmarkSettings) -> str:
        """Where its API is."""
        return "https://api.postmarkapp.com"

    def credentials(self, secrets: PostmarkSecrets, settings: PostmarkSettings) -> Credentials:
        """The token of the server."""
        return header("x-postmark-server-token", secrets.server_token.get_secret_value())

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """All streams, one after another. ``since`` counts in whole days, so that more may come."""
        # Its days may be those of another zone: a day more is asked for, and what is too old left out.
        query = {} if since is None else {"fromdate": f"{_day_before(since):%Y-%m-%d}"}
        for stream in self._settings.streams:
            for each in self._dump(stream, LISTING, query):
                if since is None or each.listed_at is None or each.listed_at >= since:
                    yield each
