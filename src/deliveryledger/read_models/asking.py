"""How a question is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..advice.roles import Role


@dataclass(frozen=True)
class Asking:
    """How a question is asked: the present moment, the language, the zone, the address digest, who asks."""

    now: datetime
    lang: str
    tz: str
    address_key: Callable[[str], str]
    role: Role = Role.SENDER
    without_cv: bool = False
    """Whether what a candidate's documents say is left out: of e-mail, say."""
