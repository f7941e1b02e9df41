"""What one installation may choose about the rules."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Profile:
    """``believe_carriers``: take the "unknown user" of a Japanese mobile carrier at its word.

    They answer the same for a domain that their customer filters out, so by default it is not hard.
    """

    believe_carriers: bool = False


DEFAULT_PROFILE: Final = Profile()
