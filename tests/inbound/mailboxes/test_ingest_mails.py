"""ingest: mails of every source."""

from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.inbound.mailboxes import MailTaker
from tests.cli.conftest import Cli, cli, counts  # noqa: F401  # one is a fixture
from tests.inbound.mail.mails import FAILED, RETURNED, dsn
from tests.inbound.mailboxes.facts import events
from tests.inbound.mailboxes.test_files import LETTER, mbox
from tests.inbound.mailboxes.test_lmtp import client, receiving, send

ARCHIVE = mbox(dsn(FAILED), LETTER, dsn(FAILED.replace("failed", "delayed")))


def test_an_mbox_is_ingested_mail_by_mail_and_skipped_the_second_time(cli: Cli, place: Path) -> None:  # noqa: F811
    Path("archive").write_bytes(ARCHIVE)
    assert counts(cli("ingest", "archive", "--json")) == {"facts": 2, "ignored": 1}
    assert counts(cli("ingest", "archive", "--json")) == {"skipped": 3}


def test_a_maildir_is_ingested(cli: Cli, place: Path) -> None:  # noqa: F811
    for name in ("cur/1:2,S", "new/2", "tmp/3"):
        path = Path("Maildir", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dsn(FAILED))
    assert counts(cli("ingest", "Maildir", "--json")) == {"facts": 1, "skipped": 1}


@pytest.mark.parametrize("content", [ARCHIVE, b"\n\n" + ARCHIVE])
def test_standard_input_is_ingested(cli: Cli, place: Path, content: bytes) -> None:  # noqa: F811
    assert counts(cli("ingest", "-", "--json", stdin=content)) == {"facts": 2, "ignored": 1}


def test_a_mail_above_the_limit_is_kept_as_unreadable(cli: Cli, place: Path) -> None:  # noqa: F811
    Path("large").write_bytes(mbox(LETTER + b"x" * 20_000_000, dsn(FAILED)))
    assert counts(cli("ingest", "large", "--json")) == {"facts": 1, "quarantined": 1}


def test_a_mail_to_a_signed_address_proves_which_message_it_is_about(ledger: Ledger) -> None:
    """Its returned part names nothing; the receiver writes down for whom it came."""
    recipient = ledger.bounce_addresses("bounces.example.org").sign("msg-1", tenant="acme")
    nameless = "".join(line for line in RETURNED.splitlines(True) if "essage-I" not in line)
    content = dsn(FAILED, returned=nameless).replace(b"\n", b"\r\n")
    with receiving(MailTaker(ledger).take) as port, client(port) as connection:
        assert send(connection, content, "nobody@bounces.example.org", recipient) == [250, 250]
    assert events(ledger) == {"MessageBounced": 1, "ReportUnmatched": 1}
