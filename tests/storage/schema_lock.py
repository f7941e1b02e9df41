"""``schema.lock``: the JSON schema of every event, which may grow and never change.

``python -m tests.storage.schema_lock`` takes up what was added; it refuses everything else.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deliveryledger.domain.aggregate import Event
from deliveryledger.storage.event_types import AGGREGATES

LOCK = Path(__file__).with_name("schema.lock")
UPDATE = "python -m tests.storage.schema_lock"
Schema = dict[str, Any]


def schema_of(event: type[Event]) -> Schema:
    """Fields with their types and defaults; which must be there, and which are sealed."""
    full = event.model_json_schema()
    definitions = full.get("$defs", {})
    return {
        "fields": {name: _resolved(field, definitions) for name, field in sorted(full["properties"].items())},
        "personal": {
            name: "address" if mark.address else "text" for name, mark in sorted(event.personal.items())
        },
        "required": sorted(full.get("required", [])),
    }


def present() -> dict[str, Schema]:
    """Every event by its stream's category and its name."""
    return {
        f"{category}/{event.__name__}": schema_of(event)
        for category, events in AGGREGATES.items()
        for event in sorted(events, key=lambda e: e.__name__)
    }


def locked() -> dict[str, Schema]:
    """What was promised."""
    lock: dict[str, Schema] = json.loads(LOCK.read_text())
    return lock


def _resolved(part: Any, definitions: Schema) -> Any:
    """Without titles and texts, and with what is defined elsewhere put in its place."""
    if isinstance(part, list):
        return [_resolved(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        part = {
            **definitions[part["$ref"].rpartition("/")[2]],
            **{k: v for k, v in part.items() if k != "$ref"},
        }
    return {
        name: _resolved(value, definitions)
        for name, value in sorted(part.items())
        if name not in ("title", "description")
    }


def broken_promises(old: dict[str, Schema], new: dict[str, Schema]) -> Iterator[str]:
    """What a log written under ``old`` could not be read with under ``new``, or would say differently."""
    for event, before in old.items():
        if event not in new:
            yield f"{event} was removed or renamed"
            continue
        after = new[event]
        for name, field in before["fields"].items():
            if name not in after["fields"]:
                yield f"{event}.{name} was removed or renamed"
            elif not _reads(field, after["fields"][name]):
                yield f"{event}.{name} has another type or default"
            elif before["personal"].get(name) != after["personal"].get(name):
                yield f"{event}.{name} is sealed otherwise"
        for name in set(after["required"]) - set(before["required"]):
            yield f"{event}.{name} must be there, and in old events it is not"


def _reads(old: Any, new: Any) -> bool:
    """Whether every value of the old type is one of the new. A closed list of words may grow."""
    if isinstance(old, dict) and isinstance(new, dict):
        same = old.keys() == new.keys() and all(_reads(old[k], new[k]) for k in old if k != "enum")
        return same and set(old.get("enum", ())) <= set(new.get("enum", ()))
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_reads, old, new))
    return bool(old == new)


def written(lock: dict[str, Schema]) -> str:
    """As JSON with a line for each field, so that differences are easy to read."""
    text = json.dumps(lock, indent=1)
    return re.sub(r"\n {4,}\S?|\n {3}[\]}]", lambda found: found[0].lstrip(), text) + "\n"


def main() -> None:
    """Update the lock."""
    new = present()
    if LOCK.exists() and (broken := sorted(broken_promises(locked(), new))):
        sys.exit("the storage format is frozen:\n  " + "\n  ".join(broken))
    LOCK.write_text(written(new))


if __name__ == "__main__":
    main()
