"""Two recruiters at once: the second is told who did it."""

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import AlreadyCorrected
from deliveryledger.testing import ADDRESS, CORRECTED_ADDRESS
from tests.application.world import Clock, send


@pytest.fixture
def corrected(ledger: Ledger, clock: Clock) -> Ledger:
    """rec-3 has corrected the address and sent msg-1 again, at 09:33 UTC."""
    send(ledger, "cand-7", "msg-1")
    clock.move(minutes=1)
    correct(ledger, by="rec-3")
    clock.move(minutes=5)
    return ledger


def correct(ledger: Ledger, address: str = CORRECTED_ADDRESS, *, by: str, **how: str):
    return ledger.candidate_emails.correct(
        "cand-7", address, grounds="cv", by=by, resend=["msg-1"], replacing=ADDRESS, **how
    )


def test_the_second_is_told_who_sent_it_again(corrected: Ledger, clock: Clock):
    second = correct(corrected, by="rec-4", lang="sv")
    assert (second.changed, second.changed_by) == (False, "rec-3")
    assert second.changed_at is not None
    assert second.changed_at < clock.now
    (again,) = second.resent
    assert again.resent_by == "rec-3"
    assert again.notice is not None
    assert again.notice.startswith("Meddelandet har redan skickats igen av rec-3 ")


def test_the_first_is_told_nothing_when_they_try_again(corrected: Ledger):
    again = correct(corrected, by="REC-3 ")
    assert again.resent[0].notice is None
    assert again == correct(corrected, by="rec-3")


def test_resending_tells_it_too(corrected: Ledger):
    notice = corrected.messages.resend("msg-1", by="rec-4").notice
    assert notice is not None
    assert notice.startswith("The message has already been sent again by rec-3 at ")


def test_another_correction_of_what_is_not_there_any_more_is_refused(corrected: Ledger):
    before = corrected.status().last_position
    with pytest.raises(AlreadyCorrected, match="'rec-3' has changed it since") as refusal:
        correct(corrected, "ada@work.example", by="rec-4")
    assert refusal.value.by == "rec-3"
    assert corrected.status().last_position == before
    assert corrected.candidate_card("cand-7").address == CORRECTED_ADDRESS


def test_who_does_not_say_what_they_saw_may_correct_again(corrected: Ledger):
    done = corrected.candidate_emails.correct("cand-7", "ada@work.example", grounds="cv", by="rec-4")
    assert (done.changed, done.changed_by) == (True, "rec-4")
