"""Support's page of one message: the vertical timeline, and what was sent before and after it."""

import sqlite3

from pydantic import BaseModel, ConfigDict

from ..advice.wording import text
from ..domain.status import MessageStatus
from .asking import Asking
from .outcomes_column import read_outcomes
from .support_timeline import TimelineEntry, fetch, timeline, timeline_lines

MOST_RESENDS = 50
_MESSAGE = (
    "SELECT candidate_id, sender_id, recipient, subject, withheld_by, resend_of, resent_as, resent_by, "
    "outcomes FROM messages WHERE stream = ?"
)
_EVENTS = (
    "SELECT a.position, a.stream, a.version, a.name, a.data, m.recipient, m.subject, m.sender_id, "
    "n.recipient, m.candidate_id FROM activity AS a JOIN messages AS m ON m.stream = a.stream "
    "LEFT JOIN messages AS n ON n.stream = 'message-' || m.tenant || ':' || m.resent_as "
    "WHERE a.tenant = ? AND a.message_id = ?"
)
_BEFORE = "SELECT resend_of FROM messages WHERE stream = ?"
_AFTER = "SELECT resent_as FROM messages WHERE stream = ?"


class MessagePage(BaseModel):
    """One message. Times are UTC; texts are in the language that was asked for."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    candidate_id: str
    sender_id: str
    recipient: str
    subject: str
    status: MessageStatus
    withheld_by: tuple[str, ...] = ()
    resend_of: tuple[str, ...] = ()
    """The messages that this one was sent again for, the nearest first."""
    resent_as: tuple[str, ...] = ()
    """The messages that were sent again for it, the nearest first."""
    resent_by: str | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    lang: str = "en"
    tz: str = "UTC"

    def __str__(self) -> str:
        lines = [
            f"{text('support.col.message', self.lang)} {self.message_id} · {self.recipient}",
            f"  {self.subject} · {text(f'status.{self.status}.label', self.lang)}",
        ]
        for cause in self.withheld_by:
            known = f"cause.{cause}" if cause != "address_malformed" else "reason.bad_syntax"
            lines.append(f"  {text('list.state.active', self.lang)}: {text(known, self.lang)}")
        for key, ids in (("resend_of", self.resend_of), ("resent_as", self.resent_as)):
            lines += [f"  {text(f'support.{key}', self.lang, message=each)}" for each in ids]
        lines.append(text("support.timeline", self.lang))
        return "\n".join([*lines, *timeline_lines(self.timeline, self.lang, self.tz)])


def message_page(
    connection: sqlite3.Connection, tenant: str, message_id: str, asking: Asking
) -> MessagePage | None:
    """The page of a message, or None if the tenant has no such message."""
    found = fetch(connection, _MESSAGE, f"message-{tenant}:{message_id}")
    if not found:
        return None
    candidate_id, sender_id, recipient, subject, withheld_by, _, _, resent_by, outcomes = found[0]
    return MessagePage(
        message_id=message_id,
        candidate_id=candidate_id,
        sender_id=sender_id,
        recipient=recipient,
        subject=subject,
        status=read_outcomes(outcomes).status,
        withheld_by=tuple(withheld_by.split(",")) if withheld_by else (),
        resend_of=_chain(connection, _BEFORE, tenant, message_id),
        resent_as=_chain(connection, _AFTER, tenant, message_id),
        resent_by=resent_by,
        timeline=timeline(fetch(connection, _EVENTS, tenant, message_id), asking),
        lang=asking.lang,
        tz=asking.tz,
    )


def _chain(connection: sqlite3.Connection, question: str, tenant: str, message_id: str) -> tuple[str, ...]:
    chain: list[str] = []
    while len(chain) < MOST_RESENDS:
        found = fetch(connection, question, f"message-{tenant}:{chain[-1] if chain else message_id}")
        if not found or found[0][0] is None or found[0][0] in chain:
            break
        chain.append(found[0][0])
    return tuple(chain)
