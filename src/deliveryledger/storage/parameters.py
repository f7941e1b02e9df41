"""Many values as one parameter of a statement, which takes them apart with ``json_each``."""

from collections.abc import Iterable

from pydantic_core import to_json


def json_array(values: Iterable[object]) -> str:
    """The values as a JSON array."""
    return to_json(list(values)).decode()
