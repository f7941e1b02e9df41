"""SparkPost: entries for transactional and for other mail, for all of it or for one mailing list.

Source: developers.sparkpost.com/api/suppression-list. An entry that Compliance made can neither be changed
nor deleted. Deleting without ``type`` and ``list_id`` deletes all entries of an address. A search over
several lists (the account's and its subaccounts') may be 20 minutes old; one of a single list is not.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...classification.evidence import clean_words
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .absence import MISSING, Absence
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import Answer, ApiSettings, Credentials, header
from .spellings import spellings


class SparkPostSecrets(AdapterSecrets):
    """A key with the right to read and write suppression lists."""

    api_key: Secret


class SparkPostSettings(ApiSettings):
    """Whose list, and where."""

    region: Literal["us", "eu"] = "us"
    """``eu``: an account of SparkPost EU."""
    subaccount: int | None = Field(0, ge=0)
    """Whose list: 0 the account's own. None, for the key of a subaccount: whatever the key may see."""


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    recipient: str
    type: str
    source: str = ""
    description: str | None = None
    list_id: str | None = None
    created: datetime | None = None
    updated: datetime | None = None


class _Link(BaseModel):
    href: str = ""
    rel: str = ""


class _Page(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    results: list[_Entry]
    links: list[_Link] = []


_BOUNCED: Final = "Bounce Rule"
_COMPLIANCE: Final = "Compliance"
_CAUSES: Final[Mapping[str, Cause]] = {
    _BOUNCED: Cause.HARD_BOUNCE,
    "Spam Complaint": Cause.COMPLAINT,
    "List Unsubscribe": Cause.UNSUBSCRIBE,
    "Unsubscribe Link": Cause.UNSUBSCRIBE,
    "Manually Added": Cause.MANUAL,
    _COMPLIANCE: Cause.PROVIDER_LIST,
}
_TYPES: Final = ("transactional", "non_transactional")
_LIST: Final = ("api", "v1", "suppression-list")
_URLS: Final = {"us": "https://api.sparkpost.com", "eu": "https://api.eu.sparkpost.com"}
_PAGE: Final = 1000


class SparkPostLists(Adapter[SparkPostSecrets, SparkPostSettings]):
    """The suppression list of an account or a subaccount. It keeps what Compliance put there."""

    SLUG = "sparkpost"
    Secrets = SparkPostSecrets
    Settings = SparkPostSettings

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._absence = Absence(lambda _: self._api.call("GET", _LIST, FINDING, query={"per_page": 1}))

    def url(self) -> str:
        """Where its API is."""
        return _URLS[self._settings.region]

    def credentials(self, secrets: SparkPostSecrets) -> Credentials:
        """The key, and whose list it is about."""
        key = header("authorization", secrets.api_key.get_secret_value())
        whose = self._settings.subaccount
        if whose is None:
            return key
        subaccount = {"x-msys-subaccount": str(whose)}
        # 0 is documented for searching only; changes are the account's own without it.
        return lambda sent: {**key(sent), **(subaccount if whose or sent.method == "GET" else {})}

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """Page by page. ``since`` compares with when an entry was last changed."""
        query: dict[str, str | int] = {"cursor": "initial", "per_page": _PAGE}
        if since is not None:
            query["from"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        before: list[_Entry] = []
        while True:
            answer = self._api.call("GET", _LIST, LISTING, query=query)
            page = answer.read(_Page)
            # The cursor alone proves nothing: it may be the same for all pages.
            if page.results and page.results == before:
                raise answer.unexpected()
            yield from map(_entry, page.results)
            cursor = _cursor(page, answer)
            if not page.results or cursor is None:
                return
            query["cursor"], before = cursor, page.results

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """Its entries: one for each type of mail, and for each mailing list."""
        found = (self._one("GET", each, FINDING) for each in spellings(address))
        entries = (
            _entry(each) for answer in found if answer is not None for each in answer.read(_Page).results
        )
        return tuple(dict.fromkeys(each for each in entries if normalise(each.address) == normalise(address)))

    @override
    def add(self, address: str, cause: Cause) -> Addition:
        """Put it there for both types of mail, as ``Manually Added`` whatever the cause.

        An entry for all lists that is there is left alone: Compliance's cannot be changed, and what others
        say would be lost.
        """
        found = self.find(address)
        there = {each.list_name for each in found}
        if any(not each.removable for each in found):
            return Addition.ADDED
        for each in _TYPES:
            if each not in there:
                self._api.call("PUT", (*_LIST, spellings(address)[-1]), ADDING, json={"type": each})
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        """Delete all its entries, or none: where Compliance made one, all stay."""
        if any(not each.removable for each in self.find(address)):
            return Removal(Removed.REFUSED, "compliance")
        for each in spellings(address):
            self._one("DELETE", each, REMOVING)
        left = self.find(address)
        if any(not each.removable for each in left):
            return Removal(Removed.REFUSED, "compliance")
        return Removal(Removed.PENDING if left else Removed.CONFIRMED)

    def _one(self, method: str, spelling: str, attempted: str) -> Answer | None:
        answer = self._api.call(method, (*_LIST, spelling), attempted, also=MISSING)
        if answer.status not in MISSING:
            return answer
        self._absence.make_sure("suppression-list")
        return None


def _cursor(page: _Page, answer: Answer) -> str | None:
    """That of the next page. Of a link only this is used, so that it can lead nowhere else."""
    for link in page.links:
        if link.rel == "next":
            try:
                cursors = parse_qs(urlsplit(link.href).query).get("cursor", [])
            except ValueError:
                raise answer.unexpected() from None
            return cursors[0] if cursors else None
    return None


def _entry(entry: _Entry) -> ListEntry:
    words = clean_words(entry.description) if entry.description and entry.source == _BOUNCED else None
    return ListEntry(
        entry.recipient,
        _CAUSES.get(entry.source, Cause.PROVIDER_LIST),
        aware(entry.created or entry.updated),
        words,
        entry.type if entry.list_id is None else f"{entry.type}/{entry.list_id}",
        removable=entry.source != _COMPLIANCE,
    )
