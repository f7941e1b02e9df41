"""Many threads hand in, few commits: nothing is lost or committed twice, failures stay in their group."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from deliveryledger.web.group_commit import GroupCommit


class Disk:
    """Commits take a while, and fail if a bad item is among theirs."""

    def __init__(self, error: type[BaseException] = OSError) -> None:
        self.groups: list[tuple[int, ...]] = []
        self.error = error
        self._busy = threading.Lock()

    def __call__(self, items: Sequence[int]) -> list[int]:
        assert self._busy.acquire(blocking=False), "two commits at once"
        try:
            time.sleep(0.001)
            if any(item < 0 for item in items):
                raise self.error("bad")
            self.groups.append(tuple(items))
            return [item * 2 for item in items]
        finally:
            self._busy.release()


def test_each_of_many_threads_gets_its_own_result():
    disk = Disk()
    commit = GroupCommit(disk, most=50)
    with ThreadPoolExecutor(40) as threads:
        results = list(threads.map(commit, range(2_000)))
    assert results == [number * 2 for number in range(2_000)]
    assert sorted(item for group in disk.groups for item in group) == list(range(2_000))
    assert max(map(len, disk.groups)) <= 50


def test_what_comes_in_during_a_commit_goes_into_the_next_together():
    may_end, groups = threading.Event(), []

    def slow(items: Sequence[int]) -> Sequence[int]:
        groups.append(len(items))
        assert may_end.wait(20)
        return items

    commit = GroupCommit(slow)
    with ThreadPoolExecutor(10) as threads:
        results = [threads.submit(commit, number) for number in range(10)]
        deadline = time.monotonic() + 20
        while len(commit._handed_in) + sum(groups) < 10:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        may_end.set()
        assert [result.result() for result in results] == list(range(10))
    assert len(groups) <= 3
    assert sum(groups) == 10


def test_a_commit_that_fails_fails_its_own_group_only():
    disk = Disk()
    commit = GroupCommit(disk, most=4)
    failed, done = [], []

    def hand_in(number: int) -> None:
        try:
            commit(-number if number % 10 == 9 else number)
        except OSError:
            failed.append(number)
        else:
            done.append(number)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(hand_in, range(1_000)))
    assert sorted(failed + done) == list(range(1_000))
    assert sorted(done) == sorted(item for group in disk.groups for item in group)
    assert 100 <= len(failed) <= 400


def test_an_interruption_leaves_nobody_waiting():
    commit = GroupCommit(Disk(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        commit(-1)
    assert commit(2) == 4
