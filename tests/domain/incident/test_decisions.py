"""What a sender is told: once per incident, never twice."""

from itertools import pairwise

import pytest

from deliveryledger.domain.incident.decisions import handle, notice, queue, read, sent
from deliveryledger.domain.incident.events import (
    IncidentOpened,
    IncidentRepeated,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
    Trouble,
)
from deliveryledger.testing import (
    INCIDENT,
    INCIDENT_HANDLED,
    INCIDENT_OPENED,
    LATER,
    SENDER_ID,
    given,
)

ABOUT = {"incident_id": INCIDENT_OPENED.incident_id, "occurred_at": LATER}
QUEUED = NotificationQueued(**ABOUT, channel="email")
SENT = NotificationSent(**ABOUT, channel="email")
READ = NotificationRead(**ABOUT, by=SENDER_ID)


def about(message_id: str, trouble: Trouble) -> IncidentOpened:
    return INCIDENT_OPENED.model_copy(update={"message_id": message_id, "trouble": trouble})


def repeated(opened: IncidentOpened) -> IncidentRepeated:
    fields = opened.model_dump(include=set(IncidentRepeated.model_fields))
    return IncidentRepeated(**fields)


def test_the_first_failure_opens_it():
    given(INCIDENT).when(notice, INCIDENT_OPENED).then(INCIDENT_OPENED)
    given(INCIDENT, INCIDENT_OPENED).when(notice, INCIDENT_OPENED).then_nothing()


def test_the_failure_of_another_message_repeats_it():
    other = about("msg-2", Trouble.HARD_BOUNCE)
    given(INCIDENT, INCIDENT_OPENED).when(notice, other).then(repeated(other))


@pytest.mark.parametrize(("worse", "milder"), list(pairwise(Trouble)))
def test_a_message_is_told_again_only_if_it_gets_worse(worse: Trouble, milder: Trouble):
    given(INCIDENT, about("msg-1", milder)).when(notice, about("msg-1", worse)).then(
        repeated(about("msg-1", worse))
    )
    given(INCIDENT, about("msg-1", worse)).when(notice, about("msg-1", milder)).then_nothing()


def test_shows_the_worst_trouble():
    mild, bad = about("msg-1", Trouble.SOFT_BOUNCE), repeated(about("msg-2", Trouble.COMPLAINT))
    assert given(INCIDENT, mild, bad).state.worst is Trouble.COMPLAINT
    assert given(INCIDENT).state.worst is None


def test_opens_anew_after_it_was_handled_but_what_was_told_stays_told():
    handled = given(INCIDENT, INCIDENT_OPENED, QUEUED, SENT, READ, INCIDENT_HANDLED)
    handled.when(notice, INCIDENT_OPENED).then_nothing()
    again = about("msg-2", Trouble.SOFT_BOUNCE)
    handled.when(notice, again).then(again)
    reopened = given(INCIDENT, INCIDENT_OPENED, QUEUED, SENT, READ, INCIDENT_HANDLED, again)
    assert reopened.state.is_open
    reopened.when(queue, channel="email", at=LATER).then(QUEUED)


def test_is_handled_once():
    handling = {"by": SENDER_ID, "how": "corrected", "at": LATER}
    given(INCIDENT, INCIDENT_OPENED).when(handle, **handling).then(INCIDENT_HANDLED)
    given(INCIDENT, INCIDENT_OPENED, INCIDENT_HANDLED).when(handle, **handling).then_nothing()


def test_is_read_once_by_each():
    given(INCIDENT, INCIDENT_OPENED).when(read, by=SENDER_ID, at=LATER).then(READ)
    given(INCIDENT, INCIDENT_OPENED, READ).when(read, by=SENDER_ID, at=LATER).then_nothing()
    given(INCIDENT, INCIDENT_OPENED, READ).when(read, by="rec-4", at=LATER).then(
        READ.model_copy(update={"by": "rec-4"})
    )


def test_a_notification_is_queued_and_sent_once_per_channel():
    given(INCIDENT, INCIDENT_OPENED).when(queue, channel="email", at=LATER).then(QUEUED)
    given(INCIDENT, INCIDENT_OPENED, QUEUED).when(queue, channel="email", at=LATER).then_nothing()
    given(INCIDENT, INCIDENT_OPENED, QUEUED).when(sent, channel="email", at=LATER).then(SENT)
    given(INCIDENT, INCIDENT_OPENED, QUEUED, SENT).when(sent, channel="email", at=LATER).then_nothing()


def test_what_was_not_queued_was_not_sent():
    given(INCIDENT, INCIDENT_OPENED).when(sent, channel="email", at=LATER).then_nothing()


@pytest.mark.parametrize("events", [(), (INCIDENT_OPENED, INCIDENT_HANDLED)], ids=["none", "handled"])
def test_nobody_is_told_of_what_is_not_open(events: tuple[IncidentOpened, ...]):
    given(INCIDENT, *events).when(queue, channel="email", at=LATER).then_nothing()
    given(INCIDENT, *events).when(read, by=SENDER_ID, at=LATER).then_nothing()
    given(INCIDENT, *events).when(handle, by=SENDER_ID, how="dismissed", at=LATER).then_nothing()
