"""What all aggregates share: frozen events, frozen states, ``evolve`` and decisions.

An aggregate is a state (frozen dataclass), ``evolve(state, event) -> state`` (total, never fails) and
decisions ``decision(state, ...) -> Iterator[Event]``; yielding nothing means that there is nothing new.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from .personal import Personal, personal_fields

State = TypeVar("State")


class _Utc:
    """Only moments in UTC are stored, so that equal moments have equal bytes."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.datetime_schema(tz_constraint=0)


UtcDatetime = Annotated[datetime, _Utc()]


class Event(BaseModel):
    """A fact. Class name and fields are the storage format: added, never renamed, retyped or removed.

    ``occurred_at`` is when it happened in the world (UTC). When it was written down (``recorded_at``) is
    part of the stored bytes and of the envelope, not of the fact.
    """

    # Unknown fields are ignored, so that an older version can read what a newer one wrote.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    personal: ClassVar[dict[str, Personal]] = {}
    occurred_at: UtcDatetime

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.personal = personal_fields(cls)


class PersonalEvent(Event):
    """An event with personal fields: ``data_subject`` names the key that seals them."""

    data_subject: str


def changed(state: State, /, **changes: Any) -> State:
    """``dataclasses.replace`` without running ``__init__`` again: a fold is the hot path of every batch."""
    copy = object.__new__(type(state))
    copy.__dict__.update(state.__dict__)
    copy.__dict__.update(changes)
    return copy


def fold(evolve: Callable[[State, Any], State], state: State, events: Iterable[Any]) -> State:
    """The state after all events."""
    for event in events:
        state = evolve(state, event)
    return state
