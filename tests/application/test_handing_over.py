"""What was registered to be sent again reaches the ATS's mailer: once, whoever runs, whatever breaks."""

from datetime import timedelta

import pytest

from deliveryledger import Ledger
from deliveryledger.application.handing_over import Handed, Outgoing
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.reports import Outcome
from deliveryledger.errors import InvalidInput
from deliveryledger.testing import CORRECTED_ADDRESS
from tests.application.world import Clock, about, send, shown, tell


class Mailer:
    """An ATS's mailer: keeps what it is given, and breaks down when told to."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.given: list[Outgoing] = []
        self.breaks = breaks

    def send(self, message: Outgoing) -> Handed:
        if self.breaks:
            raise ConnectionError("ada@gmail.com was refused")
        self.given.append(message)
        return Handed("postmark", f"p-{message.message_id}")


@pytest.fixture
def bounced(ledger: Ledger, clock: Clock) -> Ledger:
    """A ledger in which msg-1 and msg-2 have bounced hard, and were corrected to be sent again."""
    for message_id in ("msg-1", "msg-2"):
        send(ledger, "cand-7", message_id)
        at = clock.move(minutes=2)
        tell(ledger, about(message_id, Outcome.BOUNCED, at, reason=FailureReason.MAILBOX_UNKNOWN))
    clock.move(minutes=1)
    ledger.candidate_emails.correct(
        "cand-7", CORRECTED_ADDRESS, grounds="cv", by="rec-3", resend=["msg-1", "msg-2"]
    )
    return ledger


def test_hands_over_what_is_to_be_sent_again_oldest_first(bounced: Ledger):
    mailer = Mailer()
    done = bounced.messages.hand_over(mailer)
    assert [m.original_id for m in mailer.given] == ["msg-1", "msg-2"]
    assert [m.message_id for m in mailer.given] == list(done.sent)
    first = mailer.given[0]
    assert (first.recipient, first.subject, first.sender_id) == (CORRECTED_ADDRESS, "Interview", "rec-3")
    assert shown(bounced, first.message_id).status == "submitted"


def test_a_second_run_finds_nothing(bounced: Ledger):
    bounced.messages.hand_over(Mailer())
    again = Mailer()
    assert bounced.messages.hand_over(again).sent == ()
    assert again.given == []


def test_reports_find_what_was_handed_over(bounced: Ledger, clock: Clock):
    (new, _) = bounced.messages.hand_over(Mailer()).sent
    arrived = clock.move(minutes=1)
    tell(bounced, about(new, Outcome.DELIVERED, arrived, recipient=CORRECTED_ADDRESS))
    assert shown(bounced, new).status == "delivered"


def test_a_resend_of_a_resend_names_the_first_message(bounced: Ledger):
    new = bounced.messages.hand_over(Mailer()).sent[0]
    newest = bounced.messages.resend(new, by="rec-3")
    mailer = Mailer()
    assert bounced.messages.hand_over(mailer).sent == (newest.id,)
    assert (mailer.given[0].original_id, mailer.given[0].resend_of) == ("msg-1", new)


def test_a_mailer_that_breaks_down_stops_no_other_message_and_nothing_is_forgotten(
    bounced: Ledger, clock: Clock
):
    failed = bounced.messages.hand_over(Mailer(breaks=True)).failed
    assert [error for _, error in failed] == ["ConnectionError", "ConnectionError"]
    working = Mailer()
    assert bounced.messages.hand_over(working).sent == ()  # somebody may still be at it
    clock.move(minutes=11)
    assert len(bounced.messages.hand_over(working).sent) == 2


def test_two_at_once_never_take_the_same_message(bounced: Ledger):
    other = Mailer()

    class Slow(Mailer):
        def send(self, message: Outgoing) -> Handed:
            bounced.messages.hand_over(other)  # a second worker, in the middle of the first one's sending
            return super().send(message)

    slow = Slow()
    bounced.messages.hand_over(slow)
    ids = [m.message_id for m in (*slow.given, *other.given)]
    assert len(ids) == len(set(ids)) == 2


def test_what_came_on_the_filter_meanwhile_is_withheld_and_its_sender_told(bounced: Ledger):
    bounced.suppression_filters.suppress(CORRECTED_ADDRESS, by="sup-1")
    mailer = Mailer()
    done = bounced.messages.hand_over(mailer)
    assert (len(done.withheld), mailer.given) == (2, [])
    assert {item.trouble for item in bounced.bell("rec-3").items if item.handled_by is None} == {"withheld"}
    assert bounced.messages.hand_over(mailer).withheld == ()


def test_withheld_messages_are_offered_again_after_a_lift_and_go_out(bounced: Ledger):
    bounced.suppression_filters.suppress(CORRECTED_ADDRESS, by="sup-1")
    bounced.messages.hand_over(Mailer())
    lifted = bounced.suppression_filters.lift(CORRECTED_ADDRESS, by="sup-1")
    assert len(lifted.withheld) == 2
    assert shown(bounced, lifted.withheld[0]).actions == ("resend",)
    again = [bounced.messages.resend(m, by="rec-3").id for m in lifted.withheld]
    assert list(bounced.messages.hand_over(Mailer()).sent) == again


def test_nothing_is_sent_to_somebody_who_was_erased(bounced: Ledger):
    bounced.erase("cand-7", by="dpo")
    mailer = Mailer()
    bounced.messages.hand_over(mailer)
    assert mailer.given == []


def test_a_message_that_the_ats_sends_itself_is_left_to_it(ledger: Ledger):
    ledger.messages.register("cand-7", sender="rec-3", subject="Interview", message_id="msg-1")
    mailer = Mailer()
    ledger.messages.hand_over(mailer)
    assert mailer.given == []


def test_a_limit_is_kept(bounced: Ledger):
    assert len(bounced.messages.hand_over(Mailer(), limit=1).sent) == 1
    assert len(bounced.messages.hand_over(Mailer(), limit=1).sent) == 1


@pytest.mark.parametrize("how", [{"limit": 0}, {"lease": timedelta(0)}])
def test_a_limit_or_lease_of_nothing_is_refused(ledger: Ledger, how: dict):
    with pytest.raises(InvalidInput):
        ledger.messages.hand_over(Mailer(), **how)


def test_a_link_leads_to_its_own_message_also_when_it_is_sent_again(ledger: Ledger):
    ledger.messages.register(
        "cand-7",
        sender="rec-3",
        subject="Interview",
        message_id="msg/1?",
        profile_url="https://ats.example/7?message={message_id}",
    )
    ledger.messages.mark_submitted("msg/1?", provider="postmark", provider_message_id="p-1")
    again = ledger.messages.resend("msg/1?", by="rec-3").id
    mailer = Mailer()
    ledger.messages.hand_over(mailer)
    assert [m.profile_url for m in mailer.given] == [f"https://ats.example/7?message={again}"]
    assert shown(ledger, again).profile_url == f"https://ats.example/7?message={again}"
    assert shown(ledger, "msg/1?").profile_url == "https://ats.example/7?message=msg%2F1%3F"
