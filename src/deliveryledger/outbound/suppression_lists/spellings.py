"""In which spellings an address is asked for and deleted."""

from ...domain.addresses import normalise
from ...errors import InvalidInput
from .paths import usable


def spellings(address: str) -> tuple[str, ...]:
    """As it is typed, and in the form that is compared (lower case, ASCII domain).

    Raises InvalidInput where it has no ``@``: in a path, a provider may take that for an id of somebody
    else's entry or for another resource.
    """
    typed = usable(address)
    if "@" not in typed:
        raise InvalidInput("ask a provider about an address", "there is no @ in it", "correct the address")
    return tuple(dict.fromkeys((typed, normalise(typed))))
