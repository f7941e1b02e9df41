"""What was said of a recipient, and what follows from it."""

import pytest

from deliveryledger.inbound.mail.prose.recipients import passages
from deliveryledger.inbound.mail.prose.words import weigh

ADA = "<ada@example.org>"


def reason(text: str, *, is_late: bool = False) -> tuple[str, str | None]:
    (passage,) = passages(text)
    finding = weigh(passage, text, is_late=is_late)
    return finding.verdict.reason, finding.evidence.words or None


def test_a_reply_is_worth_more_than_what_is_said_about_it():
    said = "rejected by the recipient domain; ask their policy desk."
    text = f"{ADA}:\n{said}\nThe reply was: 550 5.1.1 User unknown\n"
    assert reason(text) == ("mailbox_unknown", "550 5.1.1 User unknown")


def test_what_another_server_adds_behind_a_reply_is_left_out():
    added = "Giving up on 192.0.2.1.\nmessage too long in queue"
    text = f"{ADA}:\nRemote host said: 452 4.2.2 Mailbox full\n{added}\n"
    assert reason(text) == ("mailbox_full", "452 4.2.2 Mailbox full")


@pytest.mark.parametrize("arrow", [">>> ", "--> ", "Sent: "])
def test_a_refusal_before_the_recipient_was_named_is_not_about_them(arrow: str):
    text = f"{ADA}\n{arrow}MAIL FROM:<jobs@ats.example>\n<<< 550 5.1.1 User unknown\n"
    assert reason(text)[0] != "mailbox_unknown"


def test_where_nothing_is_said_of_the_recipient_all_of_the_text_counts():
    assert reason(f"The mailbox is full.\n\n{ADA}\n")[0] == "mailbox_full"


def test_a_server_that_still_tries_and_says_no_more_has_reached_nobody():
    assert reason(f"We keep trying.\n\n{ADA}\n", is_late=True) == ("server_unavailable", None)


def test_a_mark_of_another_script_ends_an_address():
    assert reason("您的邮件无法投递到 ada@example.org：用户不存在。")[0] == "mailbox_unknown"
