"""The façade and composition root: the one place that wires things together."""

from .facade import Ledger, utc_now

__all__ = ["Ledger", "utc_now"]
