"""Whom a bounce in prose names, and which words are about whom."""

import pytest

from deliveryledger.inbound.mail.prose.recipients import HEADED, passages

ADA, ALAN = "ada@example.org", "alan@example.net"


def named(text: str, others: tuple[str, ...] = ()) -> list[str]:
    return [passage.address for passage in passages(text, lambda address: address in others)]


@pytest.mark.parametrize(
    "line",
    [
        ADA,
        f"<{ADA}>:",
        f"   * {ADA}",
        f"> {ADA}",
        f'"{ADA}"',
        f"Recipient: [SMTP:{ADA}]",
        f"Recipient address: {ADA}",
        f"Failed Recipient: {ADA}",
        f"Final-Recipient: rfc822; {ADA}",
        f"Empfänger: <{ADA}>",
        f"Mottagare: {ADA}",
        f"收件人：{ADA}",
        f"c=US;a= ;p=Example;dda:SMTP={ADA}; on Fri, 4 Oct 2024",
    ],
)
def test_a_line_that_begins_with_an_address_names_a_recipient(line: str):
    (found,) = passages(f"Your message could not be delivered:\n\n{line}\n")
    assert (found.address, found.certainty) == (ADA, HEADED)


@pytest.mark.parametrize(
    "line",
    [
        f"For help write to postmaster: {ALAN}",
        f"MAIL FROM:<{ALAN}>",
        f"Please contact {ALAN}",
        f"Reply-To: {ALAN}",
        f"Sender address: {ALAN}",
    ],
)
def test_an_address_of_somebody_else_is_none(line: str):
    assert named(f"{line}\nUnable to deliver to {ADA}.\n") == [ADA]


def test_a_list_goes_before_a_mention():
    assert named(f"A copy went to {ALAN}.\n\n  {ADA}\n    user unknown\n") == [ADA]


def test_the_words_behind_an_address_are_about_it():
    ada, alan = passages(f"<{ADA}>:\nuser unknown\n\n<{ALAN}>:\nmailbox full\n")
    assert (ada.words, alan.words) == (f"<{ADA}>:\nuser unknown", f"<{ALAN}>:\nmailbox full")


def test_a_transcript_adds_to_those_who_are_listed():
    text = f"{ADA}\n{ALAN}\n\n--- transcript ---\n550 <{ADA}>... User unknown\n452 <{ALAN}>... Mailbox full\n"
    ada, alan = passages(text)
    assert "User unknown" in ada.words
    assert "User unknown" not in alan.words


def test_a_line_that_is_indented_more_goes_on_about_the_recipient_above():
    text = f"<{ADA}>: host mx.example.org said: 550\n    <{ALAN}>: unauthorized sender\n"
    assert named(text) == [ADA]


def test_the_address_that_was_written_to_is_kept_beside_the_one_that_it_was_forwarded_to():
    (found,) = passages(f"  {ADA}\n    (generated from {ALAN})\n    user unknown\n")
    assert (found.address, found.ours) == (ADA, ALAN)


def test_an_address_that_nobody_discloses_is_the_one_that_was_written_to():
    assert named(f"  an undisclosed address\n    (generated from {ADA})\n") == [ADA]


def test_a_sentence_may_go_on_behind_an_address():
    assert named("ada@example.org您好") == [ADA]
    assert named("räksmörgås@exempel.example") == ["räksmörgås@exempel.example"]


def test_a_quoted_local_part_is_read():
    assert named('<"ada lovelace"@example.org>: user unknown') == ['"ada lovelace"@example.org']


def test_our_own_sender_is_not_a_recipient():
    assert named(f"Hello {ALAN},\n{ADA} does not exist", (ALAN,)) == [ADA]


def test_no_text_makes_the_search_slow():
    for text in ("@" * 16_000, "a@" * 8_000, '"' * 16_000, "<" * 16_000, "=" * 16_000, "to:" * 5_000):
        assert len(passages(text)) <= 60


