"""Read models are computed: anew or in any steps, they come out row for row the same; no fact is added."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger import Ledger
from deliveryledger.domain.reports import DeliveryReport
from deliveryledger.projections import following
from tests.properties.worlds import (
    ADA,
    LAWFUL,
    NOW,
    open_ledger,
    picture,
    populate,
    position,
    record,
    reports,
    tables,
)

HISTORIES = st.lists(st.tuples(reports(), st.booleans()), max_size=8)


def tell_a_story(ledger: Ledger, history: list[tuple[DeliveryReport, bool]]) -> None:
    """Reports, with questions in between that make the read models catch up, and commands that follow."""
    populate(ledger)
    for report, is_asked in history:
        record(ledger, [report])
        if is_asked:
            ledger.candidate_card("cand-1")
    ledger.messages.register("cand-1", sender="rec-3", subject="Again", message_id="msg-4")
    ledger.suppression_filters.suppress("grace@navy.example", by="sup-1")
    ledger.recipient_filter()
    ledger.suppression_filters.record_consent(ADA, kind="recipient", evidence="mail", by="sup-1")
    ledger.suppression_filters.lift(ADA, by="sup-1", approved_by="sup-2", evidence="phone")
    ledger.candidate_emails.correct("cand-1", "ada@gmail.com", grounds="cv", by="rec-3", resend=["msg-1"])


@settings(max_examples=60)
@given(HISTORIES)
def test_a_rebuild_changes_nothing(history: list[tuple[DeliveryReport, bool]]):
    with open_ledger() as ledger:
        tell_a_story(ledger, history)
        before = (tables(ledger), picture(ledger), position(ledger))
        ledger.rebuild()
        assert (tables(ledger), picture(ledger), position(ledger)) == before


def test_a_rebuild_shows_its_progress_and_survives_the_file(tmp_path):
    path = tmp_path / "deliveries.db"
    with Ledger.open(path, clock=lambda: NOW, policies=LAWFUL) as ledger:
        tell_a_story(ledger, [])
        before = tables(ledger)
        steps: list[tuple[int, int]] = []
        ledger.rebuild(lambda reached, last: steps.append((reached, last)))
        assert steps[-1] == (position(ledger), position(ledger))
        assert tables(ledger) == before
    with Ledger.open(path, clock=lambda: NOW, policies=LAWFUL) as again:
        assert tables(again) == before


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_size_of_a_batch_does_not_matter(monkeypatch: pytest.MonkeyPatch, size: int):
    with open_ledger() as ledger:
        tell_a_story(ledger, [])
        before = tables(ledger)
        monkeypatch.setattr(following, "REBUILD_BATCH", size)
        ledger.rebuild()
        assert tables(ledger) == before
