"""Bodies of JSON events, one or an array of them. One bad event never loses the others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..domain.reports import DeliveryReport, Quarantined
from .json_parts import MAX_EVENTS, cut, split
from .reception import Harvest, Reception

Payload = TypeVar("Payload", bound=BaseModel | Mapping[str, object])
Claim = DeliveryReport | str
"""What one event says: a report, or in a few words why it is of no interest."""
_ONE = (DeliveryReport, str)


class JsonEvents(Generic[Payload]):
    """Reads a body with ``model`` and lets ``claim`` turn each event into reports with their ``raw`` bytes.

    The whole body is validated in one call; only where something is wrong are its events read one by one.
    ``claim`` may raise ValueError or OverflowError, which quarantines the event. Where an event is about
    several recipients, ``claim`` returns several claims, each with ``raw`` bytes that name no other one.
    An empty sequence is no claim at all: a ping, or an event of the other direction.

    ``unwrap`` finds the events where they are not the body itself: it returns the bytes of an array or of
    one object, and of an event that comes alone, because it is read again, the same bytes. It raises
    ValueError with a text that has none of the content.
    """

    def __init__(
        self,
        model: type[Payload],
        claim: Callable[[Payload, Reception], Claim | Sequence[Claim]],
        unwrap: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._one = TypeAdapter(model)
        several = Annotated[list[model], Field(max_length=MAX_EVENTS)]  # type: ignore[valid-type]
        # Without the cache: values are seldom the same again, and none should outlive its request there.
        self._many: TypeAdapter[list[Payload]] = TypeAdapter(several, config=ConfigDict(cache_strings="keys"))
        self._claim = claim
        self._unwrap = unwrap

    def __call__(self, body: bytes, reception: Reception) -> Harvest:
        """Never raises for what a body contains."""
        try:
            events = self._unwrap(body) if self._unwrap else body
        except ValueError as error:
            return Harvest(quarantined=[Quarantined(why=str(error), raw=body)])
        try:
            if events.count(b"{") > MAX_EVENTS:
                split(events)  # raises for too many of them, where validating would build them all first
            found = self._validate(events)
            return Harvest.of(self._claims(found, cut(events, len(found)), reception))
        except (ValueError, OverflowError):
            return self._one_by_one(body, events, reception)

    def _validate(self, body: bytes) -> list[Payload]:
        if body.lstrip()[:1] == b"{":
            return [self._one.validate_json(body)]
        return self._many.validate_json(body)

    def _claims(self, events: Sequence[Payload], parts: Sequence[bytes], reception: Reception) -> list[Claim]:
        """The claims of events in one list, each report with the bytes of its event."""
        claims: list[Claim] = []
        for event, part in zip(events, parts, strict=True):
            reception.part = part
            claim = self._claim(event, reception)
            if isinstance(claim, _ONE):
                claims.append(claim)
            else:
                claims += claim if len(claim) == 1 else [_of_one(each, part) for each in claim]
        return claims

    def _one_by_one(self, body: bytes, events: bytes, reception: Reception) -> Harvest:
        try:
            parts = split(events)
        except ValueError as error:
            return Harvest(quarantined=[Quarantined(why=str(error), raw=body)])
        claims: list[Claim] = []
        quarantined = []
        for index, part in enumerate(parts):
            try:
                claims += self._claims([self._one.validate_json(part)], [part], reception)
            except (ValueError, OverflowError) as error:
                place = None if part == body else index
                quarantined.append(Quarantined(why=why(error), raw=part, index=place))
        harvest = Harvest.of(claims)
        harvest.quarantined.extend(quarantined)
        return harvest


def _of_one(claim: Claim, part: bytes) -> Claim:
    """A claim about one of several recipients: the event's own bytes are not its evidence."""
    return claim.with_raw(None) if isinstance(claim, DeliveryReport) and claim.raw is part else claim


def why(error: Exception) -> str:
    """What was wrong with an event, without any of its content."""
    if not isinstance(error, ValidationError):
        return "a value is outside of what can be stored"
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    # The first part of the place is a field of ours; anything deeper could be the payload's own words.
    field = f"the field {first['loc'][0]}" if first["loc"] else "the event"
    return f"{field} is not what is expected ({first['type']})"
