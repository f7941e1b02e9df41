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
