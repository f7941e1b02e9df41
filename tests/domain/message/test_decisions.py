"""What commands add to what is known of a message."""

from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.domain.message.decisions import register, submit, withhold
from deliveryledger.domain.message.events import HandingOverStarted
from deliveryledger.domain.message.resending import hand_over, resend
from deliveryledger.errors import AlreadyRegistered
from deliveryledger.testing import (
    AT_REGISTRATION,
    AT_SUBMISSION,
    LATER,
    MESSAGE,
    PROVIDER_MESSAGE_ID,
    REFERENCE,
    REGISTERED,
    RESENT,
    SUBMITTED,
    WITHHELD,
    given,
)

WITHHOLDING = {"scope": WITHHELD.scope, "causes": WITHHELD.causes, "suppressed_by": WITHHELD.suppressed_by}
SUBMISSION = {
    "provider": "postmark",
    "account": "main",
    "provider_message_id": PROVIDER_MESSAGE_ID,
    "reference": REFERENCE,
}


def moved(event: Any, **changes: Any) -> Any:
    return event.model_copy(update=changes)


def test_is_registered_once():
    given(MESSAGE).when(register, REGISTERED).then(REGISTERED)
    given(MESSAGE, REGISTERED).when(register, moved(REGISTERED, occurred_at=LATER)).then_nothing()


def test_an_id_is_not_taken_for_a_message_to_another_candidate():
    given(MESSAGE, REGISTERED).when(register, moved(REGISTERED, candidate_id="cand-8")).then_refused(
        AlreadyRegistered, contains="another candidate"
    )


def test_registering_again_after_a_correction_is_a_repeat():
    given(MESSAGE, REGISTERED).when(register, moved(REGISTERED, address_key="1.other")).then_nothing()


def test_is_withheld_once():
    given(MESSAGE, REGISTERED).when(withhold, **WITHHOLDING, at=AT_REGISTRATION).then(WITHHELD)
    given(MESSAGE, REGISTERED, WITHHELD).when(withhold, **WITHHOLDING, at=LATER).then_nothing()


def test_cannot_be_withheld_once_the_provider_has_it():
    given(MESSAGE, REGISTERED, SUBMITTED).when(withhold, **WITHHOLDING, at=LATER).then_nothing()


def test_is_submitted_once_per_provider_account_and_id():
    given(MESSAGE, REGISTERED).when(submit, **SUBMISSION, at=AT_SUBMISSION).then(SUBMITTED)
    given(MESSAGE, REGISTERED, SUBMITTED).when(submit, **SUBMISSION, at=LATER).then_nothing()


@pytest.mark.parametrize(
    "change",
    [{"provider": "sendgrid"}, {"account": "bulk"}, {"reference": "other", "provider_message_id": "other"}],
)
def test_may_be_submitted_again_elsewhere(change: dict[str, str]):
    given(MESSAGE, REGISTERED, SUBMITTED).when(submit, **{**SUBMISSION, **change}, at=LATER).then(
        moved(SUBMITTED, occurred_at=LATER, **change)
    )


def test_only_the_first_resend_counts():
    given(MESSAGE, REGISTERED).when(resend, as_message_id="msg-2", by="rec-3", at=LATER).then(RESENT)
    given(MESSAGE, REGISTERED, RESENT).when(
        resend, as_message_id="msg-3", by="rec-4", at=LATER
    ).then_nothing()


SOON = AT_SUBMISSION + timedelta(minutes=10)
STARTED = HandingOverStarted(occurred_at=AT_SUBMISSION, message_id="msg-1", until=SOON)


def test_a_registered_message_is_handed_over():
    given(MESSAGE, REGISTERED).when(hand_over, at=AT_SUBMISSION, until=SOON).then(STARTED)


def test_not_while_somebody_is_at_it():
    given(MESSAGE, REGISTERED, STARTED).when(hand_over, at=AT_SUBMISSION, until=SOON).then()


def test_again_when_nothing_came_of_it():
    later = SOON + timedelta(minutes=10)
    again = HandingOverStarted(occurred_at=SOON, message_id="msg-1", until=later)
    given(MESSAGE, REGISTERED, STARTED).when(hand_over, at=SOON, until=later).then(again)


def test_not_what_the_provider_has():
    given(MESSAGE, REGISTERED, SUBMITTED).when(hand_over, at=SOON, until=SOON).then()
