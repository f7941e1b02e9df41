"""Every report brings the bytes that it was read from, and nothing of its neighbours."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.domain.reports import REPORT, DeliveryReport
from deliveryledger.inbound import providers
from deliveryledger.inbound.batch import cut, split
from tests.inbound.examples import EXAMPLES, Example
from tests.inbound.requests import NOW

EVERY = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
OBJECTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('},{ "[]\\\n:'), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.dictionaries(st.text(max_size=4), OBJECTS, max_size=3)
SPACE = st.text(st.sampled_from(" \t\r\n"), max_size=2)


def reports(example: Example, body: bytes) -> tuple[DeliveryReport, ...]:
    return providers.get(example.slug).reread(body, account="main", received_at=NOW).reports


@EVERY
def test_what_a_report_was_read_from_says_the_same_again(example: Example):
    body = example.body(*[example.good] * (3 if example.is_batch else 1))
    for report in reports(example, body):
        assert report.raw is not None
        assert json.loads(report.raw) == example.part(example.good)
        assert reports(example, report.raw) == (report,)


@EVERY
def test_of_a_body_that_is_one_event_it_is_the_body(example: Example):
    body = json.dumps(example.part(example.good), indent=2).encode()
    (report,) = reports(example, body)
    assert report.raw == body


@EVERY
def test_beside_a_bad_event_too(example: Example):
    if example.is_batch:
        first, last = reports(example, example.body(example.good, example.bad, example.good))
        assert first.raw == last.raw
        assert json.loads(first.raw or b"") == example.part(example.good)


def test_it_is_no_part_of_what_a_report_says_as_json():
    (report,) = reports(EXAMPLES["postmark"], EXAMPLES["postmark"].body(EXAMPLES["postmark"].good))
    assert REPORT.validate_json(report.as_json()) == report.with_raw(None)
    assert report.with_raw(None).with_raw(report.raw) == report


@given(st.lists(EVENTS, max_size=5), st.booleans(), SPACE, SPACE)
def test_events_are_cut_out_exactly_whatever_is_in_them(events, ascii_, space, other):
    texts = [json.dumps(each, ensure_ascii=ascii_) for each in events]
    body = f"{space}[{other}{f'{space},{other}'.join(texts)}{space}]{other}".encode()
    assert cut(body, len(events)) == split(body) == [text.encode() for text in texts]


@given(EVENTS, SPACE)
def test_one_event_without_an_array_is_all_there_is(event, space):
    text = json.dumps(event).encode()
    assert cut(space.encode() + text + space.encode(), 1) == [text]
