"""Whether a message may be sent to an address, and if not, why."""

from dataclasses import dataclass
from datetime import datetime

from ..advice.next_steps import explain_refusal
from ..advice.wording import text
from ..domain.addresses import problem_with
from ..domain.aggregate import Event
from ..domain.suppression_filter.aggregate import SuppressionFilter, evolve
from ..domain.suppression_filter.events import AddressSuppressed, SuppressionTakenBack
from .envelope import event_id

MALFORMED = "address_malformed"


@dataclass(frozen=True)
class Standing:
    """Truthy when sending is allowed; else ``cause``, ``since`` (UTC), ``event`` (its id) and a sentence."""

    allowed: bool
    cause: str | None = None
    causes: tuple[str, ...] = ()
    since: datetime | None = None
    event: str | None = None
    sentence: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def __str__(self) -> str:
        return self.sentence or "OK"


@dataclass(frozen=True)
class Withheld:
    """Why a message must not be sent; unlike a refusal it is truthy: ``if message.withheld``."""

    cause: str
    causes: tuple[str, ...]
    since: datetime | None
    event: str | None
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def withheld_for(standing: Standing) -> Withheld | None:
    """What a refused standing means for a message; None if it may be sent."""
    if standing:
        return None
    cause = standing.cause or ""
    return Withheld(cause, standing.causes, standing.since, standing.event, standing.sentence)


OK = Standing(allowed=True)


def standing_of(
    stream: str, events: list[Event], at: datetime, *, lang: str = "en", tz: str = "UTC"
) -> Standing:
    """The standing that the events of one filter entry give its address at a moment."""
    entry = SuppressionFilter()
    for event in events:
        entry = evolve(entry, event)  # type: ignore[arg-type]  # one stream holds events of one aggregate
    active = entry.active(at)
    if not active:
        return OK
    # The worst cause speaks: what needs most to be lifted comes last in the list of causes.
    cause = next((c for c in ("complaint", "unsubscribe") if c in active), next(iter(active)))
    suppression = next(s for c, s in active.items() if c == cause)
    undone = {e.batch for e in events if isinstance(e, SuppressionTakenBack)}
    version = max(
        v
        for v, e in enumerate(events, 1)
        if isinstance(e, AddressSuppressed) and e.cause == cause and e.batch not in undone
    )
    return Standing(
        allowed=False,
        cause=str(cause),
        causes=tuple(str(c) for c in active),
        since=suppression.since,
        event=event_id(stream, version),
        sentence=explain_refusal(str(cause), suppression.since, lang=lang, tz=tz),
    )


def well_formed(address: str, lang: str) -> Standing:
    """The standing of a text that is on no filter: OK, unless it is no address."""
    if problem_with(address) is None:
        return OK
    return Standing(
        allowed=False, cause=MALFORMED, causes=(MALFORMED,), sentence=text("reason.bad_syntax", lang)
    )
