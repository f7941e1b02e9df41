"""What the outbox asks: what is due, what is under way, what a mailbox was sent, and what a mail says."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from pydantic_core import from_json, to_json

from ..advice.roles import Role
from ..application.letters import Told
from ..application.outbox_plan import ADMINISTRATORS, Due, Pending, Place, Written
from ..application.ports import Clock
from ..domain.incident.events import Trouble
from .asking import Asking
from .bell_items import reason_text
from .candidate_card import candidate_card
from .candidates_and_messages import iso

Answer = TypeVar("Answer")
_COLUMNS: Final = (
    "t.tenant, t.channel, t.stream, t.incident_id, t.sender_id, t.candidate_id, t.trouble, "  # noqa: S608
    "t.reason, t.recorded_at, t.refused, EXISTS (SELECT 1 FROM tellings AS a WHERE a.stream = t.stream "
    f"AND a.channel = '{ADMINISTRATORS}' AND a.refused = '[]')"
)
_OF_SOMEBODY: Final = (
    "JOIN candidates AS c ON c.stream = 'candidate_email-' || t.tenant || ':' || t.candidate_id "
    "AND c.address_key != ''"
)
_DUE: Final = (
    f"SELECT {_COLUMNS} FROM tellings AS t {_OF_SOMEBODY} "  # noqa: S608
    "WHERE t.notification_id IS NULL AND t.is_sent = 0 AND t.recorded_at >= ? "
    "AND (? IS NULL OR t.tenant = ?) "
    "ORDER BY t.tenant, t.channel, t.sender_id, t.recorded_at, t.candidate_id"
)
_PENDING: Final = (
    "SELECT notification_id, tenant, channel, receiver, queued_at, tries, why, busy_until FROM mails "
    "WHERE ended IS NULL AND queued_at >= ? AND (? IS NULL OR tenant = ?) ORDER BY queued_at, notification_id"
)
_OF_MAIL: Final = (
    f"SELECT {_COLUMNS} FROM tellings AS t {_OF_SOMEBODY} "  # noqa: S608
    "WHERE t.notification_id = ? AND t.is_sent = 0 ORDER BY t.recorded_at, t.candidate_id"
)
_WRITTEN: Final = (
    "SELECT queued_at, channel, reasons FROM mails WHERE tenant = ? AND receiver = ? AND queued_at > ?"
)
_TOLD: Final = (
    "SELECT i.message_id, i.trouble, i.reason, i.latest_at, m.recipient, m.subject, m.profile_url "
    "FROM incidents AS i "
    "LEFT JOIN messages AS m ON m.stream = 'message-' || i.tenant || ':' || i.message_id WHERE i.stream = ?"
)
_COMPLAINTS: Final = (
    "SELECT count(*) FROM json_each(?) AS wanted CROSS JOIN incidents AS i ON i.stream = wanted.value "
    "WHERE i.trouble = ?"
)
_ROLES: Final = {"administrators": Role.ADMINISTRATOR}


class OutboxAnswers:
    """Answers from the read models, caught up each time."""

    def __init__(
        self,
        ask: Callable[[Callable[[sqlite3.Connection], Any]], Any],
        clock: Clock,
        address_key: Callable[[str], str],
    ) -> None:
        self._ask, self._clock, self._address_key = ask, clock, address_key

    def due(self, tenant: str | None, since: datetime) -> list[Due]:
        """What was recorded since then, is open, and was queued to nobody; nothing of whom was erased."""
        about = (since.isoformat(), tenant, tenant)
        rows: list[Any] = self._ask(lambda views: views.execute(_DUE, about).fetchall())
        return [_due(row) for row in rows]

    def pending(self, tenant: str | None, *, queued_since: datetime) -> list[Pending]:
        """Mails that were queued since then, and neither sent nor given up."""
        found: list[Pending] = self._ask(lambda views: _pending(views, tenant, queued_since))
        return found

    def written(self, place: Place, since: datetime) -> list[Written]:
        """The mails that were queued to a mailbox since then."""
        about = (place.tenant, place.receiver, since.isoformat())
        rows: list[Any] = self._ask(lambda views: views.execute(_WRITTEN, about).fetchall())
        return [Written(iso(at), channel, tuple(from_json(reasons))) for at, channel, reasons in rows]

    def told(self, due: Sequence[Due], *, lang: str, tz: str, role: str) -> tuple[Told, ...]:
        """What a mail says of these incidents."""
        as_role = _ROLES.get(role, Role.SENDER)
        # What a candidate's own documents say stays out of mail.
        asking = Asking(self._clock(), lang, tz, self._address_key, as_role, without_cv=True)
        found: list[Told | None] = self._ask(lambda views: [_told(views, each, asking) for each in due])
        return tuple([told for told in found if told])

    def complaints(self, due: Sequence[Due]) -> int:
        """How many of these incidents are complaints, as :meth:`told` says it of each."""
        of_administrators = [each for each in due if each.channel == ADMINISTRATORS]
        others = [each.stream for each in due if each.channel != ADMINISTRATORS]
        told = sum(each.trouble == Trouble.COMPLAINT for each in of_administrators)
        wanted = (to_json(others).decode(), Trouble.COMPLAINT)
        found: int = self._ask(lambda views: views.execute(_COMPLAINTS, wanted).fetchone()[0])
        return told + found


def _pending(connection: sqlite3.Connection, tenant: str | None, since: datetime) -> list[Pending]:
    mails = []
    for row in connection.execute(_PENDING, (since.isoformat(), tenant, tenant)).fetchall():
        id_, owner, channel, receiver, queued_at, tries, why, busy_until = row
        due = tuple([_due(each) for each in connection.execute(_OF_MAIL, (id_,))])
        if due:  # else all of it was handled
            until = iso(busy_until) if busy_until else None
            mails.append(Pending(id_, owner, channel, receiver, iso(queued_at), tries, due, why, until))
    return mails


def _due(row: Sequence[Any]) -> Due:
    refused = () if row[9] == "[]" else tuple(from_json(row[9]))
    return Due._make((*row[:8], iso(row[8]), refused, bool(row[10])))


def _told(connection: sqlite3.Connection, due: Due, asking: Asking) -> Told | None:
    row = connection.execute(_TOLD, (due.stream,)).fetchone()
    card = candidate_card(connection, due.tenant, due.candidate_id, asking)
    if row is None or card is None or card.erased:
        return None
    message_id, trouble, reason, latest_at, recipient, subject, profile_url = row
    is_ours = due.channel == ADMINISTRATORS
    message = next((each for each in card.messages if each.id == message_id), None)
    worst = Trouble(due.trouble if is_ours else trouble)
    explanation = message.explanation if message else None
    return Told(
        candidate=card.name or due.candidate_id,
        address=recipient,
        subject=subject or "",
        is_complaint=worst is Trouble.COMPLAINT,
        reason=explanation or reason_text(worst, reason, recipient or "", iso(latest_at), asking),
        advice=message.next_step if message else None,
        suggestion=card.suggestion if message and message.recipient == card.address else None,
        link=profile_url,
    )