def test_a_heading_is_about_those_below_it_and_not_about_the_one_above():
    text = f"These are unknown:\n\n{ADA}\n\nThe mailboxes of these are full:\n\n{ALAN}\n"
    ada, alan = passages(text)
    assert ("unknown" in ada.words, "full" in ada.words) == (True, False)
    assert ("unknown" in alan.words, "full" in alan.words) == (False, True)


def test_a_reason_that_touches_the_address_below_it_is_about_it():
    ada, alan = passages(f"Mailbox full\n{ADA}\n\nUser unknown\n{ALAN}\n")
    assert (ada.words, alan.words) == (f"{ADA}\nMailbox full", f"{ALAN}\nUser unknown")


def test_what_ends_a_passage_stays_in_it():
    ada, _ = passages(f"<{ADA}>:\nUser unknown\n\nI tried for long.\n\n<{ALAN}>:\nMailbox full\n")
    assert ada.words.endswith("I tried for long.")


@pytest.mark.parametrize(
    "text",
    [
        f"It was successfully delivered to:\n\n{ALAN}\n\nIt could not be delivered to:\n\n{ADA}\n",
        f"It could not be delivered to:\n\n{ADA}\n unknown\n\nIt was delivered to:\n\n{ALAN}\n",
        f"{ADA}: failed, user unknown\n{ALAN}: delivered\n",
        f"{ADA}   550 user unknown\n{ALAN}   250 ok\n",
        f">>> RCPT To:<{ALAN}>\n<<< 250 <{ALAN}>... ok\n>>> RCPT To:<{ADA}>\n<<< 550 <{ADA}>... unknown\n",
    ],
)
def test_who_got_the_message_is_no_failed_recipient(text: str):
    assert named(text) == [ADA]


@pytest.mark.parametrize(
    "text",
    [
        f"User unknown: {ADA}\n\nPlease try instead:\n{ALAN}\n",
        f"<{ADA}>: user unknown\n\nIf this seems wrong, write to:\n<{ALAN}>\n",
        f"{ADA}\n  user unknown\n\n-- \nMail service\n{ALAN}\n",
        f"Your mail to {ALAN} could not be delivered to {ADA}: user unknown.\nlist-owner@example.net\n",
        f"<{ADA}>: server said: 550\n<{ALAN}>: Sender address rejected: not found\n",
        f"Message <20240501.1@queue.example> could not be delivered to {ADA}: user unknown\n",
    ],
)
def test_an_address_to_write_to_is_no_recipient(text: str):
    assert named(text)[0] == ADA
    assert ALAN not in named(text)[:1]


def test_a_line_of_addresses_names_them_all():
    assert named(f"These failed:\n\n{ADA}, <{ALAN}>; joan@example.com\n") == [ADA, ALAN, "joan@example.com"]


@pytest.mark.parametrize("before", ['"Lovelace, Ada" <', "Lovelace, Ada (", "1. ", "2) "])
def test_a_name_or_a_number_may_stand_before_an_address_in_a_list(before: str):
    (found,) = passages(f"These failed:\n\n{before}{ADA}\n")
    assert (found.address, found.certainty) == (ADA, HEADED)


def test_what_follows_a_list_is_about_all_who_are_in_it():
    ada, alan = passages(f"These failed:\n\n{ADA}\n{ALAN}\n\nUser unknown\n")
    assert (ada.words, alan.words) == (f"{ADA}\n\nUser unknown", f"{ALAN}\n\nUser unknown")


def test_what_is_said_of_the_last_of_a_list_in_its_own_line_is_about_it_alone():
    ada, alan = passages(f"These failed:\n\n{ADA}\n{ALAN}: user unknown\n")
    assert (ada.has_words, alan.has_words) == (False, True)


def test_the_address_that_was_written_to_may_stand_in_the_next_line():
    (found,) = passages(f"<{ADA}> (expanded from\n    <{ALAN}>): host said: 550 unknown\n")
    assert (found.address, found.ours) == (ADA, ALAN)
