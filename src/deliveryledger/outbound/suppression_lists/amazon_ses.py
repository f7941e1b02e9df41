"""Amazon SES: the suppression list of an account in a region, or of one tenant.

Source: docs.aws.amazon.com/ses/latest/APIReference-V2/ (List-, Get-, Put-, DeleteSuppressedDestination);
docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html; and …/sending-email-suppression-list-
tenant-level-manage.html: addresses are kept in the case they came in, sending compares without case, these
calls with. Unsubscriptions have no place there. Amazon's own list for all its customers has no API.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from ...application.suppression_lists import Addition, ListEntry, Removal, Removed
from ...domain.addresses import normalise
from ...domain.suppression_filter.events import Cause
from .adapter import ADDING, FINDING, LISTING, REMOVING, Adapter, AdapterSecrets, Secret, aware
from .api import Answer, ApiSettings, Credentials, usable
from .credentials import presentable
from .sigv4 import Key, signed


class AmazonSesSecrets(AdapterSecrets):
    """An access key that may ``ses:ListSuppressedDestinations``, and Get, Put and Delete one."""

    access_key_id: Secret
    secret_access_key: Secret
    session_token: Secret | None = None
    """Of temporary keys only."""


class AmazonSesSettings(ApiSettings):
    """Which list."""

    region: str = Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d{1,2}$")
    """``eu-north-1``: each region has its own list."""
    tenant: str | None = Field(None, min_length=1)
    """Name of the tenant whose list it is; None: the account's."""
    any_case: bool = True
    """Whether the list is read through for other cases of an address, which block it all the same.

    The first ``find`` or ``remove`` then takes a call for a thousand entries; later ones read what is new.
    """


class _Entry(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    address: str = Field(alias="EmailAddress")
    reason: str = Field(alias="Reason")
    updated_at: datetime | None = Field(None, alias="LastUpdateTime")


class _Found(BaseModel):
    entry: _Entry = Field(alias="SuppressedDestination")


class _Page(BaseModel):
    entries: list[_Entry] = Field(alias="SuppressedDestinationSummaries")
    next: str | None = Field(None, alias="NextToken")


_CAUSES: Final[Mapping[str, Cause]] = {"BOUNCE": Cause.HARD_BOUNCE, "COMPLAINT": Cause.COMPLAINT}
_REASONS: Final[Mapping[Cause, str]] = {cause: reason for reason, cause in _CAUSES.items()}
_PATH: Final = ("v2", "email", "suppression", "addresses")
_PAGE: Final = 1000
_OVERLAP: Final = timedelta(minutes=5)
"""How long an entry may take to show up, and how far its clock may be from ours."""
_MISSING: Final = frozenset({404})


class AmazonSesLists(Adapter[AmazonSesSecrets, AmazonSesSettings]):
    """The account-level list. It takes bounces and complaints only, and gives everything back."""

    SLUG = "amazon_ses"
    Secrets = AmazonSesSecrets
    Settings = AmazonSesSettings

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._spellings: dict[str, frozenset[str]] = {}
        self._read_at: datetime | None = None

    def url(self) -> str:
        """Where its API is."""
        return f"https://email.{self._settings.region}.amazonaws.com"

    def credentials(self, secrets: AmazonSesSecrets) -> Credentials:
        """A signature for every request."""
        key = Key(
            presentable(secrets.access_key_id.get_secret_value()),
            presentable(secrets.secret_access_key.get_secret_value()),
            self._settings.region,
            "ses",
            presentable(secrets.session_token.get_secret_value()) if secrets.session_token else None,
        )
        return lambda sent: signed(sent, key, self._clock())

    def is_busy(self, answer: Answer) -> bool:
        """Amazon throttles with 400, too (…/APIReference-V2/CommonErrors.html)."""
        kind = answer.headers.get("x-amzn-errortype", "")
        return super().is_busy(answer) or kind.startswith("Throttling")

    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """Page by page. ``since`` compares with when an entry was last changed."""
        query: dict[str, str | int] = {"PageSize": _PAGE}
        if since is not None:
            query["StartDate"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        while True:
            answer = self._call("GET", LISTING, query=query)
            page = answer.read(_Page)
            yield from map(_entry, page.entries)
            if not page.next:
                return
            if page.next == query.get("NextToken"):
                raise answer.unexpected()
            query["NextToken"] = page.next

    def find(self, address: str) -> tuple[ListEntry, ...]:
        """An entry for each case in which it is on the list."""
        found = (self._get(each) for each in sorted(self._spellings_of(usable(address))))
        return tuple(each for each in found if each is not None)

    def add(self, address: str, cause: Cause) -> Addition:
        """Put it there in lower case, as BOUNCE or COMPLAINT. Nothing else has a place on the list.

        An escalation has none either: it ends by itself, which an entry of the list does not.
        """
        reason = _REASONS.get(cause)
        if reason is None:
            return Addition.NOT_POSSIBLE
        body = {"EmailAddress": normalise(usable(address)), "Reason": reason}
        if self._settings.tenant:
            body["TenantName"] = self._settings.tenant
        self._api.call("PUT", _PATH, ADDING, json=body)
        return Addition.ADDED

    def remove(self, address: str) -> Removal:
        """Delete every case of it."""
        for each in self.find(address):
            self._call("DELETE", REMOVING, each.address, also=_MISSING)
        return Removal(Removed.CONFIRMED)

    def _get(self, spelling: str) -> ListEntry | None:
        answer = self._call("GET", FINDING, spelling, also=_MISSING)
        return None if answer.status in _MISSING else _entry(answer.read(_Found).entry)

    def _spellings_of(self, address: str) -> frozenset[str]:
        plain = normalise(address)
        known = frozenset(filter(None, (address, address.lower(), plain)))
        if self._settings.any_case:
            self._read_spellings()
            known |= self._spellings.get(plain, frozenset())
        return known

    def _read_spellings(self) -> None:
        """Remember which addresses came in another form than the one that is always asked for."""
        now, since = self._clock(), self._read_at
        for each in self.entries(since=None if since is None else since - _OVERLAP):
            plain = normalise(each.address)
            if plain != each.address:
                self._spellings[plain] = self._spellings.get(plain, frozenset()) | {each.address}
        self._read_at = now

    def _call(
        self,
        method: str,
        attempted: str,
        *address: str,
        query: Mapping[str, str | int] | None = None,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        of_tenant = {"TenantName": self._settings.tenant} if self._settings.tenant else {}
        query = {**(query or {}), **of_tenant}
        return self._api.call(method, (*_PATH, *address), attempted, query=query, also=also)


def _entry(entry: _Entry) -> ListEntry:
    cause = _CAUSES.get(entry.reason, Cause.PROVIDER_LIST)
    return ListEntry(entry.address, cause, aware(entry.updated_at), list_name=entry.reason)
