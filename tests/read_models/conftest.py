"""Ada is registered, with her mistyped address."""

from tests.application.conftest import clock, ledger

__all__ = ["clock", "ledger"]
