"""Bell and mail link to the candidate's profile and the message there, where the ATS has a place for it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from deliveryledger import Ledger
from deliveryledger.application.handing_over import Handed, Outgoing
from deliveryledger.outbound.mailer import SmtpMailer
from tests.application.world import Clock
from tests.outbound.office import Office, come_back, fails, sends
from tests.outbound.smtp_server import Mailbox, text_of

PROFILES = "https://ats.example/candidates"


class OfficeWithPlaces(Office):
    """One whose pages open a message."""

    def profile_url(self, tenant: str, candidate_id: str) -> str | None:
        return f"{PROFILES}/{candidate_id}" + "?lang=sv&message={message_id}#messages"


@pytest.fixture
def office() -> Office:
    return OfficeWithPlaces()


def link(number: int, message_id: str | None = None) -> str:
    return f"{PROFILES}/cand-{number}?lang=sv&message={message_id or f'msg-{number}'}#messages"


def html_of(mailbox: Mailbox) -> str:
    part = mailbox.mails[-1].get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_the_item_under_the_bell_and_its_mail_open_the_message(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    (item,) = ledger.bell("rec-3").items
    assert (item.message_id, item.profile_url) == ("msg-1", link(1))
    assert f"Open the candidate profile: {link(1)}" in str(ledger.bell("rec-3"))
    ledger.outbox.deliver(smtp)
    assert f"Open the candidate profile: {link(1)}" in text_of(mailbox)
    assert f'href="{link(1).replace("&", "&amp;")}"' in html_of(mailbox)


def test_each_of_several_opens_its_own(ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    fails(ledger, clock, 1, 2, 3)
    (item,) = ledger.bell("rec-3").items
    assert [each.profile_url for each in item.items] == [link(1), link(2), link(3)]
    ledger.outbox.deliver(smtp)
    assert [line.strip() for line in text_of(mailbox).splitlines() if PROFILES in line] == [
        link(1), link(2), link(3)
    ]  # fmt: skip
    assert all(f'href="{link(number).replace("&", "&amp;")}"' in html_of(mailbox) for number in (1, 2, 3))


def test_of_two_messages_of_one_incident_the_one_that_it_shows_is_opened(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    ledger.messages.register("cand-1", sender="rec-3", subject="Offer", message_id="msg-1b")  # is withheld
    (item,) = ledger.bell("rec-3").items
    assert (item.count, item.profile_url) == (2, link(1, item.message_id))
    ledger.outbox.deliver(smtp)
    assert link(1, item.message_id) in text_of(mailbox)


def test_what_is_sent_again_has_its_own_id_in_the_link(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer
):
    fails(ledger, clock, 1)
    correction = ledger.candidate_emails.correct(
        "cand-1", "a2@example.org", grounds="typo", by="rec-3", resend=["msg-1"]
    )
    again = correction.resent[0].id
    handed: list[Outgoing] = []

    class Keeping:
        def send(self, message: Outgoing) -> Handed:
            handed.append(message)
            return Handed("postmark", "p-2")

    ledger.messages.hand_over(Keeping())
    card = {message.id: message.profile_url for message in ledger.candidate_card("cand-1").messages}
    assert card == {"msg-1": link(1), again: link(1, again)}
    assert [message.profile_url for message in handed] == [link(1, again)]
    exported = ledger.export("cand-1").messages
    assert {message.id: message.profile_url for message in exported} == card
    ledger.suppression_filters.suppress("a2@example.org", by="sup-1")
    third = ledger.messages.resend(again, by="rec-3").id  # is withheld, so the sender is told
    assert [item.profile_url for item in ledger.bell("rec-3").items if not item.handled_by] == [
        link(1, third)
    ]
    ledger.outbox.deliver(smtp)
    assert link(1, third) in text_of(mailbox)
    assert link(1) not in text_of(mailbox)


@pytest.mark.parametrize("message_id", ["möte 7/8", "a&b=c#d", "{message_id}", '"><script>'])
def test_an_id_cannot_leave_its_place(
    ledger: Ledger, clock: Clock, mailbox: Mailbox, smtp: SmtpMailer, message_id: str
):
    sends(ledger, 1)
    ledger.suppression_filters.suppress("a1@example.org", by="sup-1")
    ledger.messages.register("cand-1", sender="rec-3", subject="Interview", message_id=message_id)
    (item,) = ledger.bell("rec-3").items
    parts = urlsplit(item.profile_url or "")
    assert parse_qs(parts.query) == {"lang": ["sv"], "message": [message_id]}
    assert (parts.path, parts.fragment) == ("/candidates/cand-1", "messages")
    ledger.outbox.deliver(smtp)
    assert f"Open the candidate profile: {item.profile_url}" in text_of(mailbox)


def test_a_link_of_the_callers_own_may_have_the_place_too(ledger: Ledger, clock: Clock):
    ledger.candidate_emails.register("cand-1", "a1@example.org", by="rec-3")
    own = "https://elsewhere.example/{message_id}"
    ledger.messages.register(
        "cand-1", sender="rec-3", subject="Interview", message_id="msg-1", profile_url=own
    )
    come_back(ledger, clock, 1)
    assert ledger.bell("rec-3").items[0].profile_url == "https://elsewhere.example/msg-1"
    again = ledger.messages.register(
        "cand-1", sender="rec-3", subject="Interview", message_id="msg-1", profile_url=own
    )
    assert again.id == "msg-1"


def test_rebuilt_and_as_of_it_is_the_same_link(ledger: Ledger, clock: Clock):
    fails(ledger, clock, 1)
    with ledger.as_of(ledger.status().last_position) as past:
        assert past.bell("rec-3").items[0].profile_url == link(1)
    ledger.rebuild()
    assert ledger.bell("rec-3").items[0].profile_url == link(1)


def test_a_directory_without_the_place_links_as_before(clock: Clock, mailbox: Mailbox, smtp: SmtpMailer):
    with Ledger.open(":memory:", clock=clock, directory=Office()) as ledger:
        fails(ledger, clock, 1)
        assert ledger.bell("rec-3").items[0].profile_url == f"{PROFILES}/cand-1"
        ledger.outbox.deliver(smtp)
        assert f"Open the candidate profile: {PROFILES}/cand-1" in text_of(mailbox).splitlines()
