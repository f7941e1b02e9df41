"""Marks that only one receiving side uses. They go first: the same words mean another thing elsewhere.

One module a family of providers. Text is ``Evidence.matchable``: lower case, without addresses. A further
provider: a further module, or further rows of one.
"""

from typing import Final

from .. import WordRule
from . import (
    america,
    apple,
    china,
    france,
    gateways,
    germany,
    google,
    italy,
    japan,
    microsoft,
    nordic,
    russia,
    yahoo,
)

PROVIDERS: Final[tuple[WordRule, ...]] = (
    *google.RULES, *microsoft.RULES, *yahoo.RULES, *apple.RULES, *france.RULES, *germany.RULES, *italy.RULES,
    *nordic.RULES, *russia.RULES, *japan.CARRIERS, *japan.RULES, *china.RULES, *america.RULES, *gateways.RULES,
)  # fmt: skip
