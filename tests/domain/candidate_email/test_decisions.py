"""A candidate's address over time."""

import pytest

from deliveryledger.domain.candidate_email.decisions import (
    confirm,
    correct,
    dismiss,
    erase,
    find_in_cv,
    register,
    require_registered,
)
from deliveryledger.domain.candidate_email.events import (
    CvEmailFound,
    EmailChanged,
    EmailConfirmed,
    PersonalDataErased,
    SuggestionDismissed,
)
from deliveryledger.errors import AlreadyRegistered, UnknownCandidate
from deliveryledger.testing import (
    ADDRESS,
    ADDRESS_KEY,
    CANDIDATE_EMAIL,
    CANDIDATE_ID,
    CORRECTED_ADDRESS,
    CORRECTED_ADDRESS_KEY,
    DATA_SUBJECT,
    EMAIL_CHANGED,
    EMAIL_REGISTERED,
    LATER,
    SENDER_ID,
    given,
)

ABOUT = {"candidate_id": CANDIDATE_ID, "occurred_at": LATER}
CORRECTION = {"grounds": EMAIL_CHANGED.grounds, "evidence": None, "by": SENDER_ID, "at": LATER}
CONFIRMED = EmailConfirmed(**ABOUT, address_key=ADDRESS_KEY, by=SENDER_ID)
FOUND = CvEmailFound(
    **ABOUT,
    data_subject=DATA_SUBJECT,
    address=CORRECTED_ADDRESS,
    address_key=CORRECTED_ADDRESS_KEY,
    document="cv.pdf",
    page=1,
)
IN_CV = {"address": CORRECTED_ADDRESS, "address_key": CORRECTED_ADDRESS_KEY, "document": "cv.pdf", "page": 1}
DISMISSED = SuggestionDismissed(**ABOUT, address_key=CORRECTED_ADDRESS_KEY, by=SENDER_ID)
ERASED = PersonalDataErased(**ABOUT, requested_by="dpo", subjects=(DATA_SUBJECT,))


def test_is_registered_once():
    given(CANDIDATE_EMAIL).when(register, EMAIL_REGISTERED).then(EMAIL_REGISTERED)
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(register, EMAIL_REGISTERED).then_nothing()


def test_another_address_is_a_correction():
    other = EMAIL_REGISTERED.model_copy(update={"address_key": CORRECTED_ADDRESS_KEY})
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(register, other).then_refused(
        AlreadyRegistered, contains="correct()"
    )


def test_may_be_registered_anew_after_an_erasure():
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED, ERASED).when(register, EMAIL_REGISTERED).then(EMAIL_REGISTERED)


def test_a_correction_keeps_both_addresses():
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(
        correct, address=CORRECTED_ADDRESS, address_key=CORRECTED_ADDRESS_KEY, **CORRECTION
    ).then(EMAIL_CHANGED)


def test_correcting_to_the_present_address_is_nothing_new():
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED, EMAIL_CHANGED).when(
        correct, address=CORRECTED_ADDRESS, address_key=CORRECTED_ADDRESS_KEY, **CORRECTION
    ).then_nothing()


def test_a_correction_of_the_spelling_alone_counts():
    in_brackets = EMAIL_REGISTERED.model_copy(update={"address": f"<{ADDRESS}>"})
    given(CANDIDATE_EMAIL, in_brackets).when(
        correct, address=ADDRESS, address_key=ADDRESS_KEY, **CORRECTION
    ).then(
        EmailChanged(
            **ABOUT,
            data_subject=DATA_SUBJECT,
            previous=f"<{ADDRESS}>",
            previous_key=ADDRESS_KEY,
            address=ADDRESS,
            address_key=ADDRESS_KEY,
            grounds=EMAIL_CHANGED.grounds,
            by=SENDER_ID,
        )
    )


def test_remembers_the_keys_of_earlier_addresses():
    email = given(CANDIDATE_EMAIL, EMAIL_REGISTERED, EMAIL_CHANGED).state
    assert (email.address, email.previous_keys) == (CORRECTED_ADDRESS, (ADDRESS_KEY,))


def test_is_confirmed_once_per_address():
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(confirm, by=SENDER_ID, at=LATER).then(CONFIRMED)
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED, CONFIRMED).when(confirm, by="rec-4", at=LATER).then_nothing()
    corrected = given(CANDIDATE_EMAIL, EMAIL_REGISTERED, CONFIRMED, EMAIL_CHANGED)
    corrected.when(confirm, message_id="msg-1", at=LATER).then(
        EmailConfirmed(**ABOUT, address_key=CORRECTED_ADDRESS_KEY, message_id="msg-1")
    )


def test_an_address_in_the_cv_is_noted_once():
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(find_in_cv, **IN_CV, at=LATER).then(FOUND)
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED, FOUND).when(find_in_cv, **IN_CV, at=LATER).then_nothing()


def test_a_suggestion_is_dismissed_once():
    dismissal = {"address_key": CORRECTED_ADDRESS_KEY, "by": SENDER_ID, "at": LATER}
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(dismiss, **dismissal).then(DISMISSED)
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED, DISMISSED).when(dismiss, **dismissal).then_nothing()


def test_is_erased_once():
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED).when(erase, requested_by="dpo", at=LATER).then(ERASED)
    given(CANDIDATE_EMAIL, EMAIL_REGISTERED, ERASED).when(erase, requested_by="dpo", at=LATER).then_nothing()


@pytest.mark.parametrize("events", [(), (EMAIL_REGISTERED, ERASED)], ids=["never there", "erased"])
def test_a_candidate_without_an_address_is_unknown(events: tuple[object, ...]):
    email = given(CANDIDATE_EMAIL, *events).state  # type: ignore[arg-type]
    with pytest.raises(UnknownCandidate, match="register"):
        require_registered(email, CANDIDATE_ID, "do something")
