"""What a sender is told: once per incident, never twice."""

from datetime import timedelta
from itertools import pairwise

import pytest

from deliveryledger.domain.incident.decisions import (
    failed,
    handle,
    notice,
    queue,
    queue_again,
    read,
    sent,
)
from deliveryledger.domain.incident.events import (
    IncidentOpened,
    IncidentRepeated,
    NotificationFailed,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
    Trouble,
    WhyNotSent,
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


LEASE = timedelta(minutes=10)
MAIL = {"channel": "email", "notification_id": "n-1"}
LEASED = NotificationQueued(**ABOUT, **MAIL, receiver="r-1", queued_until=LATER + LEASE)
TAKEN_AGAIN = LEASED.model_copy(update={"occurred_at": LATER + LEASE, "queued_until": LATER + LEASE + LEASE})
WAITS = NotificationFailed(
    **ABOUT, **MAIL, receiver="r-1", why=WhyNotSent.TRY_LATER, permanent=False, retry_at=LATER + LEASE
)
GIVEN_UP = WAITS.model_copy(update={"permanent": True, "retry_at": None})


@pytest.mark.parametrize("before", [(LEASED,), (LEASED, WAITS)], ids=["its worker is gone", "it failed"])
def test_a_queued_notification_is_taken_up_again_when_its_time_has_come(
    before: tuple[NotificationQueued, ...],
):
    incident = given(INCIDENT, INCIDENT_OPENED, *before)
    early = LATER + LEASE - timedelta(seconds=1)
    incident.when(queue_again, **MAIL, at=early, until=early + LEASE).then_nothing()
    incident.when(queue_again, **MAIL, at=LATER + LEASE, until=LATER + LEASE + LEASE).then(TAKEN_AGAIN)


@pytest.mark.parametrize(
    "after", [INCIDENT_HANDLED, NotificationSent(**ABOUT, **MAIL, receiver="r-1"), GIVEN_UP]
)
def test_what_is_over_is_not_taken_up_again(after: NotificationSent):
    incident = given(INCIDENT, INCIDENT_OPENED, LEASED, after)
    incident.when(queue_again, **MAIL, at=LATER + LEASE, until=LATER + LEASE + LEASE).then_nothing()


def test_who_was_given_up_is_not_told_again_but_somebody_else_is():
    incident = given(INCIDENT, INCIDENT_OPENED, LEASED, GIVEN_UP)
    other = LEASED.model_copy(update={"notification_id": "n-2", "receiver": "r-2"})
    incident.when(queue, **MAIL, receiver="r-1", at=LATER, until=LATER + LEASE).then_nothing()
    incident.when(
        queue, channel="email", notification_id="n-2", receiver="r-2", at=LATER, until=LATER + LEASE
    ).then(other)


def test_tries_are_counted_and_a_failure_of_another_mail_changes_nothing():
    incident = given(INCIDENT, INCIDENT_OPENED, LEASED, WAITS, TAKEN_AGAIN)
    assert incident.state.notifications["email"].tries == 2
    why = {"why": WhyNotSent.TRY_LATER, "retry_at": None, "at": LATER}
    incident.when(failed, channel="email", notification_id="n-2", **why).then_nothing()
    incident.when(failed, **MAIL, **why).then(GIVEN_UP)
