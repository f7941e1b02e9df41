"""Webhooks that come twice, in another order or another batch say the same, and so they do in ten years."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.domain.reports import Reading
from deliveryledger.inbound import providers
from tests.inbound import corpus
from tests.inbound.examples import EXAMPLES, Event, Example
from tests.inbound.requests import NOW
from tests.properties.webhooks import World

EVERY = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
BATCHES = pytest.mark.parametrize(
    "example",
    [e for e in EXAMPLES.values() if e.is_batch],
    ids=[s for s, e in EXAMPLES.items() if e.is_batch],
)
LATER = NOW.replace(year=2036)


def events(example: Example) -> list[Event]:
    """The same message's event in every word that the vendor has for one."""
    kinds = dict.fromkeys(kind.split("/")[0] for kind in providers.get(example.slug).about.events)
    return [example.good, *(example.of_kind(kind, example.good) for kind in kinds)]


def read(example: Example, *batch: Event) -> Reading:
    body = example.body(*batch)
    return providers.get(example.slug).reread(body, account="main", received_at=NOW)


def in_batches(example: Example, told: Sequence[Event], size: int) -> list[Reading]:
    size = size if example.is_batch else 1
    return [read(example, *told[start : start + size]) for start in range(0, len(told), size)]


@EVERY
@settings(max_examples=8)
@given(data=st.data())
def test_twice_shuffled_and_in_other_batches_is_the_same(example: Example, data: st.DataObject):
    once = in_batches(example, events(example), 100)
    told = data.draw(st.permutations(events(example) * 2))
    again = in_batches(example, told, data.draw(st.integers(1, len(told))))
    first, second = World(once).record(once, at=NOW), World(once).record(again, at=NOW)
    assert first.candidates
    assert second.picture(at=NOW) == first.picture(at=NOW)


@EVERY
def test_what_comes_again_adds_nothing(example: Example):
    told = in_batches(example, events(example), 3)
    world = World(told).record(told, at=NOW)
    before = world.facts
    assert world.record(reversed(told), at=LATER).facts == before


@BATCHES
def test_an_event_that_is_broken_costs_itself_only(example: Example):
    whole = events(example)[:6]
    for place in range(len(whole)):
        rest = [*whole[:place], *whole[place + 1 :]]
        broken = read(example, *whole[:place], example.bad, *whole[place + 1 :])
        assert [part.index for part in broken.quarantined] == [place]
        assert broken.reports == read(example, *rest).reports
        assert broken.ignored == read(example, *rest).ignored


@BATCHES
def test_a_batch_with_a_broken_event_leaves_the_ledger_as_one_without_it(example: Example):
    whole = events(example)[:4]
    broken, without = read(example, whole[0], example.bad, *whole[1:]), read(example, *whole)
    first, second = World([without]).record([without], at=NOW), World([without]).record([broken], at=NOW)
    assert second.picture(at=NOW) == first.picture(at=NOW)
    (kept,) = second.ledger.intake.quarantined()
    assert read_again(example, kept.raw).quarantined


def read_again(example: Example, raw: bytes) -> Reading:
    return providers.get(example.slug).reread(raw, account="main", received_at=NOW)


@EVERY
def test_a_stored_request_says_the_same_in_ten_years(example: Example):
    requests = [example.sign(example.body(event)) for event in events(example)]
    provider = providers.get(example.slug)
    told = [provider.read(request, example.secrets, now=NOW) for request in requests]
    assert_the_same_in_ten_years(told)


def assert_the_same_in_ten_years(told: Sequence[Reading]) -> None:
    now, then = World(told).record(told, at=NOW), World(told).record(told, at=LATER)
    assert then.picture(at=LATER) == now.picture(at=LATER)
    assert then.bell(at=LATER) == now.bell(at=LATER)


# --- the project's own corpus ------------------------------------------------------------------------


def by_provider() -> Iterator[Any]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in corpus.cases():
        found[case["esp"]].append(case)
    yield from (pytest.param(cases, id=slug) for slug, cases in sorted(found.items()))
    if not found:
        yield pytest.param([], marks=pytest.mark.skip(reason=corpus.ABSENT), id="corpus")


def readings(cases: Sequence[dict[str, Any]]) -> list[Reading]:
    """What the authentic requests of the corpus say, each read at its own time."""
    found = [corpus.read(case) for case in cases]
    return [reading for reading in found if reading is not None]


@pytest.mark.parametrize("cases", list(by_provider()))
def test_the_corpus_twice_and_shuffled_is_the_corpus_once(cases: list[dict[str, Any]]):
    told = readings(cases)
    first = World(told).record(told, at=NOW)
    assert first.candidates
    for seed in range(3):
        again = random.Random(seed).sample(told * 2, 2 * len(told))
        assert World(told).record(again, at=NOW).picture(at=NOW) == first.picture(at=NOW)


@pytest.mark.parametrize("cases", list(by_provider()))
def test_the_corpus_says_the_same_in_ten_years(cases: list[dict[str, Any]]):
    assert_the_same_in_ten_years(readings(cases))
