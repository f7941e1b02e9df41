"""From a mailbox into a ledger: at least once, and exactly once as facts."""

import logging
import threading
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from ...application.recording import Recording
from ...domain.identifiers import check_tenant
from ...domain.reports import Quarantined, Reading
from ...errors import (
    DeliveryLedgerError,
    KeyStoreError,
    LedgerClosed,
    MailboxError,
    MailboxRefused,
    StorageError,
)

if TYPE_CHECKING:
    from .imap import ImapMail, ImapMailbox

_LOG = logging.getLogger("deliveryledger.mailboxes")
_LEFT: Final = ":left"
"""After the key of a mail that stays where it is."""
_IDLE: Final = 120.0
"""Seconds after which it looks in any case: of what comes while the waiting begins it may not be told."""
_LONGEST_PAUSE: Final = 300.0


class Ledger(Protocol):
    """What is needed of ``deliveryledger.Ledger``."""

    def read_mail(self, raw: bytes, *, account: str = "main") -> Reading:
        """What a mail says, whatever it is."""

    def record(
        self, reading: Reading, *, tenant: str | None = None, delivery_key: str | None = None
    ) -> Recording:
        """Record a reading in one transaction."""

    def was_delivered(self, delivery_key: str) -> bool:
        """Whether a delivery of that key was recorded."""


class MailTaker:
    """Reads mails and records them, and counts what became of them.

    ``account`` says which mailbox they came from. ``tenant``: only this tenant's messages are considered.
    """

    def __init__(self, ledger: Ledger, *, account: str = "main", tenant: str | None = None) -> None:
        self._ledger = ledger
        self._account = check_tenant(account)
        self._tenant = tenant
        self._counting = threading.Lock()
        self.recording = Recording()
        self.left = 0
        """Mails of a mailbox that are no reports, or cannot be read: they stay there as they were."""

    def take(self, raw: bytes, *, key: str | None = None) -> Reading:
        """Read and record one mail, whatever it is; ``key`` names it, by default by its content.

        What was recorded before is a repeat. Raises StorageError, KeyStoreError: then nothing was recorded.
        """
        reading = self._read(raw)
        self._record(reading, raw, self._named(key or f"mail:{self._account}:{sha256(raw).hexdigest()}"))
        return reading

    def take_from(self, mailbox: "ImapMailbox", stop: threading.Event | None = None) -> None:
        """Take what is new in a mailbox. Raises MailboxError, StorageError, KeyStoreError.

        After an error call it again. Only what was recorded as a report is marked or moved. Everything else
        stays as it is, and the ledger remembers that it was looked at: the next process does not fetch it.
        """
        for mail in mailbox.unseen():
            if stop is not None and stop.is_set():
                return
            key = self._named(mail.key)
            if self._ledger.was_delivered(key):
                mail.done()  # recorded, and stopped before it was marked
            elif self._ledger.was_delivered(key + _LEFT):
                mail.leave()
            else:
                self._take(mail)

    def follow(
        self, mailbox: "ImapMailbox", stop: threading.Event, *, idle: bool = False, every: float = 60.0
    ) -> None:
        """Take what is new, again and again, until told to end; a failure is waited out, with growing pauses.

        Raises what the very first look meets, unless it is a connection that fails: it may be a setting.
        """
        failures, has_worked = 0, False
        while not stop.is_set():
            try:
                self.take_from(mailbox, stop)
                failures, has_worked = 0, True
                if idle:
                    mailbox.wait(_IDLE, stop)
                else:
                    stop.wait(every)
            except (MailboxError, StorageError, KeyStoreError) as error:
                is_ours = not isinstance(error, MailboxError) or isinstance(error, MailboxRefused)
                if isinstance(error, LedgerClosed) or (is_ours and not has_worked):
                    raise
                failures += 1
                pause = min(_LONGEST_PAUSE, 2.0 ** (failures - 1))
                _LOG.warning("%s: %s; tried again in %d s", error.attempted, error.obstacle, pause)
                stop.wait(pause)

    def _take(self, mail: "ImapMail") -> None:
        reading, key = self._read(mail.raw), self._named(mail.key)
        if reading.reports:
            self._record(reading, mail.raw, key)
            mail.done()
        else:
            self._record(reading, mail.raw, key + _LEFT)
            mail.leave()
            self.left += 1

    def _named(self, key: str) -> str:
        """Who took it for the wrong tenant may take it again for the right one."""
        return f"{key}:{self._tenant}" if self._tenant else key

    def _read(self, raw: bytes) -> Reading:
        return self._ledger.read_mail(raw, account=self._account)

    def _record(self, reading: Reading, raw: bytes, key: str) -> None:
        try:
            recorded = self._ledger.record(reading, tenant=self._tenant, delivery_key=key)
        except (StorageError, KeyStoreError):
            raise
        except (DeliveryLedgerError, ValueError, OverflowError) as error:
            # Hostile input has no end of ideas; it must not stand in the way of the mails behind it.
            why = f"a mail that could not be recorded ({type(error).__name__})"
            unread = {"reports": (), "ignored": (), "quarantined": (Quarantined(why=why, raw=raw),)}
            recorded = self._ledger.record(
                reading.model_copy(update=unread), tenant=self._tenant, delivery_key=key
            )
        with self._counting:
            self.recording += recorded
            self.recording.ignored += len(reading.ignored)
