"""Bodies of JSON events, one or an array of them. One bad event never loses the others."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..domain.reports import DeliveryReport, Quarantined
from .provider import Harvest, Reception

Payload = TypeVar("Payload", bound=BaseModel)
Claim = DeliveryReport | str
"""What one event says: a report, or in a few words why it is of no interest."""

_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*\{")
# Numbers stay text: an event is only cut out here, and a number of a million digits is its own fault.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


class JsonEvents(Generic[Payload]):
    """Reads a body with ``model`` and lets ``claim`` turn each event into a report with its ``raw`` bytes.

    The whole body is validated in one call; only where something is wrong are its events read one by one.
    ``claim`` may raise ValueError or OverflowError, which quarantines the event.
    """

    def __init__(self, model: type[Payload], claim: Callable[[Payload, Reception], Claim]) -> None:
        self._one = TypeAdapter(model)
        self._many = TypeAdapter(list[model])  # type: ignore[valid-type]
        self._claim = claim

    def __call__(self, body: bytes, reception: Reception) -> Harvest:
        """Never raises for what a body contains."""
        claim = self._claim
        try:
            claims = [claim(event, reception) for event in self._validate(body)]
            return Harvest.of([_with(raw, c) for raw, c in zip(cut(body, len(claims)), claims, strict=True)])
        except (ValueError, OverflowError):
            return self._one_by_one(body, reception)

    def _validate(self, body: bytes) -> list[Payload]:
        if body.lstrip()[:1] == b"{":
            return [self._one.validate_json(body)]
        return self._many.validate_json(body)

    def _one_by_one(self, body: bytes, reception: Reception) -> Harvest:
        try:
            parts = split(body)
        except ValueError as error:
            return Harvest(quarantined=[Quarantined(why=str(error), raw=body)])
        claims: list[Claim] = []
        quarantined = []
        for index, part in enumerate(parts):
            try:
                claims.append(_with(part, self._claim(self._one.validate_json(part), reception)))
            except (ValueError, OverflowError) as error:
                place = None if part == body else index
                quarantined.append(Quarantined(why=_why(error), raw=part, index=place))
        harvest = Harvest.of(claims)
        harvest.quarantined.extend(quarantined)
        return harvest


def _with(raw: bytes, claim: Claim) -> Claim:
    return claim if isinstance(claim, str) else claim.with_raw(raw)


def _why(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "a value is outside of what can be stored"
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    # The first part of the place is a field of ours; anything deeper could be the payload's own words.
    field = f"the field {first['loc'][0]}" if first["loc"] else "the event"
    return f"{field} is not what is expected ({first['type']})"


def cut(body: bytes, count: int) -> list[bytes]:
    """As :func:`split`, in a fraction of its time, of a body that is known to be ``count`` valid objects.

    Where one object ends and the next begins the bytes always look so; if they look so elsewhere too, there
    are more parts than objects.
    """
    body = body.strip(b" \t\r\n")
    if body.startswith(b"{"):
        return [body]
    parts = _BETWEEN.split(body[1:-1].strip(b" \t\r\n")[1:-1])
    return [b"{%s}" % part for part in parts] if len(parts) == count else split(body)


def split(body: bytes) -> list[bytes]:
    """The exact bytes of each event: of an array's elements, or of the one object. Raises ValueError.

    Bytes that are not UTF-8 pass through, so that only their event suffers.
    """
    text = body.decode("utf-8", "surrogateescape").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    start = _after_space(text, 0)
    try:
        spans = list(_elements(text, start)) if text.startswith("[", start) else [_object(text, start)]
    except (ValueError, RecursionError):
        raise ValueError("the body is no JSON object and no array of them") from None
    return [text[begin:end].encode("utf-8", "surrogateescape") for begin, end in spans]


def _object(text: str, start: int) -> tuple[int, int]:
    value, end = _DECODER.raw_decode(text, start)
    if not isinstance(value, dict) or _after_space(text, end) != len(text):
        raise ValueError("no object, or something follows")
    return start, end


def _elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of the array at ``start`` begins and ends (RFC 8259 5). Raises ValueError."""
    position = _after_space(text, start + 1)
    while not text.startswith("]", position):
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _after_space(text, end)
        if text.startswith(",", position):
            position = _after_space(text, position + 1)
        elif not text.startswith("]", position):
            raise ValueError("neither comma nor bracket")
    if _after_space(text, position + 1) != len(text):
        raise ValueError("something follows")


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
