"""At a terminal nobody is told to call a method."""

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.remedies import in_commands
from deliveryledger.errors import DeliveryLedgerError
from deliveryledger.read_models.questions import unknown_candidate
from deliveryledger.storage.audit_checkpoints import changed


@pytest.mark.parametrize("error", [unknown_candidate("ask"), changed("prove", "it is not what it was")])
def test_methods_become_commands(error: DeliveryLedgerError) -> None:
    assert "()" in error.remedy
    assert "()" not in in_commands(error.remedy)


def test_an_unknown_event_names_a_command() -> None:
    with Ledger.open(":memory:") as ledger, pytest.raises(DeliveryLedgerError) as caught:
        ledger.audit.prove("nope")
    assert in_commands(caught.value.remedy) == "`deliveryledger activity CANDIDATE --json` names events"
