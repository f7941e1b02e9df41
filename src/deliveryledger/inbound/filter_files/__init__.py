"""Reads files of suppressed addresses: our own, and what providers export."""

from .formats import FORMATS
from .reading import FilterFiles

__all__ = ["FORMATS", "FilterFiles"]
