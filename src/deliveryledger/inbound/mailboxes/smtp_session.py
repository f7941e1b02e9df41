"""One conversation in SMTP (RFC 5321) or LMTP (RFC 2033), with limits; the protocol itself is aiosmtpd's."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

# What it logs below an error are commands, addresses and mails.
logging.getLogger("mail.log").setLevel(logging.ERROR)

MOST_RECIPIENTS: Final = 100
"""Of one mail; RFC 5321 4.5.3.1.8 wants no fewer to be taken."""
_LONGEST_ADDRESS: Final = 320
_MOST_COMMANDS: Final = {"MAIL": 10_000, "RCPT": 100_000, "DATA": 10_000, "RSET": 10_000, "*": 100}
"""Of one connection: nobody keeps a place by saying nothing again and again."""
_DATA: Final = "354 End data with <CR><LF>.<CR><LF>"

Recipients = list[str]
Deliver = Callable[[bytes, Recipients], Awaitable[list[str]]]
"""Takes a mail for its recipients and answers for each of them."""


class Rules:
    """What is answered to commands, for all conversations (the handler of aiosmtpd)."""

    def __init__(self, domains: frozenset[str]) -> None:
        self._domains = domains

    async def handle_RCPT(  # noqa: N802  # the name that aiosmtpd looks for
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """Take a recipient, of our domains only where some are named."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if len(address) > _LONGEST_ADDRESS or not address.isprintable():
            return "553 5.1.3 Malformed address"
        if self._domains and address.rpartition("@")[2].lower() not in self._domains:
            return "550 5.7.1 Not one of our domains"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        """A mistake of ours is temporary, and its text nobody's business."""
        logging.getLogger("deliveryledger.mailboxes").error("a conversation failed: %s", type(error).__name__)
        return "451 4.3.0 Try again later"


class Conversation(SMTP):
    """Takes the content as it comes: lines of any length, and of a mail that is too long the beginning."""

    line_length_limit = 64 * 1024
    """Of what is held at a time, not of a line: many bounces have lines that RFC 5322 forbids."""

    def __init__(
        self, rules: Rules, deliver: Deliver, limit: int, others: set["Conversation"], **options: Any
    ) -> None:
        super().__init__(
            rules,
            enable_SMTPUTF8=True,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=_MOST_COMMANDS,
            **options,
        )
        self._deliver = deliver
        self._limit = limit
        self._others = others
        self.is_delivering = False
        """Whether a mail is being recorded, or its answer sent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place."""
        self._others.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Free it."""
        self._others.discard(self)
        super().connection_lost(error)

    def abort(self) -> None:
        """End at once."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Read the content, hand it over, answer."""
        envelope = self.envelope
        if await self.check_helo_needed() or envelope is None:
            return
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        else:
            await self.push(_DATA)
            content = await self._content()
            self.is_delivering = True
            try:
                answers = await self._deliver(content, envelope.rcpt_tos)
                self._set_post_data_state()  # type: ignore[no-untyped-call]
                await self.push("\r\n".join(self._replies(answers)))
            finally:
                self.is_delivering = False

    def _replies(self, answers: list[str]) -> list[str]:
        """One for all; the worst, so that what failed is sent again (what did not is a repeat then)."""
        return [max(answers)]

    async def _content(self) -> bytes:
        """Up to a line that is a dot, between two CRLF and nothing else (RFC 5321 4.1.1.4)."""
        kept = bytearray()
        is_start = True
        while True:
            try:
                piece = await self._reader.readuntil(b"\r\n")
                is_whole = True
            except asyncio.LimitOverrunError as longer:
                piece = await self._reader.read(longer.consumed)
                is_whole = False
            if is_start and piece == b".\r\n":
                return bytes(kept)
            if is_start and piece.startswith(b"."):
                piece = piece[1:]
            kept += piece[: max(0, self._limit + 1 - len(kept))]
            is_start = is_whole


class LmtpConversation(Conversation, LMTP):
    """In LMTP, with an answer for each recipient."""

    def _replies(self, answers: list[str]) -> list[str]:
        return answers
