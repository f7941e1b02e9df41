"""The stored bytes: canonical, complete, read by a closed registry of names, and brought up to date."""

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json

from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.candidate_email.events import EmailRegistered
from deliveryledger.domain.personal import ERASED, SEALED
from deliveryledger.errors import LedgerCorrupt, UnknownEvent
from deliveryledger.storage.codec import (
    Keys,
    Placed,
    decode,
    decode_opened,
    encode,
    format_time,
    needs_key,
    recorded_at,
    sealed_subject,
)
from deliveryledger.storage.event_log import SqliteEventLog
from deliveryledger.storage.event_types import AGGREGATES, EVENT_TYPES, UPCASTERS
from tests.storage.facts import (
    ADA,
    ADDRESS,
    MONDAY,
    NAME,
    ada_registered,
    append_ada,
    bounced,
    confirmed,
    message_registered,
    unmatched,
)

SUBJECT = "5b" * 16
KEYS: Keys = {SUBJECT: AESGCM(bytes(32))}
TIME = format_time(MONDAY)
SEALED_EVENTS = [ada_registered(SUBJECT), message_registered(SUBJECT), bounced(SUBJECT), unmatched(SUBJECT)]
EVENTS = [*SEALED_EVENTS, confirmed(), bounced(SUBJECT).model_copy(update={"diagnostic": None})]


def stored(event: Event, keys: Keys = KEYS) -> bytes:
    """Encoded at the first place of Ada's stream."""
    return encode(event, ADA, 1, TIME, keys)


def opened(event: Event, data: bytes, keys: Keys = KEYS) -> Event:
    """Decoded from there, with its personal fields."""
    return decode_opened(Placed(type(event).__name__, ADA, 1), data, keys)


def without_seal(data: bytes) -> dict[str, Any]:
    """The stored fields but for the sealed text, whose nonce is random."""
    fields: dict[str, Any] = from_json(data)
    fields.pop("sealed", None)
    return fields


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    data = stored(event)
    assert opened(event, data) == event
    assert recorded_at(data) == MONDAY
    assert sealed_subject(data) == needs_key(event)


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_equal_events_have_equal_bytes_but_for_the_seal(event: Event) -> None:
    assert without_seal(stored(event)) == without_seal(stored(opened(event, stored(event))))
    if needs_key(event) is None:
        assert stored(event) == stored(opened(event, stored(event)))


def test_the_bytes_are_as_documented() -> None:
    assert stored(confirmed()) == (
        b'{"recorded_at":"2026-11-16T09:00:00.000000Z","occurred_at":"2026-11-16T09:00:00Z",'
        b'"candidate_id":"cand-7","address_key":"1.key","by":"rec-3"}'
    )
    fields = from_json(stored(ada_registered(SUBJECT)))
    assert list(fields)[:4] == ["recorded_at", "address", "name", "sealed"]
    assert (fields["address"], fields["name"], fields["data_subject"]) == (SEALED, SEALED, SUBJECT)


def test_nothing_personal_is_left_in_the_bytes() -> None:
    for event in SEALED_EVENTS:
        data = stored(event)
        for field in event.personal:
            assert str(getattr(event, field) or ADDRESS).encode() not in data
    assert NAME.encode() not in stored(ada_registered(SUBJECT))


@pytest.mark.parametrize("event", SEALED_EVENTS, ids=lambda e: type(e).__name__)
def test_of_an_erased_subject_placeholders_are_read_and_written(event: Event) -> None:
    erased = opened(event, stored(event), {SUBJECT: None})
    for field, mark in event.personal.items():
        if getattr(event, field) is not None:
            said = f"erased+{SUBJECT[:8]}@erased.invalid" if mark.address else ERASED
            assert getattr(erased, field) == said
    late = stored(event, {SUBJECT: None})
    assert opened(event, late, {}) == erased
    assert sealed_subject(late) is None


@pytest.mark.parametrize(
    "text", ['","sealed":"AAAA', '"}', "\\", "\u2028 é 漢 \U0001f600", "[sealed]", "x" * 5_000]
)
def test_no_text_can_break_out_of_its_field(text: str) -> None:
    event = ada_registered(SUBJECT).model_copy(update={"name": text, "by": text, "candidate_id": text})
    assert opened(event, stored(event)) == event
    plain = confirmed(text).model_copy(update={"address_key": text})
    assert opened(plain, stored(plain)) == plain
    assert sealed_subject(stored(plain)) is None


