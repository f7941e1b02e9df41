"""Somebody else was faster: load again, decide anew; in the end say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.messages import Messages
from deliveryledger.application.unit_of_work import ATTEMPTS
from deliveryledger.errors import ConcurrentChange


class Contended:
    """A log on which others append first, so many times."""

    def __init__(self, log: Any, conflicts: int) -> None:
        self._log = log
        self.conflicts = conflicts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self._log.transaction() as transaction:
            yield transaction
            if self.conflicts:
                self.conflicts -= 1
                raise ConcurrentChange("append events", "a stream has grown", "decide anew")


def messages_on(ledger: Ledger, conflicts: int) -> tuple[Messages, Contended]:
    log = Contended(ledger._services.log, conflicts)
    return Messages(replace(ledger._services, log=log)), log


@pytest.mark.parametrize("conflicts", [1, ATTEMPTS - 1])
def test_decides_anew_and_records_once(ledger: Ledger, conflicts: int):
    messages, log = messages_on(ledger, conflicts)
    messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    assert log.conflicts == 0
    assert [message.id for message in ledger.candidate_card("cand-7").messages] == ["msg-1"]


def test_gives_up_in_the_end_and_nothing_is_left(ledger: Ledger):
    before = ledger.status().last_position
    messages, log = messages_on(ledger, ATTEMPTS + 1)
    with pytest.raises(ConcurrentChange):
        messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    assert log.conflicts == 1
    assert ledger.status().last_position == before
