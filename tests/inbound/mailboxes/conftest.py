"""One Dovecot for all tests, with a mailbox of its own for each; and a ledger."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from deliveryledger import Ledger
from tests.inbound.mail.mails import ADA
from tests.inbound.mailboxes.dovecot import Dovecot, running

users = count()


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    """Not below tmp_path: whoever it runs as may not look in there."""
    folder = Path(tempfile.mkdtemp(prefix="deliveryledger-"))
    try:
        with running(folder) as dovecot:
            yield dovecot
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def dovecot(server: Dovecot) -> Dovecot:
    """With an empty mailbox."""
    return replace(server, user=f"u{next(users)}")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A ledger's file, with the message that bounces and complaints are about."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-7", ADA, name="Ada Lovelace", by="rec-3", tenant="acme")
        ledger.messages.register(
            "cand-7", sender="rec-3", subject="Interview", message_id="msg-1", tenant="acme"
        )
        ledger.messages.mark_submitted(
            "msg-1", provider="smtp", provider_message_id="m-1@ats.example", tenant="acme"
        )
    return path


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    with Ledger.open(place) as ledger:
        yield ledger
