"""Advice for people: which address was meant, what to do next, and how to say so. Pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .suggestions import suggest as suggest

__all__ = ["suggest"]


def __getattr__(name: str) -> object:
    # Lazy, so that who wants a text does not load the tables of the providers.
    if name == "suggest":
        from .suggestions import suggest

        return suggest
    raise AttributeError(f"module 'deliveryledger.advice' has no attribute {name!r}")
