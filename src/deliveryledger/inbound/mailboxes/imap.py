"""An IMAP folder as a source of mails: each is fetched once, and marked or moved when it is recorded.

Fetching changes nothing (BODY.PEEK): what is of no interest stays unread where it is.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Self

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from ...errors import InvalidInput, MailboxError, MailboxRefused, MailboxUnavailable
from ..mail.scanner import DEFAULT_LIMITS
from .imap_session import ImapServer, close, connect, said_as_ours

DEFAULT_FLAG: Final = "DeliveryLedger"
_WITHOUT: Final = {
    # System flag (RFC 3501 2.3.2) -> the search key of mails without it (6.4.4).
    r"\seen": "UNSEEN",
    r"\answered": "UNANSWERED",
    r"\flagged": "UNFLAGGED",
    r"\deleted": "UNDELETED",
}
_KEYWORD: Final = re.compile(r"[A-Za-z$_][A-Za-z0-9$_.-]{0,99}")
_BATCH: Final = 500
_SPAN: Final = 50_000
_LOOK: Final = 1.0
"""Seconds between two looks at whether waiting is to end."""


class ImapMail:
    """A mail in the folder, not fetched yet."""

    def __init__(self, mailbox: "ImapMailbox", session: IMAPClient, uid: int, key: str, size: int) -> None:
        self._mailbox = mailbox
        self._session = session
        self._uid = uid
        self.key = key
        """Names it in the ledger, so that it is recorded once: the same for as long as it lies here."""
        self.size = size
        """Bytes, as the server says."""

    @cached_property
    def raw(self) -> bytes:
        """The mail; of one above the limit one byte more than that. Raises MailboxUnavailable."""
        return self._mailbox._fetch(self._session, self._uid, self.size)

    def done(self) -> None:
        """Mark or move it: call this when it is recorded, not before."""
        self._mailbox._put_away(self._session, self._uid)

    def leave(self) -> None:
        """Leave it as it is; this mailbox object does not come back to it."""
        self._mailbox._left.add(self._uid)


class ImapMailbox:
    """A folder of an IMAP account. A context manager; connects when it is needed, and again after a failure.

    What was taken gets ``flag``, a keyword or a system flag, or is moved to the folder ``move_to``, which is
    made if there is none. For one thread at a time.
    """

    def __init__(
        self,
        server: ImapServer,
        *,
        folder: str = "INBOX",
        move_to: str | None = None,
        flag: str = DEFAULT_FLAG,
        limit: int = DEFAULT_LIMITS.size,
    ) -> None:
        self._server = server
        self._folder = folder
        self._move_to = move_to
        self._flag = flag
        self._limit = limit
        self._criteria = ["UNDELETED", *([] if move_to else _criteria(flag))]
        self._client: IMAPClient | None = None
        self._uid_validity: object = None
        self._left: set[int] = set()
        self._failed: set[int] = set()

    def unseen(self) -> Iterator[ImapMail]:
        """The mails that were neither put away nor left, oldest first; without those that the server failed
        to give twice.

        Raises MailboxRefused, MailboxUnavailable; after either it may be called again.
        """
        with self._talking("look into the mailbox"):
            client = self._client = self._client or self._opened()
            selected = client.select_folder(self._folder)
            self._check(selected)
            uids = sorted(set(self._search(client, selected)))
        if selected[b"UIDVALIDITY"] != self._uid_validity:  # all numbers are new (RFC 3501 2.3.1.1)
            self._uid_validity = selected[b"UIDVALIDITY"]
            self._left.clear()
            self._failed.clear()
        self._left.intersection_update(uids)
        unknown = [uid for uid in uids if uid not in self._left]
        for start in range(0, len(unknown), _BATCH):
            yield from self._mails(client, unknown[start : start + _BATCH])

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait until mail comes (IDLE, RFC 2177), for so long at most, or until told to end.

        Where the server cannot tell, it waits for the whole time. Call it after ``unseen``.
        """
        client, until = self._client, time.monotonic() + seconds
        if client is None:
            raise MailboxUnavailable("wait for mail", "there is no connection", "look into the mailbox first")
        with self._talking("wait for mail"):
            if not client.has_capability("IDLE"):
                stop.wait(seconds)
                return
            client.idle()
            while not stop.is_set() and (left := until - time.monotonic()) > 0:
                started, slice_ = time.monotonic(), min(_LOOK, left)
                heard = client.idle_check(timeout=slice_)
                # To come back early with nothing is how it says that the connection has ended.
                if any(b"EXISTS" in each for each in heard) or (
                    not heard and time.monotonic() - started < slice_ / 2
                ):
                    break
            client.idle_done()

    def close(self) -> None:
        """End the connection. The object may be used again."""
        if self._client is not None:
            close(self._client)
            self._client = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _search(self, client: IMAPClient, selected: dict[bytes, Any]) -> Iterator[int]:
        """In spans, where one answer would be longer than a line may be (a million bytes)."""
        number = int(selected[b"EXISTS"])
        if number <= _SPAN:
            yield from client.search(self._criteria)
            return
        # Of places, not of UIDs: between two of these may lie millions.
        for start in range(1, number + 1, _SPAN):
            yield from client.search([f"{start}:{min(start + _SPAN - 1, number)}", *self._criteria])

    def _mails(self, client: IMAPClient, uids: Sequence[int]) -> Iterator[ImapMail]:
        with self._talking("list mails"):
            self._check_session(client)
            found = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        for uid in uids:
            if uid in found:  # else somebody else removed it
                size = int(found[uid].get(b"RFC822.SIZE", 0))
                yield ImapMail(self, client, uid, self._key(uid, found[uid].get(b"INTERNALDATE")), size)

    def _key(self, uid: int, arrived: object) -> str:
        """By its number, and by its time, for servers that number anew without saying so."""
        at = arrived.astimezone(UTC).isoformat() if isinstance(arrived, datetime) else ""
        place = (self._server.host, self._server.user, self._folder, self._uid_validity, uid, at)
        return f"imap:{sha256(repr(place).encode()).hexdigest()}"

    def _fetch(self, client: IMAPClient, uid: int, size: int) -> bytes:
        part = f"<0.{self._limit + 1}>" if size > self._limit else ""
        with self._talking("fetch a mail"):
            self._check_session(client)
            if uid in self._failed:  # twice: it must not stand in the way of those behind it
                self._left.add(uid)
            self._failed.add(uid)
            try:
                found = client.fetch(uid, [f"BODY.PEEK[]{part}"]).get(uid, {})
            except IMAPClientAbortError:
                raise
            except IMAPClientError:  # of this mail the server says no, not of the others
                found = {}
            content = next((value for name, value in found.items() if name.startswith(b"BODY[]")), None)
            if not isinstance(content, bytes):
                raise MailboxUnavailable("fetch a mail", "the server does not give it", "look again")
        self._failed.discard(uid)
        self._left.discard(uid)
        return content[: self._limit + 1]

    def _put_away(self, client: IMAPClient, uid: int) -> None:
        with self._talking("mark or move a mail"):
            self._check_session(client)
            if self._move_to is None:
                client.add_flags(uid, [self._flag], silent=True)
            elif client.has_capability("MOVE"):
                client.move(uid, self._move_to)
            else:
                client.copy(uid, self._move_to)
                client.add_flags(uid, [rb"\Deleted"], silent=True)
                if client.has_capability("UIDPLUS"):  # EXPUNGE alone removes what others have deleted, too
                    client.uid_expunge(uid)

    def _opened(self) -> IMAPClient:
        client = connect(self._server)
        try:
            if self._move_to is not None and not client.folder_exists(self._move_to):
                client.create_folder(self._move_to)
        except BaseException:
            close(client)
            raise
        return client

    def _check(self, selected: dict[bytes, Any]) -> None:
        """Refuse at once what could not be put away: it would come again and again."""
        kept = {str(each, "ascii", "replace").lower() for each in selected.get(b"PERMANENTFLAGS", ())}
        is_keyword = not self._flag.startswith("\\")
        if b"READ-ONLY" in selected:
            raise MailboxRefused("look into the mailbox", "the folder is read-only", "get the right to write")
        if self._move_to is None and not (self._flag.lower() in kept or (is_keyword and r"\*" in kept)):
            raise MailboxRefused(
                "look into the mailbox",
                "the server does not keep this flag",
                r"move what was taken to a folder, or use a flag that it keeps, as \Flagged or \Seen",
            )

    def _check_session(self, client: IMAPClient) -> None:
        if client is not self._client:
            raise MailboxUnavailable("go on", "the connection was lost meanwhile", "look again")

    @contextmanager
    def _talking(self, attempted: str) -> Iterator[None]:
        """After a failure nobody knows what the server says next: the connection is given up."""
        try:
            with said_as_ours(attempted):
                yield
        except (MailboxError, InvalidInput):
            self.close()
            raise


def _criteria(flag: str) -> list[str]:
    if flag.lower() in _WITHOUT:
        return [_WITHOUT[flag.lower()]]
    if not _KEYWORD.fullmatch(flag):
        raise InvalidInput(
            "mark mails", "that is no flag of IMAP", rf"give a keyword, as {DEFAULT_FLAG}, or \Seen, \Flagged"
        )
    return ["UNKEYWORD", flag]
