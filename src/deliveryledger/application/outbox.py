"""The outbox: the log says what was queued and sent, so nothing is forgotten and hardly a mail repeated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol

from ..domain.incident.events import WhyNotSent
from ..errors import MailingError, NotTaken
from . import outbox_recording as recording
from .directory import NotifyMode
from .letters import Compose, Contents, Mailer, Told
from .outbox_plan import EMAIL, Due, Pending, Place, Planned, Receivers, Written, ready
from .services import Services

DAY = timedelta(days=1)


class Delivered(NamedTuple):
    """What a run did: mails sent, and the incidents told by them; mails that failed; incidents that modes and
    caps hold back; incidents that nobody is left to be told of."""

    mails: int = 0
    incidents: int = 0
    failed: int = 0
    held: int = 0
    nobody: int = 0


class Stuck(NamedTuple):
    """An incident whose notification does not get through. ``why``: a value of ``WhyNotSent`` while it is
    tried again, ``nobody`` where no receiver is left."""

    tenant: str
    incident_id: str
    candidate_id: str
    sender_id: str
    channel: str
    why: str
    tries: int


class OutboxQuestions(Protocol):
    """What the outbox asks its read model."""

    def due(self, tenant: str | None, since: datetime) -> list[Due]:
        """What was recorded since then, is open, and was queued to nobody."""

    def pending(self, tenant: str | None, *, queued_since: datetime) -> list[Pending]:
        """Mails that were queued since then, and neither sent nor given up."""

    def written(self, place: Place, since: datetime) -> list[Written]:
        """The mails that were queued to a mailbox since then."""

    def told(self, due: Sequence[Due], *, lang: str, tz: str, role: str) -> tuple[Told, ...]:
        """What a mail says of these incidents; of whom was erased nothing."""

    def complaints(self, due: Sequence[Due]) -> int:
        """How many of these incidents are complaints."""


@dataclass
class _Run:
    """One run, with its counts."""

    receivers: Receivers
    mailer: Mailer
    left: int
    mails: int = 0
    incidents: int = 0
    failed: int = 0
    held: int = 0
    nobody: int = 0


class Outbox:
    """``ledger.outbox``."""

    def __init__(self, services: Services, questions: OutboxQuestions, compose: Compose) -> None:
        self._services, self._questions, self._compose = services, questions, compose
        self._policy = services.policies.notifications

    def deliver(self, mailer: Mailer, *, limit: int = 1_000, tenant: str | None = None) -> Delivered:
        """Tell by e-mail what is due now, in at most ``limit`` mails; of all tenants unless one is named.

        Queued before it is sent, recorded as sent after: whoever is killed between the two is followed by
        somebody who sends the same mail, with the same Message-ID. Several may run at once. Raises
        MailServerUnavailable and MailServerRefused; what was not sent stays due.
        """
        owner = self._services.restricted_to(tenant)
        run = _Run(self._receivers(), mailer, limit)
        try:
            for pending in self._pending(owner):
                if run.left > 0 and self._is_free(pending):
                    self._send_again(run, pending)
            while self._send_new(run, owner):
                pass  # who was given up is followed by the next receiver
        finally:
            mailer.close()
        return Delivered(run.mails, run.incidents, run.failed, run.held, run.nobody)

    def stuck(self, *, tenant: str | None = None) -> tuple[Stuck, ...]:
        """What was tried and did not get through, or has nobody to be told to."""
        owner = self._services.restricted_to(tenant)
        found = [
            Stuck(d.tenant, d.incident_id, d.candidate_id, d.sender_id, d.channel, mail.why, mail.tries)
            for mail in self._pending(owner)
            for d in mail.due
            if mail.why
        ]
        _, nobody = self._receivers().plans(self._due(owner))
        found += [
            Stuck(d.tenant, d.incident_id, d.candidate_id, d.sender_id, d.channel, "nobody", len(d.refused))
            for d in nobody
            if not _is_optional(d)
        ]
        return tuple(found)

    def _receivers(self) -> Receivers:
        return Receivers(self._services.directory, self._services.address_key)

    def _due(self, tenant: str | None) -> list[Due]:
        return self._questions.due(tenant, self._services.clock() - self._policy.tell_within)

    def _pending(self, tenant: str | None) -> list[Pending]:
        since = self._services.clock() - self._policy.tell_within
        return self._questions.pending(tenant, queued_since=since)

    def _is_free(self, mail: Pending) -> bool:
        return mail.busy_until is None or mail.busy_until <= self._services.clock()

    def _send_new(self, run: _Run, tenant: str | None) -> bool:
        """Send what may be sent now; whether something failed for good, so that others are due."""
        is_anew = False
        plans, nobody = run.receivers.plans(self._due(tenant))
        run.held, run.nobody = 0, sum(not _is_optional(due) for due in nobody)
        for plan in plans:
            mail = self._queued(run, plan) if run.left > 0 else None
            if mail is not None and not self._send(run, plan, mail):
                is_anew = True
            if plan.people[0].notify is not NotifyMode.OFF or plan.place.channel != EMAIL:
                run.held += len(plan.due) - (len(mail.due) if mail else 0)
        return is_anew and run.left > 0

    def _queued(self, run: _Run, plan: Planned) -> Pending | None:
        now, position = self._services.clock(), self._services.log.last_position()
        due = ready(plan, self._questions.written(plan.place, now - DAY), now, self._policy)
        if not due:
            return None
        run.mailer.open()  # before anything is queued: a server that is not there costs no try
        return self._services.transact(
            partial(recording.queue, place=plan.place, due=due, seen=position, busy_for=self._policy.busy_for)
        )

    def _send_again(self, run: _Run, mail: Pending) -> None:
        found = run.receivers.of(mail.due[0], mail.receiver)
        if found is None:  # the directory knows them no more, or by another address
            self._record_failure(mail, WhyNotSent.RECIPIENT_REFUSED, permanent=True)
            run.failed += 1
            return
        role, people = found
        if people[0].notify is NotifyMode.OFF and mail.channel == EMAIL:
            return
        run.mailer.open()
        plan = Planned(Place(mail.tenant, mail.channel, mail.receiver or ""), people, role)
        taken = self._services.transact(
            lambda unit: recording.queue_again(unit, mail, busy_for=self._policy.busy_for)
        )
        if taken:
            self._send(run, plan, taken)

    def _send(self, run: _Run, plan: Planned, mail: Pending) -> bool:
        """Send a queued mail; False where its receiver is given up."""
        run.left -= 1
        person = plan.people[0]
        told = self._questions.told(
            mail.due[: self._policy.most_listed], lang=person.lang, tz=person.tz, role=plan.role
        )
        contents = Contents(
            mail.notification_id,
            mail.queued_at,
            plan.people,
            plan.role,
            told,
            count=len(mail.due),
            complaints=self._questions.complaints(mail.due),
        )
        try:
            run.mailer.send(self._compose(contents))
        except NotTaken as refusal:
            run.failed += 1
            return not self._record_failure(mail, WhyNotSent(refusal.why), permanent=refusal.permanent)
        except MailingError:
            self._record_failure(mail, WhyNotSent.NO_ANSWER, permanent=False)
            raise
        self._services.transact(lambda unit: recording.record_sent(unit, mail))
        run.mails += 1
        run.incidents += len(mail.due)
        return True

    def _record_failure(self, mail: Pending, why: WhyNotSent, *, permanent: bool) -> bool:
        waits = () if permanent else self._policy.retry_after
        return self._services.transact(lambda unit: recording.record_failure(unit, mail, why, waits=waits))


def _is_optional(due: Due) -> bool:
    """Administrators need not be there: the sender is told of everything."""
    return due.channel != EMAIL and not due.refused
