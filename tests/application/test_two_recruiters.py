"""Two recruiters at once: the second is told who did it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from deliveryledger import Ledger
from deliveryledger.application.candidate_emails import Correction
from deliveryledger.errors import AlreadyCorrected
from deliveryledger.testing import ADDRESS, AT_REGISTRATION, CORRECTED_ADDRESS
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
    assert (done.replaced_by, done.replaced_at) == ("rec-3", AT_REGISTRATION + timedelta(minutes=1))
    again = corrected.candidate_emails.correct("cand-7", "ada@work.example", grounds="cv", by="rec-3")
    assert (again.changed_by, again.replaced_by, again.replaced_at) == ("rec-4", "", None)


@pytest.mark.parametrize("replacing", [ADDRESS, None])
@pytest.mark.parametrize("attempt", range(10))
def test_at_the_very_same_moment_one_is_first_and_the_other_is_told(
    tmp_path: Path, replacing: str | None, attempt: int
):
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-7", ADDRESS, by="rec-0")
        send(ledger, "cand-7", "msg-1")

    def corrects(who: tuple[str, str]) -> Correction | AlreadyCorrected:
        by, address = who
        with Ledger.open(path) as ledger:
            start.wait()
            try:
                return ledger.candidate_emails.correct(
                    "cand-7", address, grounds="cv", by=by, resend=["msg-1"], replacing=replacing
                )
            except AlreadyCorrected as refusal:
                return refusal

    start = Barrier(2)
    with ThreadPoolExecutor(2) as threads:
        # Half of the attempts: both type the same address; the others: each another one.
        other = CORRECTED_ADDRESS if attempt % 2 else "ada@work.example"
        done = list(threads.map(corrects, [("rec-3", CORRECTED_ADDRESS), ("rec-4", other)]))
    with Ledger.open(path) as ledger:
        messages = ledger.candidate_card("cand-7").messages
    assert len(messages) == 2  # the first one, and what it is sent again as
    refused = [each for each in done if isinstance(each, AlreadyCorrected)]
    made = sorted((each for each in done if isinstance(each, Correction)), key=lambda c: not c.changed)
    if replacing and other != CORRECTED_ADDRESS:
        assert (len(made), len(refused)) == (1, 1)
        assert refused[0].by == made[0].changed_by
        assert refused[0].at == made[0].changed_at
        return
    assert len({each.resent[0].id for each in made}) == 1
    told = [each for each in made if each.resent[0].notice]
    assert len(told) == 1  # the second, whoever it was
    first = next(each for each in made if each not in told)
    assert told[0].resent[0].resent_by in ("rec-3", "rec-4")
    if told[0].changed:
        assert (told[0].replaced_by, told[0].replaced_at) == (first.changed_by, first.changed_at)
    else:
        assert (told[0].changed_by, told[0].changed_at) == (first.changed_by, first.changed_at)
