"""Header fields of the sent message, where a provider gives them back: our own ids, and recipients."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from .mail.fields import addresses
from .own_ids import HEADER_MESSAGE, HEADER_TENANT, own_ids, own_ids_in

Fields = list[tuple[str, str]]
"""Names in lower case, and values."""

MAX_FIELDS: Final = 1_000
"""Fields that are looked at; SES gives 10 KiB of them back."""
MAX_TEXT: Final = 100_000
"""Characters in which recipients are looked for."""
_METADATA: Final = "x-metadata"
_RECIPIENTS: Final = frozenset({"to", "cc", "bcc"})


def fields_in(listed: object, name: str) -> Fields:
    """The fields of an array of objects, whose ``name`` is called so and whose value ``value``; no others."""
    found = []
    for each in listed[:MAX_FIELDS] if isinstance(listed, list) else ():
        if isinstance(each, Mapping):
            called, value = each.get(name), each.get("value")
            if isinstance(called, str) and isinstance(value, str):
                found.append((called.lower(), value))
    return found


def own_ids_of(fields: Iterable[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Our own ids: of the headers of ours, or else of ``X-Metadata``, a JSON object."""
    values = dict(fields)
    found = own_ids(values.get(HEADER_MESSAGE), values.get(HEADER_TENANT))
    return found if found[0] is not None else own_ids_in(values.get(_METADATA))


def addressed(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The values that name recipients."""
    return (value for name, value in fields if name in _RECIPIENTS)


def named_in(texts: Iterable[str]) -> frozenset[str]:
    """Every address in texts, in lower case. Raises ValueError where they are too long to be looked at."""
    text = " ".join(texts)
    if len(text) > MAX_TEXT:
        raise ValueError("too many recipients")
    return addresses(text)
