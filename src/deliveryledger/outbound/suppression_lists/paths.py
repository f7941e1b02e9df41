"""An address as a part of a URL: one segment, whatever is in it."""

from urllib.parse import quote

from ...domain.addresses import check_typed
from ...errors import InvalidInput


def segment(text: str) -> str:
    """One segment of a path, whatever is in the text. Raises InvalidInput for what cannot be one."""
    return quote(usable(text), safe="")


def usable(text: str) -> str:
    """The same text. Raises InvalidInput where a provider would take it for the whole list, or a folder."""
    typed = check_typed(text)
    if typed.strip(" ."):
        return typed
    raise InvalidInput("ask a provider about an address", "it is none", "correct the address")
