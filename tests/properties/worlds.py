"""A small world for the properties: three messages to two candidates, and every claim about them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.application.policies import Policies
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Attribution, DeliveryReport, Outcome, Reading, Source
from deliveryledger.domain.suppression_filter.escalation import EscalationPolicy

NOW = datetime(2026, 11, 14, 12, tzinfo=UTC)
ADA, GRACE = "ada@gmial.com", "grace@navy.example"
# Message -> candidate, recipient, provider's id; one id of the provider stands for two recipients.
MESSAGES = {
    "msg-1": ("cand-1", ADA, "p-1"),
    "msg-2": ("cand-1", ADA, "p-2"),
    "msg-3": ("cand-2", GRACE, "p-2"),
}
# Escalation depends on when something became known and is outside the law.
LAWFUL = Policies(escalation=EscalationPolicy(thresholds={}), record_engagement=True)


def open_ledger(**options: Any) -> Ledger:
    """An empty ledger in memory, whose clock stands still."""
    return Ledger.open(":memory:", **{"clock": lambda: NOW, "policies": LAWFUL, **options})


def register_candidates(ledger: Ledger) -> None:
    """Ada and Grace."""
    ledger.candidate_emails.register("cand-1", ADA, by="rec-3")
    ledger.candidate_emails.register("cand-2", GRACE, by="rec-3")


def register_message(ledger: Ledger, message_id: str) -> None:
    """Register a message before it is sent."""
    candidate_id, _, _ = MESSAGES[message_id]
    ledger.messages.register(candidate_id, sender="rec-3", subject="Interview", message_id=message_id)


def mark_submitted(ledger: Ledger, message_id: str) -> None:
    """Note that the provider took it."""
    provider_message_id = MESSAGES[message_id][2]
    ledger.messages.mark_submitted(message_id, provider="postmark", provider_message_id=provider_message_id)


def populate(ledger: Ledger) -> None:
    """The whole small world."""
    register_candidates(ledger)
    for message_id in MESSAGES:
        register_message(ledger, message_id)
        mark_submitted(ledger, message_id)


def record(ledger: Ledger, reports: Iterable[DeliveryReport]) -> None:
    """Record one batch."""
    ledger.record(Reading(provider="postmark", received_at=NOW, reports=tuple(reports)))


MOMENTS = st.sampled_from([NOW + timedelta(minutes=minutes) for minutes in (-240, -180, -120, -60, 0, 30)])
_IDENTIFIED = st.sampled_from(["own id", "provider id", "both", "mail"])


@st.composite
def reports(draw: st.DrawFn, outcomes: Sequence[Outcome] = tuple(Outcome)) -> DeliveryReport:
    """Any claim about one of the messages, told from one of the others by little."""
    message_id = draw(st.sampled_from(sorted(MESSAGES)))
    _, recipient, provider_message_id = MESSAGES[message_id]
    outcome = draw(st.sampled_from(outcomes))
    fields: dict[str, Any] = {
        "provider": "postmark",
        "source": draw(st.sampled_from([Source.WEBHOOK, Source.POLL])),
    }
    # That a provider took it is told once per id of the provider's: by the command or by the first report.
    how = draw(_IDENTIFIED) if outcome is not Outcome.SUBMITTED else "provider id"
    if how == "mail":
        fields.update(
            provider="mail", source=Source.DSN, provider_message_id=f"{provider_message_id}@mta.example"
        )
    if how in ("own id", "both"):
        fields.update(message_id=message_id)
    if how in ("provider id", "both"):
        fields.update(provider_message_id=provider_message_id)
    reason = st.sampled_from([None, *FailureReason])
    return DeliveryReport(
        outcome=outcome,
        occurred_at=draw(MOMENTS),
        received_at=NOW,
        recipient=draw(st.sampled_from([recipient, recipient.upper()])),
        reason=draw(reason),
        status=draw(st.sampled_from([None, "5.1.1", "4.2.2"])),
        reply_code=draw(st.sampled_from([None, 450, 550])),
        diagnostic=draw(st.sampled_from([None, "no such user", "over quota"])),
        feedback_type=draw(st.sampled_from([None, "abuse", "fraud"])),
        attribution=draw(st.sampled_from(Attribution)),
        list_reason=draw(st.sampled_from([None, "HardBounce", "SpamComplaint"])),
        will_retry_until=draw(st.one_of(st.none(), MOMENTS)),
        by_machine=draw(st.sampled_from([None, True, False])),
        **fields,
    )


def position(ledger: Ledger) -> int:
    """How many facts there are: a command or a report that adds nothing leaves it where it is."""
    return ledger.status().last_position


def tables(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every read model, and how far it has come."""
    with ledger._runner.caught_up() as views:
        names = [row[0] for row in views.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: sorted(views.execute(f"SELECT * FROM {name}"), key=repr) for name in sorted(names)}


def picture(ledger: Ledger) -> dict[str, Any]:
    """What must not depend on the order: the cards, and why and since when somebody gets no mail."""
    standings = {address: ledger.suppression_filters.may_send(address) for address in (ADA, GRACE)}
    return {
        "cards": [
            ledger.candidate_card(candidate).model_dump(mode="json") for candidate in ("cand-1", "cand-2")
        ],
        "filter": sorted(
            (entry.address.lower(), entry.causes, entry.since, entry.expires_at)
            for entry in ledger.recipient_filter().entries
        ),
        "may send": {address: (s.allowed, s.causes, s.since) for address, s in standings.items()},
    }
