"""All word rules in the order of precedence."""

from functools import cache
from typing import Final

from ..profile import Profile
from . import RuleIndex, WordRule
from .languages import LANGUAGES
from .phrases import PHRASES
from .providers import PROVIDERS
from .providers.japan import CARRIERS

WORD_RULES: Final = (*PROVIDERS, *PHRASES, *LANGUAGES)


HOSTS: Final = tuple({host for rule in WORD_RULES for host in rule.hosts})
"""Endings of the names of servers that say something else than others with the same words."""


@cache
def word_rules(profile: Profile) -> tuple[WordRule, ...]:
    """The rows that apply in a profile."""
    if profile.believe_carriers:
        return tuple(rule for rule in WORD_RULES if rule not in CARRIERS)
    return WORD_RULES


@cache
def rule_index(profile: Profile) -> RuleIndex:
    """The same, indexed."""
    return RuleIndex(word_rules(profile))
