"""What one installation may choose about the rules."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BELIEVE_CARRIERS: Final = "DELIVERYLEDGER_BELIEVE_CARRIERS"
"""The environment variable that sets the choice for a process: ``1`` = yes."""


@dataclass(frozen=True)
class Profile:
    """``believe_carriers``: take the "unknown user" of Japanese mobile carriers at its word.

    Docomo and au answer the same for a domain that their customer filters out, so by default it is not hard.
    """

    believe_carriers: bool = False

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Profile":
        """The choices that are made in the environment."""
        return cls(believe_carriers=environment.get(BELIEVE_CARRIERS, "") == "1")


DEFAULT_PROFILE: Final = Profile.of(os.environ)
