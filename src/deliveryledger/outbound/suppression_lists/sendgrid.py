"""SendGrid: bounces, invalid addresses, spam reports and global unsubscriptions.

Source: twilio.com/docs/sendgrid/api-reference/bounces-api, …/invalid-e-mails-api, …/spam-reports-api and
…/suppressions-global-suppressions: each retrieves and deletes, only the last takes additions.
Blocks are left out: they are single refusals, and keep no mail back. So are unsubscriptions from a group,
which are no wish to get no mail at all.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...classification.evidence import clean_words
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import Answer, ApiSettings, Credentials, bearer, header, usable


class SendGridSecrets(AdapterSecrets):
    """A key with the rights of ``suppression`` and ``asm.groups``, or full access."""

    api_key: Secret


class SendGridSettings(ApiSettings):
    """Whose lists."""

    region: Literal["global", "eu"] = "global"
    """``eu``: of a subuser that is hosted in the European Union."""
    subuser: str | None = None
    """Name of the subuser whose lists they are, where the key is the parent account's."""


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    email: str
    created: datetime | None = None
    reason: str | None = None
    status: str | None = None


class _Global(BaseModel):
    recipient_email: str | None = None


class _List(NamedTuple):
    """``one`` is the path before an address; ``all`` that of the pages."""

    name: str
    cause: Cause
    all: tuple[str, ...]
    one: tuple[str, ...]


_GLOBAL: Final = _List(
    "global_unsubscribes",
    Cause.UNSUBSCRIBE,
    ("v3", "suppression", "unsubscribes"),
    ("v3", "asm", "suppressions", "global"),
)
_LISTS: Final = (
    *(
        _List(name, cause, ("v3", "suppression", name), ("v3", "suppression", name))
        for name, cause in (
            ("bounces", Cause.HARD_BOUNCE),
            ("invalid_emails", Cause.PROVIDER_LIST),
            ("spam_reports", Cause.COMPLAINT),
        )
    ),
    _GLOBAL,
)
_ENTRIES: Final = TypeAdapter(list[_Entry])
_PAGE: Final = 500
_MISSING: Final = frozenset({404})


class SendGridLists(Adapter[SendGridSecrets, SendGridSettings]):
    """The four lists that keep mail back. Nobody can put a bounce or a spam report there."""

    SLUG = "sendgrid"
    Secrets = SendGridSecrets
    Settings = SendGridSettings

    def url(self) -> str:
        """Where its API is."""
        return "https://api.eu.sendgrid.com" if self._settings.region == "eu" else "https://api.sendgrid.com"

    def credentials(self, secrets: SendGridSecrets) -> Credentials:
        """The key, and for whom it asks."""
        key = bearer(secrets.api_key.get_secret_value())
        if self._settings.subuser is None:
            return key
        subuser = header("on-behalf-of", self._settings.subuser)
        return lambda sent: {**key(sent), **subuser(sent)}

    def seconds_to_wait(self, answer: Answer) -> float | None:
        """SendGrid says until when (…/how-to-use-the-sendgrid-v3-api/rate-limits), in Unix time."""
        reset = answer.headers.get("x-ratelimit-reset", "")
        if not (reset.isascii() and reset.isdigit()):
            return super().seconds_to_wait(answer)
        return max(float(reset[:12]) - self._clock().timestamp(), 0.0)

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """List by list, page by page."""
        query: dict[str, str | int] = {"limit": _PAGE}
        if since is not None:
            query["start_time"] = int(since.timestamp())
        for each in _LISTS:
            before: list[_Entry] = []
            for offset in range(0, 2**62, _PAGE):
                answer = self._api.call("GET", each.all, LISTING, query={**query, "offset": offset})
                page = answer.read(_ENTRIES)
                if page and page == before:
                    raise answer.unexpected()
                yield from (_entry(each, entry) for entry in page)
                if len(page) < _PAGE:
                    break
                before = page

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """Its entries on all lists, as it is typed and in lower case."""
        found = (
            entry
            for spelling in _spellings(address)
            for each in _LISTS
            for entry in self._found(each, spelling)
            if normalise(entry.address) == normalise(address)
        )
        return tuple(dict.fromkeys(found))

    def add(self, address: str, cause: Cause) -> Addition:
        """Put it on the global unsubscriptions, if it is the recipient's wish.

        What else is put there would come back as an unsubscription that nobody has asked for.
        """
        if not cause.is_wish:
            return Addition.NOT_POSSIBLE
        self._api.call("POST", _GLOBAL.one, ADDING, json={"recipient_emails": [usable(address)]})
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        """Delete it from each list."""
        for spelling in _spellings(address):
            for each in _LISTS:
                self._api.call("DELETE", (*each.one, spelling), REMOVING, also=_MISSING)
        return Removal(Removed.CONFIRMED)

    def _found(self, where: _List, spelling: str) -> Iterator[ListEntry]:
        answer = self._api.call("GET", (*where.one, spelling), FINDING, also=_MISSING)
        if answer.status in _MISSING:
            return
        if where is not _GLOBAL:
            yield from (_entry(where, entry) for entry in answer.read(_ENTRIES))
        elif email := answer.read(_Global).recipient_email:
            yield _entry(where, _Entry(email=email))


def _spellings(address: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((usable(address), usable(normalise(address)))))


def _entry(where: _List, entry: _Entry) -> ListEntry:
    words = clean_words(entry.reason) if entry.reason else None
    is_passing = (entry.status or "").startswith("4.")
    cause = Cause.PROVIDER_LIST if is_passing else where.cause
    return ListEntry(entry.email, cause, aware(entry.created), words, where.name)
