"""A misread mail made fit to be shown to others: its structure and a server's words stay, people go."""

from .check import differences, leaks
from .rewriting import Anonymised

__all__ = ["Anonymised", "differences", "leaks"]
