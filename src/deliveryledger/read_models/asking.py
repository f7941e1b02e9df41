"""How a question is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Asking:
    """How a question is asked: the present moment, the language, the time zone, the address digest."""

    now: datetime
    lang: str
    tz: str
    address_key: Callable[[str], str]
