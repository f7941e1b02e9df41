"""Who has to be told what now: the due, sorted by mailbox, and held to modes and caps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from ..advice.wording import local_time
from ..domain.addresses import problem_with
from ..domain.failure_reason import Blame, FailureReason
from ..domain.incident.events import Trouble
from ..errors import InvalidInput
from .directory import AdministratorDirectory, Directory, NotifyMode, Person
from .notification_policy import NotificationPolicy

EMAIL: Final = "email"
"""The channel of the sender, or of who is told in their place."""
ADMINISTRATORS: Final = "email_administrators"
"""The channel of complaints, and of failures that are the fault of our own side."""


class Due(NamedTuple):
    """One incident that somebody has to be told of over a channel."""

    tenant: str
    channel: str
    stream: str
    incident_id: str
    sender_id: str
    candidate_id: str
    trouble: str
    reason: str | None
    recorded_at: datetime
    refused: tuple[str | None, ...] = ()
    """Address keys of those who were given up."""
    is_told_to_administrators: bool = False
    """Whether another mail tells it to administrators, or has told it, and was not given up."""


class Pending(NamedTuple):
    """A mail that was queued and not sent, with the streams of its incidents."""

    notification_id: str
    tenant: str
    channel: str
    receiver: str | None
    queued_at: datetime
    tries: int
    due: tuple[Due, ...]
    why: str | None = None
    busy_until: datetime | None = None


class Written(NamedTuple):
    """A mail that was queued to a mailbox in the last day."""

    queued_at: datetime
    channel: str
    reasons: tuple[str, ...]


class Place(NamedTuple):
    """Whose mailbox a mail goes to."""

    tenant: str
    channel: str
    receiver: str


@dataclass
class Planned:
    """What one mailbox has to be told."""

    place: Place
    people: tuple[Person, ...]
    role: str
    """``sender``, ``fallback`` or ``administrators``: as what they are told."""
    due: list[Due] = field(default_factory=list)


def is_for_administrators(trouble: Trouble, reason: str | None) -> bool:
    """Whether administrators must be told at once."""
    return trouble is Trouble.COMPLAINT or is_our_fault(reason)


def is_our_fault(reason: str | None) -> bool:
    """Whether a failure is the fault of who sends, and will happen to every message."""
    with suppress(ValueError):
        return FailureReason(reason or "").blame is Blame.SENDER
    return False


class Receivers:
    """Asks the ATS's directory, each question once."""

    def __init__(self, directory: Directory, address_key: Callable[[str], str]) -> None:
        self._directory, self._address_key = directory, address_key
        self._known: dict[tuple[str, ...], tuple[Person, ...]] = {}
        self._keys: dict[str, str] = {}

    def plans(self, due: Sequence[Due]) -> tuple[list[Planned], list[Due]]:
        """What each mailbox has to be told, and what nobody is left to be told."""
        plans: dict[Place, Planned] = {}
        nobody: list[Due] = []
        for each in due:
            for role, people in self._chain(each):
                receiver = self.key_of(people)
                if receiver in each.refused:
                    continue
                if not self._is_told_anyway(each, receiver):
                    place = Place(each.tenant, each.channel, receiver)
                    plans.setdefault(place, Planned(place, people, role)).due.append(each)
                break
            else:
                nobody.append(each)
        return list(plans.values()), nobody

    def of(self, due: Due, receiver: str | None) -> tuple[str, tuple[Person, ...]] | None:
        """As what, and whom, a mail to this receiver addresses; None: the directory knows them no more."""
        return next(((r, people) for r, people in self._chain(due) if self.key_of(people) == receiver), None)

    def key_of(self, people: tuple[Person, ...]) -> str:
        """Address key of the first."""
        address = people[0].email or ""
        if address not in self._keys:
            self._keys[address] = self._address_key(address)
        return self._keys[address]

    def _is_told_anyway(self, due: Due, receiver: str) -> bool:
        """Whether a mailbox is an administrator's, who reads of it in the mail to all of them."""
        return (
            due.channel == EMAIL
            and due.is_told_to_administrators
            and any(self.key_of((each,)) == receiver for each in self.administrators(due.tenant))
        )

    def _chain(self, due: Due) -> Iterator[tuple[str, tuple[Person, ...]]]:
        """Whom to tell, the first first."""
        if due.channel == EMAIL:
            ask = self._directory
            if person := self._ask("sender", due.tenant, due.sender_id, ask=ask.sender):
                yield "sender", person
            if person := self._ask("fallback", due.tenant, due.candidate_id, ask=ask.fallback_receiver):
                yield "fallback", person
        if administrators := self.administrators(due.tenant):
            yield "administrators", administrators

    def administrators(self, tenant: str) -> tuple[Person, ...]:
        """Those of a tenant that have an address."""
        if not isinstance(self._directory, AdministratorDirectory):
            return ()
        key = ("administrators", tenant)
        if key not in self._known:
            self._known[key] = _reachable(self._directory.administrators(tenant))
        return self._known[key]

    def _ask(
        self, role: str, tenant: str, id_: str, *, ask: Callable[[str, str], Person | None]
    ) -> tuple[Person, ...]:
        key = (role, tenant, id_)
        if key not in self._known:
            person = ask(tenant, id_)
            self._known[key] = _reachable([person] if person else [])
        return self._known[key]


def _reachable(people: Sequence[Person]) -> tuple[Person, ...]:
    return tuple([person for person in people if person.email and problem_with(person.email) is None])


def ready(plan: Planned, written: Sequence[Written], now: datetime, policy: NotificationPolicy) -> list[Due]:
    """What of a plan may be sent now, after what was written in the last day; nothing, where a mode or a cap
    holds it back."""
    latest = max((each.queued_at for each in written), default=None)
    if latest is not None and now - latest < policy.not_within:
        return []
    if plan.place.channel == ADMINISTRATORS:
        told = {reason for each in written if each.channel == ADMINISTRATORS for reason in each.reasons}
        return [each for each in plan.due if not is_our_fault(each.reason) or each.reason not in told]
    if len(written) >= policy.most_a_day or plan.people[0].notify is NotifyMode.OFF:
        return []
    since = _latest_digest(plan.people[0], now, policy)
    return plan.due if since is None or any(each.recorded_at < since for each in plan.due) else []


def _latest_digest(person: Person, now: datetime, policy: NotificationPolicy) -> datetime | None:
    """When the latest digest was due, where the person is; None for who is told at once."""
    local = now
    with suppress(InvalidInput):  # a zone that does not exist keeps nobody from being told
        local = local_time(now, person.tz)
    if person.notify is NotifyMode.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0)
    if person.notify is NotifyMode.DAILY:
        today = local.replace(hour=policy.daily_at, minute=0, second=0, microsecond=0)
        return today if today <= local else today - timedelta(days=1)
    return None
