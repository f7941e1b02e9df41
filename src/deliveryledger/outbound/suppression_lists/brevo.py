"""Brevo: the contacts that get no transactional mail, per sender or from all senders.

Source: developers.brevo.com/reference/get-transac-blocked-contacts and
…/unblock-or-resubscribe-a-transactional-contact, …/docs/limit-headers; what blocks a contact:
help.brevo.com/hc/en-us/articles/209458705. Nothing adds to the list, and nothing looks one address up.

Not documented, and so asked again after a removal: whether it is for all senders, and whether Brevo gives
back what it calls ``adminBlocked``.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from ...errors import ProviderRefused
from ..retry_after import seconds_of
from .absence import MISSING, Absence
from .adapter import FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import Answer, ApiSettings, Credentials, header
from .spellings import spellings


class BrevoSecrets(AdapterSecrets):
    """A key of the API, not of SMTP."""

    api_key: Secret


class _Reason(BaseModel):
    code: str = ""


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    email: str
    reason: _Reason = _Reason()
    blockedAt: datetime | None = None  # noqa: N815  # as Brevo spells it


class _Page(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    count: int | None = None
    contacts: list[_Entry] = []

    @property
    def is_void(self) -> bool:
        """Whether it is no page at all, or one that lacks what it counts."""
        return not self.contacts and self.count != 0


_ADMIN: Final = "adminblocked"
_CAUSES: Final = {
    # reason.code in lower case, since the documentation spells it in two ways
    "hardbounce": Cause.HARD_BOUNCE,
    "contactflaggedasspam": Cause.COMPLAINT,
    "unsubscribedviaemail": Cause.UNSUBSCRIBE,
    "unsubscribedviama": Cause.UNSUBSCRIBE,
    "unsubscribedviaapi": Cause.UNSUBSCRIBE,
    _ADMIN: Cause.PROVIDER_LIST,
}
_LIST: Final = ("v3", "smtp", "blockedContacts")
_PAGE: Final = 100
_TIMES: Final = 2
"""Deletions of one spelling: the second one says whether the first one did it (404)."""
_MARGIN: Final = timedelta(days=1)
"""How far the list may be out of order, and its clock from ours."""


class BrevoLists(Adapter[BrevoSecrets, ApiSettings]):
    """The blocked contacts of an account. Nobody can put an address there."""

    SLUG = "brevo"
    Secrets = BrevoSecrets
    Settings = ApiSettings

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._absence = Absence(lambda _: self._page(REMOVING, 1, 0).read(_Page))

    def url(self) -> str:
        """Where its API is."""
        return "https://api.brevo.com"

    def credentials(self, secrets: BrevoSecrets) -> Credentials:
        """The key."""
        return header("api-key", secrets.api_key.get_secret_value())

    def seconds_to_wait(self, answer: Answer) -> float | None:
        """Brevo says it in a header of its own."""
        told = super().seconds_to_wait(answer)
        return (
            told
            if told is not None
            else seconds_of(answer.headers.get("x-sib-ratelimit-reset"), self._clock())
        )

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """Page by page, newest first; with ``since``, until a whole page is older by a day."""
        # Its own filter by day is not used: it refuses a day that has not begun in the account's zone.
        for page in self._pages(LISTING):
            for each in page:
                if since is None or each.listed_at is None or each.listed_at >= since:
                    yield each
            if since is not None and all(_is_before(each, since - _MARGIN) for each in page):
                return

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """Its entries, one for each sender. Reads the whole list: nothing looks one address up."""
        wanted = normalise(spellings(address)[0])
        pages = self._pages(FINDING)
        found = (each for page in pages for each in page if normalise(each.address) == wanted)
        return tuple(dict.fromkeys(found))

    @override
    def add(self, address: str, cause: Cause) -> Addition:
        """Never possible."""
        return Addition.NOT_POSSIBLE

    def remove(self, address: str) -> Removal:
        """Delete it, and ask once more whether it is gone."""
        try:
            gone = [self._is_gone(each) for each in spellings(address)]
        except ProviderRefused:
            if not any(map(_is_admins, self.find(address))):
                raise
            return Removal(Removed.REFUSED, "admin_blocked")
        left = () if all(gone) else self.find(address)
        if any(map(_is_admins, left)):
            return Removal(Removed.REFUSED, "admin_blocked")
        return Removal(Removed.PENDING if left else Removed.CONFIRMED)

    def _is_gone(self, spelling: str) -> bool:
        for _ in range(_TIMES):
            if self._api.call("DELETE", (*_LIST, spelling), REMOVING, also=MISSING).status in MISSING:
                self._absence.make_sure("blockedContacts")
                return True
        return False

    def _pages(self, attempted: str) -> Iterator[list[ListEntry]]:
        offset = 0
        before: list[_Entry] = []
        while True:
            answer = self._page(attempted, _PAGE, offset)
            page = answer.read(_Page)
            if (offset == 0 and page.is_void) or (page.contacts and page.contacts == before):
                raise answer.unexpected()
            yield [_entry(each) for each in page.contacts]
            offset += len(page.contacts)
            # Whether it counts all or those of a page is not said: only a page that is not full is the last.
            if not page.contacts or (len(page.contacts) < _PAGE and offset >= (page.count or 0)):
                return
            before = page.contacts

    def _page(self, attempted: str, limit: int, offset: int) -> Answer:
        query: dict[str, str | int] = {"limit": limit, "offset": offset, "sort": "desc"}
        return self._api.call("GET", _LIST, attempted, query=query)


def _is_before(entry: ListEntry, moment: datetime) -> bool:
    return entry.listed_at is not None and entry.listed_at < moment


def _is_admins(entry: ListEntry) -> bool:
    return entry.list_name.lower() == _ADMIN


def _entry(entry: _Entry) -> ListEntry:
    code = entry.reason.code
    cause = _CAUSES.get(code.lower(), Cause.PROVIDER_LIST)
    return ListEntry(entry.email, cause, aware(entry.blockedAt), list_name=code or "blockedContacts")
