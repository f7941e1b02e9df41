"""From what a remote server said to one of our failure reasons: evidence, rules as tables, one function."""

from .classify import Verdict, classify, said_to
from .evidence import Evidence, Phase
from .rules import RULES_VERSION

__all__ = ["RULES_VERSION", "Evidence", "Phase", "Verdict", "classify", "said_to"]
