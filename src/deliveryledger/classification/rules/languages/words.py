"""The form of the tables."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]
"""Language (ISO 639-1) to patterns of one family."""