@pytest.mark.parametrize("name", ["EmailErased", "os.system", "deliveryledger.ledger:Ledger", "", "Event"])
def test_a_name_outside_the_registry_is_an_error_and_never_an_import(name: str) -> None:
    with pytest.raises(UnknownEvent, match="newer"):
        decode(name, stored(confirmed()))


def test_a_log_with_an_unknown_event_says_so(file_log: SqliteEventLog) -> None:
    with file_log._connections.write("a newer version writes") as connection:
        connection.execute(
            "INSERT INTO ledger_events (stream, version, name, data) VALUES (?, 1, 'CandidateHired', ?)",
            (ADA, stored(confirmed())),
        )
    with pytest.raises(UnknownEvent):
        file_log.load([ADA])
    with pytest.raises(UnknownEvent):
        file_log.read(after=0, limit=10)


def test_a_field_of_a_newer_version_is_ignored() -> None:
    newer = stored(confirmed())[:-1] + b',"colour":"blue"}'
    assert decode("EmailConfirmed", newer) == confirmed()


def test_bytes_that_do_not_fit_their_name() -> None:
    for data in (b"", b"{}", b"null", stored(confirmed())[:-1], b"\xff" * 60):
        with pytest.raises(LedgerCorrupt):
            decode("EmailConfirmed", data)
        with pytest.raises(LedgerCorrupt):
            recorded_at(data[:20])


def test_every_event_has_one_name_and_one_aggregate() -> None:
    assert len(EVENT_TYPES) == sum(map(len, AGGREGATES.values()))
    assert all(name == event.__name__ for name, event in EVENT_TYPES.items())


@pytest.fixture
def upcasters() -> Iterator[None]:
    """A version in which two events have a second schema; personal fields take part."""

    def confirm(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "by": f"{fields.get('by')} of schema 1"}

    def register(fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "by": f"{fields['by']} for {fields['name']}"}

    UPCASTERS.update(EmailConfirmed=(confirm,), EmailRegistered=(register,))
    yield
    UPCASTERS.clear()


OLD, OLD_SEALED = stored(confirmed()), stored(ada_registered(SUBJECT))


def test_old_events_are_brought_up_to_date_when_they_are_read(upcasters: None) -> None:
    assert decode("EmailConfirmed", OLD) == confirmed("rec-3 of schema 1")
    registered = opened(ada_registered(SUBJECT), OLD_SEALED)
    assert isinstance(registered, EmailRegistered)
    assert registered.by == f"rec-3 for {NAME}"
    assert decode("EmailRegistered", OLD_SEALED).by == f"rec-3 for {SEALED}"  # type: ignore[attr-defined]
    erased = opened(ada_registered(SUBJECT), OLD_SEALED, {SUBJECT: None})
    assert erased.by == f"rec-3 for {ERASED}"  # type: ignore[attr-defined]


def test_new_events_say_their_schema_and_are_left_alone(upcasters: None) -> None:
    assert b'Z","schema":2,"occurred_at"' in stored(confirmed())
    assert opened(confirmed(), stored(confirmed())) == confirmed()
    event = ada_registered(SUBJECT)
    assert b'Z","schema":2,"address":"[sealed]",' in stored(event)
    assert opened(event, stored(event)) == event
    assert sealed_subject(stored(event)) == SUBJECT
    assert opened(event, stored(event), {SUBJECT: None}).by == "rec-3"  # type: ignore[attr-defined]
    assert opened(event, stored(event, {SUBJECT: None})).by == "rec-3"  # type: ignore[attr-defined]


def test_upcasting_leaves_the_stored_bytes_as_they_are(file_log: SqliteEventLog, upcasters: None) -> None:
    with file_log.transaction() as transaction:
        append_ada(transaction)
    before = file_log.fingerprint(1)
    assert file_log.read(after=0, limit=1)[0].event.by == "rec-3"  # type: ignore[attr-defined]
    assert file_log.fingerprint(1) == before
