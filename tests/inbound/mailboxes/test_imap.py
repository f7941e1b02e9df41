"""Mails in an IMAP folder: fetched once, put away when they are done with, else left as they were."""

import threading
import time
from collections.abc import Iterator

import pytest

from deliveryledger.errors import InvalidInput, MailboxRefused, MailboxUnavailable
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mailboxes import ImapMailbox, ImapServer
from deliveryledger.inbound.mailboxes.imap_session import Security
from tests.inbound.mailboxes.dovecot import SECRET, Dovecot, needed

LETTER = b"Subject: Hello\r\n\r\nJust a letter.\r\n"
OTHER = b"Subject: Again\r\n\r\nAnother letter.\r\n"

pytestmark = needed


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Iterator[ImapMailbox]:
    with ImapMailbox(dovecot.server()) as mailbox:
        yield mailbox


def raws(mailbox: ImapMailbox) -> list[bytes]:
    return [mail.raw for mail in mailbox.unseen()]


def test_fetching_changes_nothing(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    dovecot.put(LETTER, OTHER)
    assert raws(mailbox) == raws(mailbox) == [LETTER, OTHER]
    assert dovecot.flags() == [set(), set()]


def test_what_is_done_is_marked_and_not_found_again(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    dovecot.put(LETTER, OTHER)
    for mail in mailbox.unseen():
        mail.done()
    assert dovecot.flags() == [{"DeliveryLedger"}] * 2
    with ImapMailbox(dovecot.server()) as another:
        assert raws(another) == raws(mailbox) == []


@pytest.mark.parametrize("flag", [r"\Seen", r"\Flagged", r"\Answered", "$Bounce"])
def test_the_mark_may_be_any_flag(dovecot: Dovecot, flag: str) -> None:
    dovecot.put(LETTER)
    with ImapMailbox(dovecot.server(), flag=flag) as mailbox:
        for mail in mailbox.unseen():
            mail.done()
        assert raws(mailbox) == []
    assert dovecot.flags() == [{flag}]


@pytest.mark.parametrize("flag", ["", "two words", r"\Unheard", "a*", "å", 'a"b'])
def test_what_is_no_flag_is_refused(dovecot: Dovecot, flag: str) -> None:
    with pytest.raises(InvalidInput, match="no flag"):
        ImapMailbox(dovecot.server(), flag=flag)


def test_what_is_done_is_moved_to_a_folder_that_is_made_for_it(dovecot: Dovecot) -> None:
    dovecot.put(LETTER, OTHER)
    with ImapMailbox(dovecot.server(), move_to="Gelesen (ä)") as mailbox:
        next(mailbox.unseen()).done()
        assert raws(mailbox) == [OTHER]
    assert (dovecot.flags(), dovecot.flags("Gelesen (ä)")) == ([set()], [set()])


def test_what_is_left_is_not_listed_again_and_untouched(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    dovecot.put(LETTER)
    for mail in mailbox.unseen():
        mail.leave()
    dovecot.put(OTHER)
    assert raws(mailbox) == [OTHER]
    assert dovecot.flags() == [set(), set()]


def test_of_a_mail_above_the_limit_the_beginning_is_fetched(dovecot: Dovecot) -> None:
    dovecot.put(LETTER + b"x" * 3_000_000)
    with ImapMailbox(dovecot.server()) as mailbox:
        (mail,) = mailbox.unseen()
        assert mail.size > 3_000_000
        assert len(mail.raw) == 1024 * 1024 + 1
    assert "longer than" in read_mail(mail.raw).quarantined[0].why


def test_a_mail_has_the_same_key_in_every_process_and_others_have_others(dovecot: Dovecot) -> None:
    dovecot.put(LETTER, LETTER)
    with ImapMailbox(dovecot.server()) as one, ImapMailbox(dovecot.server()) as other:
        keys = [mail.key for mail in one.unseen()]
        assert keys == [mail.key for mail in other.unseen()]
        assert len(set(keys)) == 2


def test_a_mailbox_that_was_numbered_anew_is_looked_at_anew(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    dovecot.put(LETTER)
    (before,) = mailbox.unseen()
    before.leave()
    dovecot.renumber()
    mailbox.close()
    (after,) = mailbox.unseen()
    assert (after.raw, after.key != before.key) == (LETTER, True)


def test_waiting_ends_when_mail_comes(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    assert raws(mailbox) == []
    writer = threading.Timer(0.2, dovecot.put, [LETTER])
    writer.start()
    started = time.monotonic()
    mailbox.wait(30, threading.Event())
    writer.join()
    assert time.monotonic() - started < 10
    assert raws(mailbox) == [LETTER]


def test_waiting_ends_when_told(mailbox: ImapMailbox) -> None:
    assert raws(mailbox) == []
    told = threading.Event()
    threading.Timer(0.1, told.set).start()
    started = time.monotonic()
    mailbox.wait(30, told)
    assert time.monotonic() - started < 5
    assert raws(mailbox) == []


def test_a_lost_connection_is_said_and_made_again(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    dovecot.put(LETTER)
    (mail,) = mailbox.unseen()
    dovecot.cut()
    with pytest.raises(MailboxUnavailable):
        mail.done()
    assert raws(mailbox) == [LETTER]


def test_a_connection_that_is_lost_while_waiting_is_noticed_at_once(
    dovecot: Dovecot, mailbox: ImapMailbox
) -> None:
    assert raws(mailbox) == []
    threading.Timer(0.2, dovecot.cut).start()
    started = time.monotonic()
    with pytest.raises(MailboxUnavailable):
        mailbox.wait(30, threading.Event())
    assert time.monotonic() - started < 5


def test_a_mail_of_an_earlier_connection_is_not_taken_for_one_of_this(
    dovecot: Dovecot, mailbox: ImapMailbox
) -> None:
    dovecot.put(LETTER)
    (mail,) = mailbox.unseen()
    mailbox.close()
    raws(mailbox)
    with pytest.raises(MailboxUnavailable):
        mail.done()


def test_a_mail_that_somebody_removed_is_no_mail(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    dovecot.put(LETTER)
    (mail,) = mailbox.unseen()
    with dovecot.client() as client:
        client.delete_messages(client.search())
        client.expunge()
    with pytest.raises(MailboxUnavailable, match="does not give it"):
        _ = mail.raw
    assert raws(mailbox) == []


def test_starttls_protects_too(dovecot: Dovecot) -> None:
    dovecot.put(LETTER)
    with ImapMailbox(dovecot.server(security=Security.STARTTLS)) as mailbox:
        assert raws(mailbox) == [LETTER]


def test_without_protection_only_if_asked_for(dovecot: Dovecot) -> None:
    dovecot.put(LETTER)
    with ImapMailbox(dovecot.server(security=Security.PLAIN)) as mailbox:
        assert raws(mailbox) == [LETTER]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_that_nobody_vouches_for_is_refused(dovecot: Dovecot, security: Security) -> None:
    port = dovecot.tls if security is Security.TLS else dovecot.plain
    server = ImapServer("localhost", dovecot.user, lambda: SECRET, port=port, security=security)
    with pytest.raises(MailboxRefused, match="certificate"):
        raws(ImapMailbox(server))


def test_a_certificate_of_another_host_is_refused(dovecot: Dovecot) -> None:
    server = ImapServer("127.0.0.1", dovecot.user, lambda: SECRET, port=dovecot.tls, ca_file=dovecot.ca_file)
    with pytest.raises(MailboxRefused, match="certificate"):
        raws(ImapMailbox(server))


def test_an_access_token_is_taken_by_xoauth2_and_asked_for_anew_each_time(dovecot: Dovecot) -> None:
    dovecot.put(LETTER)
    asked: list[str] = []

    def token() -> str:
        asked.append(dovecot.token)
        return dovecot.token

    with ImapMailbox(
        ImapServer("localhost", dovecot.token_user, token=token, port=dovecot.tls, ca_file=dovecot.ca_file)
    ) as mailbox:
        raws(mailbox)
        raws(mailbox)
        mailbox.close()
        raws(mailbox)
    assert len(asked) == 2


@pytest.mark.parametrize("how", ["password", "token"])
def test_a_wrong_secret_is_refused_and_not_repeated(dovecot: Dovecot, how: str) -> None:
    server = ImapServer(
        "localhost", dovecot.user, port=dovecot.tls, ca_file=dovecot.ca_file, **{how: lambda: "hunter2"}
    )
    with pytest.raises(MailboxRefused) as refused:
        raws(ImapMailbox(server))
    assert "hunter2" not in f"{refused.value} {server!r}"
    assert dovecot.user not in str(refused.value)


def test_a_folder_that_does_not_exist_is_refused(dovecot: Dovecot) -> None:
    with pytest.raises(MailboxRefused, match="check the folder"):
        raws(ImapMailbox(dovecot.server(), folder="Elsewhere"))


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(MailboxUnavailable):
        raws(ImapMailbox(ImapServer("localhost", "ada", lambda: "x", port=1)))


@pytest.mark.parametrize("secrets", [{}, {"password": str, "token": str}])
def test_one_secret_is_wanted(secrets: dict[str, type[str]]) -> None:
    with pytest.raises(InvalidInput, match="no secret, or two"):
        ImapServer("localhost", "ada", **secrets)
