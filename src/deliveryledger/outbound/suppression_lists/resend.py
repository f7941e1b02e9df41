"""Resend: one list for the team, whatever the domain.

Source: resend.com/docs/api-reference/suppressions (list-, get-, add- and remove-suppression) and
…/api-reference/rate-limit. What is added is always of origin ``manual``; nothing is said to be refused.
The order of the list is not documented: it is always read whole.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .absence import MISSING, Absence
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import Answer, ApiSettings, Credentials, bearer
from .spellings import spellings


class ResendSecrets(AdapterSecrets):
    """A key with full access: one for sending only may not read the list."""

    api_key: Secret


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    id: str
    email: str
    origin: str
    created_at: datetime | None = None


class _Page(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    data: list[_Entry]
    has_more: bool


class _Deleted(BaseModel):
    deleted: bool


_CAUSES: Final = {"bounce": Cause.HARD_BOUNCE, "complaint": Cause.COMPLAINT, "manual": Cause.MANUAL}
_LIST: Final = "suppressions"
_PAGE: Final = 100


class ResendLists(Adapter[ResendSecrets, ApiSettings]):
    """The suppressions of a team. It gives everything back."""

    SLUG = "resend"
    Secrets = ResendSecrets
    Settings = ApiSettings

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._absence = Absence(lambda _: self._page(FINDING, {"limit": 1}))

    def url(self) -> str:
        """Where its API is."""
        return "https://api.resend.com"

    def credentials(self, secrets: ResendSecrets) -> Credentials:
        """The key."""
        return bearer(secrets.api_key.get_secret_value())

    @override
    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """Page by page. All of them, since it cannot say what came after a moment."""
        query: dict[str, str | int] = {"limit": _PAGE}
        while True:
            answer = self._page(LISTING, query)
            page = answer.read(_Page)
            if page.has_more and (not page.data or page.data[-1].id == query.get("after")):
                raise answer.unexpected()
            yield from map(_entry, page.data)
            if not page.has_more:
                return
            query["after"] = page.data[-1].id

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """Its entry."""
        found = (self._one("GET", each, FINDING) for each in spellings(address))
        entries = (_entry(each.read(_Entry)) for each in found if each is not None)
        return tuple(dict.fromkeys(each for each in entries if normalise(each.address) == normalise(address)))

    @override
    def add(self, address: str, cause: Cause) -> Addition:
        """Put it there, as ``manual`` whatever the cause; an entry that is there stays as it is."""
        self._api.call("POST", (_LIST,), ADDING, json={"email": spellings(address)[-1]})
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        """Delete its entry."""
        for each in spellings(address):
            answer = self._one("DELETE", each, REMOVING)
            if answer is not None and not answer.read(_Deleted).deleted:
                return Removal(Removed.REFUSED, "not_removable")
        return Removal(Removed.CONFIRMED)

    def _page(self, attempted: str, query: dict[str, str | int]) -> Answer:
        return self._api.call("GET", (_LIST,), attempted, query=query)

    def _one(self, method: str, spelling: str, attempted: str) -> Answer | None:
        answer = self._api.call(method, (_LIST, spelling), attempted, also=MISSING)
        if answer.status not in MISSING:
            return answer
        self._absence.make_sure(_LIST)
        return None


def _entry(entry: _Entry) -> ListEntry:
    cause = _CAUSES.get(entry.origin, Cause.PROVIDER_LIST)
    return ListEntry(entry.email, cause, aware(entry.created_at), list_name=entry.origin)
