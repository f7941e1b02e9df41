"""Mailgun: bounces, complaints and unsubscriptions, each of them for every sending domain.

Source: documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/bounces, …/complaints and
…/unsubscribe. The lists come in alphabetical order, and their pages by the URLs in ``paging``.
Unsubscriptions from a tag are left out and left alone: they are no wish to get no mail at all. That ``tag``
deletes one of them is said by documentation.mailgun.com/en/latest/api-suppressions.html alone.

Not documented: how it compares cases. An address is asked for as it is typed and in lower case. Nor whether
adding to the tags of an entry keeps them: they are sent once more.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...classification.evidence import clean_words
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .absence import MISSING, Absence
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import Answer, ApiSettings, Credentials, basic
from .spellings import spellings


class MailgunSecrets(AdapterSecrets):
    """A key of the account; that of a single domain for sending may not read the lists."""

    api_key: Secret


class MailgunSettings(ApiSettings):
    """Which lists make up the account, and where."""

    domains: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9](\.?[A-Za-z0-9_-])+$")], ...] = Field(
        min_length=1
    )
    """Its sending domains: each has lists of its own."""
    region: Literal["us", "eu"] = "us"
    """Where the domains are; domains of both regions are two accounts."""


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    address: str
    error: str | None = None
    created_at: str | None = None
    tags: list[str] | None = None

    @property
    def is_of_a_tag(self) -> bool:
        return bool(self.tags) and _ALL_MAIL not in (self.tags or ())


class _Paging(BaseModel):
    next: str | None = None
    last: str | None = None


class _Page(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    items: list[_Entry]
    paging: _Paging = _Paging()


_ALL_MAIL: Final = "*"
_UNSUBSCRIBED: Final = "unsubscribes"
_CAUSES: Final[Mapping[str, Cause]] = {
    "bounces": Cause.HARD_BOUNCE,
    "complaints": Cause.COMPLAINT,
    _UNSUBSCRIBED: Cause.UNSUBSCRIBE,
}
_LISTS: Final[Mapping[Cause, str]] = {cause: name for name, cause in _CAUSES.items()}
_URLS: Final = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}
_PAGE: Final = 1000
_NO_DATE: Final = " 0001 "
"""In the dates of entries that have none (Go's zero time)."""


class MailgunLists(Adapter[MailgunSecrets, MailgunSettings]):
    """Three lists for each sending domain. They give everything back."""

    SLUG = "mailgun"
    Secrets = MailgunSecrets
    Settings = MailgunSettings

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._absence = Absence(self._first_of)

    def url(self) -> str:
        """Where its API is."""
        return _URLS[self._settings.region]

    def credentials(self, secrets: MailgunSecrets) -> Credentials:
        """The key, as a password."""
        return basic("api", secrets.api_key.get_secret_value())

    @override
    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """Domain by domain, list by list. All of them, since it cannot say what came after a moment."""
        for domain in self._settings.domains:
            for name in _CAUSES:
                for each in self._all(domain, name):
                    if not each.is_of_a_tag:
                        yield _entry(domain, name, each)

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """Its entries on all lists of all domains."""
        found = (_entry(domain, name, entry) for domain, name, _, entry in self._found(address))
        return tuple(dict.fromkeys(found))

    def add(self, address: str, cause: Cause) -> Addition:
        """Put it on the list for that cause, of every domain. An entry that is there stays as it is.

        What is no bounce, complaint or unsubscription has no list: it would come back as one of them.
        """
        name = _LISTS.get(cause)
        if name is None:
            return Addition.NOT_POSSIBLE
        there = [(domain, entry) for domain, of, _, entry in self._kept(address) if of == name]
        listed = {domain for domain, entry in there if not entry.is_of_a_tag}
        for domain in self._settings.domains:
            if domain in listed:
                continue
            record: dict[str, object] = {"address": spellings(address)[-1]}
            if name == _UNSUBSCRIBED:
                known = (tag for of, entry in there if of == domain for tag in entry.tags or ())
                record["tags"] = list(dict.fromkeys((_ALL_MAIL, *known)))
            self._api.call("POST", ("v3", domain, name), ADDING, json=[record])
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        """Delete it from every list of every domain."""
        for domain, name, spelling, entry in self._found(address):
            # Without the tag, what the recipient said of other tags would be gone as well.
            query = {"tag": _ALL_MAIL} if len(entry.tags or ()) > 1 else None
            path = ("v3", domain, name, spelling)
            self._api.call("DELETE", path, REMOVING, query=query, also=MISSING)
        return Removal(Removed.CONFIRMED)

    def _found(self, address: str) -> Iterator[tuple[str, str, str, _Entry]]:
        """What stops all mail: domain, list, the spelling that was asked for, and the entry."""
        return (each for each in self._kept(address) if not each[-1].is_of_a_tag)

    def _kept(self, address: str) -> Iterator[tuple[str, str, str, _Entry]]:
        """As ``_found``, with what stops mail of some tags."""
        for domain in self._settings.domains:
            for name in _CAUSES:
                for spelling in spellings(address):
                    entry = self._one(domain, name, spelling)
                    if entry and normalise(entry.address) == normalise(address):
                        yield domain, name, spelling, entry

    def _one(self, domain: str, name: str, spelling: str) -> _Entry | None:
        answer = self._api.call("GET", ("v3", domain, name, spelling), FINDING, also=MISSING)
        if answer.status not in MISSING:
            return answer.read(_Entry)
        self._absence.make_sure(domain)
        return None

    def _first_of(self, domain: str) -> None:
        path = ("v3", domain, _UNSUBSCRIBED)
        self._api.call("GET", path, FINDING, query={"limit": 1}).read(_Page)

    def _all(self, domain: str, name: str) -> Iterator[_Entry]:
        path = ("v3", domain, name)
        query: Mapping[str, str | int] = {"limit": _PAGE}
        seen: set[str] = set()
        before: list[_Entry] = []
        while True:
            answer = self._api.call("GET", path, LISTING, query=query)
            page = answer.read(_Page)
            is_last = page.paging.next == page.paging.last
            if not page.items or (is_last and page.items == before):
                return
            yield from page.items
            if page.paging.next is None:
                return
            if page.items == before or page.paging.next in seen:
                raise answer.unexpected()
            seen.add(page.paging.next)
            query, before = self._query_of(page.paging.next, path, answer), page.items

    def _query_of(self, url: str, path: tuple[str, ...], answer: Answer) -> Mapping[str, str]:
        """The query of the next page. Raises ProviderUnavailable where its URL leads to another place."""
        here = urlsplit(self._settings.base_url or self.url())
        try:
            there = urlsplit(url)
            if (there.scheme, there.netloc) == (here.scheme, here.netloc):
                segments = tuple(map(unquote, there.path.split("/")))
                if segments[-len(path) :] == path:
                    return dict(parse_qsl(there.query))
        except ValueError:
            pass
        raise answer.unexpected()


def _entry(domain: str, name: str, entry: _Entry) -> ListEntry:
    words = clean_words(entry.error) if entry.error else None
    return ListEntry(entry.address, _CAUSES[name], _moment(entry.created_at), words, f"{domain}/{name}")


def _moment(text: str | None) -> datetime | None:
    if text is None or _NO_DATE in text:
        return None
    try:
        return aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
