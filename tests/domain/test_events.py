"""Every event class: frozen, placed, personal where it has to be; and evolve takes whatever was recorded."""

import ast
import inspect
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import ModuleType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from deliveryledger import testing
from deliveryledger.domain.aggregate import Event, PersonalEvent, fold
from deliveryledger.domain.candidate_email import aggregate as candidate_email
from deliveryledger.domain.candidate_email.events import CandidateEmailEvent
from deliveryledger.domain.incident import aggregate as incident
from deliveryledger.domain.incident.events import IncidentEvent
from deliveryledger.domain.intake import aggregate as intake
from deliveryledger.domain.intake.events import IntakeEvent
from deliveryledger.domain.message import aggregate as message
from deliveryledger.domain.message.events import MessageEvent
from deliveryledger.domain.personal import Personal
from deliveryledger.domain.suppression_filter import aggregate as suppression_filter
from deliveryledger.domain.suppression_filter.events import SuppressionFilterEvent

AGGREGATES: dict[ModuleType, tuple[Any, tuple[type[Event], ...], set[str]]] = {
    # module -> initial state, its events, the fields that name the aggregate
    message: (testing.MESSAGE, get_args(MessageEvent), {"message_id"}),
    candidate_email: (testing.CANDIDATE_EMAIL, get_args(CandidateEmailEvent), {"candidate_id"}),
    suppression_filter: (
        testing.FILTER_ENTRY,
        get_args(SuppressionFilterEvent),
        {"scope", "address_key"},
    ),
    incident: (testing.INCIDENT, get_args(IncidentEvent), {"incident_id"}),
    intake: (testing.INTAKE, get_args(IntakeEvent), {"report_id"}),
}
EVENTS = [(event, ids) for _, events, ids in AGGREGATES.values() for event in events]
ADDRESSES = {"recipient", "from_address", "address", "previous"}
WORDS = {"subject", "diagnostic", "remote_mta", "provider_message_id", "name", "evidence", "document", "note"}


def each_event(function: Any) -> Any:
    return pytest.mark.parametrize("event_type", [event for event, _ in EVENTS])(function)


@pytest.mark.parametrize(("event_type", "ids"), EVENTS)
def test_names_its_aggregate_and_its_moment(event_type: type[Event], ids: set[str]):
    assert ids | {"occurred_at"} <= event_type.model_fields.keys()


@each_event
def test_is_frozen_and_reads_what_a_newer_version_wrote(event_type: type[Event]):
    assert event_type.model_config["frozen"]
    assert event_type.model_config["extra"] == "ignore"
    assert event_type.model_config["hide_input_in_errors"]


@each_event
def test_what_is_personal_is_marked_and_has_a_data_subject(event_type: type[Event]):
    personal = event_type.personal
    assert {name for name, mark in personal.items() if mark.address} == ADDRESSES & set(
        event_type.model_fields
    )
    assert WORDS & set(event_type.model_fields) <= personal.keys()
    assert (
        issubclass(event_type, PersonalEvent) == bool(personal) == ("data_subject" in event_type.model_fields)
    )


def test_a_mark_is_found_inside_of_an_optional_field():
    assert isinstance(testing.SUBMITTED.personal["provider_message_id"], Personal)
    assert set(testing.REGISTERED.personal) == {"from_address", "recipient", "subject"}


def test_a_moment_is_in_utc():
    for tz in (None, timezone(timedelta(hours=1))):
        with pytest.raises(ValidationError):
            testing.DELIVERED.model_validate(
                {**dict(testing.DELIVERED), "occurred_at": datetime(2026, 1, 1, tzinfo=tz)}
            )


def test_an_event_cannot_be_changed():
    with pytest.raises(ValidationError):
        testing.DELIVERED.occurred_at = testing.LATER


@pytest.mark.parametrize("module", AGGREGATES, ids=lambda module: module.__name__.split(".")[-2])
def test_no_event_is_forgotten(module: ModuleType):
    """``evolve`` matches each class by its name, here or where it passes the rest on to."""
    sources = [inspect.getsource(module)]
    if module is message:
        sources.append(inspect.getsource(inspect.getmodule(message.remember)))
    matched = {
        node.cls.id
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    }
    assert {event.__name__ for event in AGGREGATES[module][1]} <= matched


# --- evolve is total --------------------------------------------------------------------------------

MOMENTS = st.datetimes(timezones=st.just(UTC))
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=5),
    int: st.integers(-(2**31), 2**31),
    bool: st.booleans(),
    datetime: MOMENTS,
    date: st.dates(),
    NoneType: st.none(),
}


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in SCALARS:
        return SCALARS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return st.sampled_from(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return built(annotation)
    if origin in (Union, UnionType):
        return st.one_of(*map(values_of, arguments))
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    return values_of(arguments[0])  # Annotated


def built(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    fields = {name: values_of(field.annotation) for name, field in model.model_fields.items()}
    return st.builds(model, **fields)


@pytest.mark.parametrize("module", AGGREGATES, ids=lambda module: module.__name__.split(".")[-2])
@given(data=st.data())
def test_any_events_in_any_order_have_a_state(module: ModuleType, data: st.DataObject):
    initial, events, _ = AGGREGATES[module]
    history = data.draw(st.lists(st.one_of(*map(built, events)), max_size=12))
    state = fold(module.evolve, initial, history)
    assert type(state) is type(initial)
    assert fold(module.evolve, initial, history) == state
    # What a state is asked must have an answer too.
    for name, member in inspect.getmembers(type(state), lambda member: isinstance(member, property)):
        getattr(state, name)
        assert member.__doc__
