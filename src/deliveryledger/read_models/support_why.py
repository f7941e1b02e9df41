"""Why an address is stopped: each cause with its event, the server's words and the rule that read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from ..advice.next_steps import explain_refusal
from ..advice.wording import text
from .activity_entries import ActivityEntry
from .asking import Asking
from .candidates_and_messages import iso
from .support_domain import reason_label
from .support_timeline import Row, TimelineEntry, when

_PROOF = {
    "hard_bounce": ("MessageBounced", "BouncesReclassified"),
    "escalation": ("MessageBounced", "MessageDeferred", "BouncesReclassified"),
    "complaint": ("ComplaintReceived",),
    "unsubscribe": ("UnsubscribeRequested",),
    "provider_list": ("MessageDropped",),
}
"""Which event of its message shows a cause."""


class Why(BaseModel):
    """One cause that holds, and its proof: the event that put the address there, and what it rests on."""

    model_config = ConfigDict(frozen=True)

    cause: str
    since: datetime
    expires_at: datetime | None = None
    reason: str | None = None
    by: str | None = None
    batch: str | None = None
    event_id: str | None = None
    message_id: str | None = None
    diagnostic: str | None = None
    status: str | None = None
    rule: str | None = None
    rules_version: str | None = None
    policy_version: str | None = None
    explanation: str = ""


def why_lines(why: Why, lang: str, tz: str) -> list[str]:
    """As a terminal shows it."""
    facts = (
        ("support.col.since", when(why.since, lang, tz)),
        ("support.col.expires", when(why.expires_at, lang, tz) if why.expires_at else None),
        ("support.col.reason", reason_label(why.reason, lang) if why.reason else None),
        ("support.event", why.event_id),
        ("support.col.message", why.message_id),
        ("support.raw", why.diagnostic),
        ("support.rule", f"{why.rule} · {why.rules_version}" if why.rule else None),
        ("support.policy", why.policy_version),
        ("support.import", why.batch),
        ("support.col.source", why.by),
    )
    shown = [f"      {text(key, lang)}: {value}" for key, value in facts if value]
    return [f"  ⚠ {text(f'cause.{why.cause}', lang)} · {why.explanation}", *shown]


def why_stopped(
    cause: str,
    facts: Mapping[str, Any],
    rows: Sequence[Row],
    entries: Sequence[TimelineEntry],
    asking: Asking,
) -> Why:
    """The proof of one cause. ``rows`` and ``entries`` are the page's events."""
    events = {row[0]: from_json(row[4]) for row in rows}
    undone = {each["batch"] for row in rows if row[3] == "SuppressionTakenBack" for each in [events[row[0]]]}
    named = [
        entry
        for entry in entries
        if entry.event == "AddressSuppressed"
        and events[entry.position]["cause"] == cause
        and events[entry.position].get("batch") not in undone - {None}
    ]
    put_there = max(named, key=lambda entry: entry.position, default=None)
    event = events[put_there.position] if put_there else {}
    message_id = event.get("message_id") or facts["message_id"]
    proof = _proof(cause, message_id, entries)
    details = proof.details if proof else {}
    words = [each.diagnostic for each in entries if each.message_id == message_id and each.diagnostic]
    return Why(
        cause=cause,
        since=iso(facts["since"]),
        expires_at=iso(facts["expires_at"]) if facts["expires_at"] else None,
        reason=facts["reason"] or details.get("reason"),
        by=facts["by"],
        batch=event.get("batch"),
        event_id=put_there.event_id if put_there else None,
        message_id=message_id,
        diagnostic=words[-1] if words and message_id else None,
        status=details.get("status"),
        rule=details.get("rule"),
        rules_version=details.get("rules_version"),
        policy_version=event.get("policy_version"),
        explanation=explain_refusal(cause, iso(facts["since"]), lang=asking.lang, tz=asking.tz),
    )


def _proof(cause: str, message_id: str | None, entries: Sequence[TimelineEntry]) -> ActivityEntry | None:
    """The event of the message on which a cause rests: the latest that reads it so."""
    if message_id is None:
        return None
    wanted = _PROOF.get(cause, ())
    proofs = [each for each in entries if each.message_id == message_id and each.event in wanted]
    return max(proofs, key=lambda entry: entry.position, default=None)
