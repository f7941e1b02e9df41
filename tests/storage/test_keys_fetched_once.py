"""The keys of a batch are fetched with one query, each subject's once: counted at the key store itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deliveryledger import Ledger
from deliveryledger.application.unit_of_work import UnitOfWork
from deliveryledger.domain.identifiers import candidate_email_stream
from deliveryledger.domain.reports import Outcome
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.testing import ADDRESS
from tests.application.world import Clock, about, send, tell

CANDIDATES = 30


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger.open(":memory:", clock=Clock()) as ledger:
        for n in range(CANDIDATES):
            ledger.candidate_emails.register(f"cand-{n}", f"{n}-{ADDRESS}", by="rec-3")
            send(ledger, f"cand-{n}", f"msg-{n}")
        yield ledger


@contextmanager
def traced(ledger: Ledger) -> Iterator[list[str]]:
    """The statements that read or write keys of data subjects meanwhile."""
    log = ledger._services.log
    assert isinstance(log, SqliteEventLog)
    statements: list[str] = []
    with log._keys.connections.read("count") as connection:
        keys: sqlite3.Connection = connection
    keys.set_trace_callback(lambda text: statements.append(text) if "subject_keys" in text else None)
    yield statements
    keys.set_trace_callback(None)


def fetches(statements: list[str]) -> list[str]:
    return [statement for statement in statements if statement.startswith("SELECT subject, wrapped")]


def test_a_batch_of_reports_asks_once_for_all_its_subjects(ledger: Ledger) -> None:
    at = Clock().move(hours=1)
    bounces = [
        about(f"msg-{n}", Outcome.BOUNCED, at, recipient=f"{n}-{ADDRESS}", status="5.1.1", diagnostic="no")
        for n in range(CANDIDATES)
    ]
    with traced(ledger) as statements:
        recording = tell(ledger, *bounces)
    assert recording.facts == CANDIDATES
    assert len(fetches(statements)) == 1


def test_what_was_opened_in_a_transaction_is_not_fetched_again_to_seal(ledger: Ledger) -> None:
    with traced(ledger) as statements:
        message = ledger.messages.register("cand-0", sender="rec-3", subject="Interview")
    assert message.recipient
    assert len(fetches(statements)) == 1  # to open the candidate's address, and to seal the message


def test_a_subject_is_asked_for_once_however_often_it_is_opened(ledger: Ledger) -> None:
    def work(unit: UnitOfWork) -> None:
        for _ in range(5):
            unit.opened(candidate_email_stream("default", "cand-0"))
        unit.opened(candidate_email_stream("default", "cand-1"))

    with traced(ledger) as statements:
        ledger._services.transact(work)
        assert len(fetches(statements)) == 2
        ledger._services.transact(work)  # nothing is kept longer than a transaction
        assert len(fetches(statements)) == 4
