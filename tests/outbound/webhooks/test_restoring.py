"""What is noted of webhooks is in no backup: what follows where it is lost, older or newer than the log."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import WebhookCursorLost
from tests.application.world import Clock
from tests.outbound.webhooks.ats import Ats, Reply
from tests.outbound.webhooks.conftest import begun, bounced, candidate, deferred

NOTES = "ledger.db.webhooks"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def back_up(ledger: Ledger, backups: Path) -> None:
    ledger.backup(backups / "ledger.db")
    ledger.keys.backup(backups / "keys", max_age=timedelta(days=30))


@pytest.fixture
def told(ledger: Ledger, ats: Ats) -> Ledger:
    """msg-1 has bounced, and the ATS knows."""
    bounced(ledger, candidate(ledger, 1))
    with begun(ledger, ats.subscription()) as sender:
        assert sender.send()[0].sent == 3
    return ledger


def restored(tmp_path: Path, backups: Path, clock: Clock) -> Ledger:
    """The backup, with the notes of the present beside it."""
    place = tmp_path / "restored" / "ledger.db"
    place.parent.mkdir()
    shutil.copy(tmp_path / "ledger.db.kek", place.with_name("ledger.db.kek"))
    Ledger.restore(backups / "ledger.db", keys=backups / "keys", to=place)
    copy_notes(tmp_path, place.parent)
    return Ledger.open(place, create=False, clock=clock)


def copy_notes(here: Path, there: Path) -> None:
    source, copy = sqlite3.connect(here / NOTES), sqlite3.connect(there / NOTES)
    with closing(source), closing(copy):
        source.backup(copy)


def forget(folder: Path) -> None:
    files = list(folder.glob(f"{NOTES}*"))
    assert files
    for each in files:
        each.unlink()


def test_the_backup_is_without_it(told: Ledger, backups: Path):
    back_up(told, backups)
    assert not list(backups.rglob("*webhooks*"))


def test_where_it_is_lost_the_subscription_begins_anew_and_is_told_on_from_a_position(
    told: Ledger, ats: Ats, tmp_path: Path
):
    last = max(each.data["position"] for each in ats.taken)
    known = {(each.id, each.body) for each in ats.taken}
    bounced(told, candidate(told, 2))
    ats.reply = lambda _: Reply(500)
    with told.webhooks([ats.subscription()]) as sender:
        assert sender.send()[0].waiting == 3
    forget(tmp_path)
    ats.reply = lambda _: Reply()
    with told.webhooks([ats.subscription()]) as sender:
        (standing,) = sender.send()
        assert (standing.sent, standing.waiting, standing.position) == (0, 0, told.status().last_position)
        bounced(told, candidate(told, 3))
        assert sender.send()[0].sent == 3
        assert ats.types("msg-2") == []
        sender.replay(last)
        sender.send()
    assert "message.bounced" in ats.types("msg-2")
    assert {(each.id, each.body) for each in ats.taken if each.data["position"] <= last} == known


def test_an_older_copy_of_it_repeats_with_the_same_ids(told: Ledger, ats: Ats, tmp_path: Path, backups: Path):
    copy_notes(tmp_path, backups)
    bounced(told, candidate(told, 2))
    with told.webhooks([ats.subscription()]) as sender:
        assert sender.send()[0].sent == 3
    known = [(each.id, each.body) for each in ats.taken[3:]]
    forget(tmp_path)
    copy_notes(backups, tmp_path)
    with told.webhooks([ats.subscription()]) as sender:
        assert sender.send()[0].sent == 3
    assert [(each.id, each.body) for each in ats.taken[6:]] == known


@pytest.mark.parametrize("grown", [False, True], ids=["shorter", "grown past it"])
def test_a_log_that_is_older_than_it_is_noticed_and_told_from_where_it_was_restored(
    told: Ledger, ats: Ats, tmp_path: Path, backups: Path, clock: Clock, grown: bool
):
    message = candidate(told, 2)
    back_up(told, backups)
    beyond = told.status().last_position + 1
    deferred(told, message)
    with told.webhooks([ats.subscription()]) as sender:
        assert sender.send()[0].sent == 1
    reused = ats.taken[-1]
    with restored(tmp_path, backups, clock) as ledger:
        bounced(ledger, message)
        if grown:
            bounced(ledger, candidate(ledger, 3))
        with ledger.webhooks([ats.subscription()]) as sender:
            with pytest.raises(WebhookCursorLost, match="older copy"):
                sender.send()
            ats.taken.clear()
            sender.replay(beyond)
            sender.send()
    assert min(each.data["position"] for each in ats.taken) >= beyond
    # What is recorded in the place of what was lost has its id, and says something else.
    bounce = next(each for each in ats.taken if each.type == "message.bounced")
    assert (bounce.id, reused.type) == (reused.id, "message.deferred")
    assert bounce.body != reused.body
