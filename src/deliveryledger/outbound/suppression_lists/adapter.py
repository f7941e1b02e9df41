"""What the adapters share: their secrets and settings, checked when they are made."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from ...application.suppression_lists import Addition, ListEntry, Removal
from ...domain.suppression_filter.events import Cause
from ...errors import InvalidInput
from ..retry_after import seconds_of
from .api import BUSY, Answer, Api, ApiSettings, Credentials

LISTING = "list the suppressed addresses"
FINDING = "look an address up in the suppression lists"
ADDING = "put an address on a suppression list"
REMOVING = "take an address off the suppression lists"


class AdapterSecrets(BaseModel):
    """Fields of type ``Secret``; none is ever part of a ``repr`` or an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


Secret = Annotated[SecretStr, Field(min_length=1)]
S = TypeVar("S", bound=AdapterSecrets)
T = TypeVar("T", bound=ApiSettings)


class Adapter(ABC, Generic[S, T]):
    """A ``SuppressionList``. A subclass says ``SLUG``, ``Secrets``, ``Settings`` and how it is reached."""

    SLUG: ClassVar[str]
    Secrets: ClassVar[type[AdapterSecrets]]
    Settings: ClassVar[type[ApiSettings]]

    def __init__(
        self,
        account: str,
        secrets: S,
        settings: T,
        *,
        sleep: Callable[[float], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._settings = settings
        self._clock = clock
        self._api = Api(
            self.SLUG,
            settings.base_url or self.url(),
            self.credentials(secrets),
            settings,
            sleep=sleep,
            is_busy=self.is_busy,
            seconds_to_wait=self.seconds_to_wait,
        )

    @property
    def provider(self) -> str:
        """Slug, as in ``inbound.providers``."""
        return self.SLUG

    @property
    def account(self) -> str:
        """Name of the account, as in ``mark_submitted``."""
        return self._account

    def __repr__(self) -> str:
        return f"<suppression lists of {self.SLUG}>"

    @abstractmethod
    def url(self) -> str:
        """Where its API is."""

    @abstractmethod
    def credentials(self, secrets: S) -> Credentials:
        """What every request carries."""

    def is_busy(self, answer: Answer) -> bool:
        """Whether an answer means that the provider is busy or fails, and is to be asked again."""
        return answer.status in BUSY or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def seconds_to_wait(self, answer: Answer) -> float | None:
        """How long a busy provider asks us to wait; None where it does not say."""
        return seconds_of(answer.headers.get("retry-after"), self._clock())

    @abstractmethod
    def entries(self, *, since: datetime | None = None) -> Iterator[ListEntry]:
        """As the port says."""

    @abstractmethod
    def find(self, address: str) -> tuple[ListEntry, ...]:
        """As the port says."""

    @abstractmethod
    def add(self, address: str, cause: Cause) -> Addition:
        """As the port says."""

    @abstractmethod
    def remove(self, address: str) -> Removal:
        """As the port says."""

    def close(self) -> None:
        """Close the connections; a second time does nothing."""
        self._api.close()


M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], given: Mapping[str, Any], attempted: str) -> M:
    """The secrets or the settings. Raises InvalidInput with the names of what is wrong, never its text."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        wrong = {str(each["loc"][0]) if each["loc"] else "" for each in error.errors(include_input=False)}
        known = wrong & model.model_fields.keys()
    # A name that is none of ours may be a secret put in the wrong place.
    names = ", ".join(sorted(known)) or "a name that is not known"
    raise InvalidInput(
        attempted, f"missing, unknown or malformed: {names}", f"give: {', '.join(model.model_fields)}"
    )


def aware(moment: datetime | None) -> datetime | None:
    """In UTC; a time without a zone is taken for UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
