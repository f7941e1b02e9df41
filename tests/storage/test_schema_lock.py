"""Class name and fields of an event are the storage format: added, never renamed, retyped or removed."""

from copy import deepcopy
from typing import Any

import pytest

from deliveryledger.storage.event_types import EVENT_TYPES
from tests.storage.schema_lock import UPDATE, broken_promises, locked, present

EVENT = "message/MessageBounced"


def test_no_promise_is_broken() -> None:
    broken = sorted(broken_promises(locked(), present()))
    assert broken == [], "the storage format is frozen: add a field with a default, or an event, instead"


def test_what_was_added_is_promised_too() -> None:
    assert locked() == present(), f"events or fields were added; take them up with: {UPDATE}"


def test_every_event_is_in_it_once() -> None:
    assert sorted(name.partition("/")[2] for name in locked()) == sorted(EVENT_TYPES)


def changed(**changes: Any) -> dict[str, Any]:
    """The lock with a part of one event changed (None: removed)."""
    lock = deepcopy(locked())
    for part, new in changes.items():
        lock[EVENT][part] = {k: v for k, v in {**lock[EVENT][part], **new}.items() if v is not None}
    return lock


OPTIONAL = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}


@pytest.mark.parametrize(
    ("new", "complaint"),
    [
        ({}, None),
        (changed(fields={"colour": OPTIONAL}), None),
        (changed(fields={"status": None, "enhanced_status": OPTIONAL}), f"{EVENT}.status was removed"),
        (changed(fields={"status": {"type": "integer"}}), f"{EVENT}.status has another type"),
        (changed(fields={"status": {**OPTIONAL, "default": "5.0.0"}}), f"{EVENT}.status has another type or"),
        (changed(fields={"severity": {"type": "string", "enum": ["hard"]}}), f"{EVENT}.severity has"),
        (changed(fields={"severity": {"type": "string", "enum": ["hard", "soft", "odd"]}}), None),
        (changed(personal={"diagnostic": None}), f"{EVENT}.diagnostic is sealed otherwise"),
        (changed(personal={"status": "text"}), f"{EVENT}.status is sealed otherwise"),
    ],
)
def test_what_may_be_added_and_what_may_not_be_touched(new: dict[str, Any], complaint: str | None) -> None:
    found = list(broken_promises(locked(), new or locked()))
    assert found == [] if complaint is None else [line for line in found if line.startswith(complaint)]


def test_a_removed_event_and_a_new_field_without_default_are_refused() -> None:
    without = {name: schema for name, schema in locked().items() if name != EVENT}
    assert list(broken_promises(locked(), without)) == [f"{EVENT} was removed or renamed"]
    assert list(broken_promises(without, locked())) == []
    stricter = deepcopy(locked())
    stricter[EVENT]["required"].append("status")
    assert list(broken_promises(locked(), stricter)) == [
        f"{EVENT}.status must be there, and in old events it is not"
    ]
