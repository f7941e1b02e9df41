"""Handing what is to be sent again to the ATS's mailer, so that no correction ends in a list nobody reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, Protocol

from ..domain.identifiers import message_stream
from ..domain.message import resending
from ..domain.message.events import MessageRegistered
from ..errors import InvalidInput
from .recording import Recording
from .registering import withhold
from .services import Services
from .unit_of_work import UnitOfWork

LEASE = timedelta(minutes=10)
"""How long a handing-over may take before it is taken for broken off, and tried again."""
LONGEST_CHAIN = 1_000
"""Resends of resends that are followed back to the first message."""


@dataclass(frozen=True)
class Outgoing:
    """A message to send again. Its text the ATS has: under ``original_id``, the first of the chain."""

    message_id: str
    """Ours of the new message. Whoever sends the same id twice sends one mail: it may be handed over again
    after a break-down between the sending and our note of it."""
    original_id: str
    resend_of: str
    tenant: str
    candidate_id: str
    sender_id: str
    recipient: str
    subject: str
    from_address: str | None
    profile_url: str | None


class Handed(NamedTuple):
    """What the provider answered, as :meth:`Messages.mark_submitted` takes it."""

    provider: str
    provider_message_id: str
    account: str = "main"
    message_id_header: str | None = None


class Sender(Protocol):
    """The ATS's mailer. Called outside any transaction; may raise whatever it likes, others go on."""

    def send(self, message: Outgoing) -> Handed:
        """Hand a message to the provider, once per ``message_id``."""


class NotHanded(NamedTuple):
    """A message whose handing-over failed: it is tried again when its lease has run out."""

    message_id: str
    error: str
    """Class of what the sender raised; its text may name somebody."""


@dataclass(frozen=True)
class HandedOver:
    """What became of the messages that waited to be sent again: their ids."""

    sent: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    """Their address came on the filter meanwhile; their sender is told."""
    failed: tuple[NotHanded, ...] = ()


class HandingOver:
    """A part of ``ledger.messages``."""

    _services: Services
    _to_hand_over: Callable[[str], tuple[str, ...]]
    mark_submitted: Callable[..., Recording]

    def hand_over(
        self, sender: Sender, *, limit: int = 100, lease: timedelta = LEASE, tenant: str | None = None
    ) -> HandedOver:
        """Hand the messages that were registered to be sent again to ``sender``, the oldest first.

        Run it after a correction and every few minutes. Two at once never take the same message; what one
        could not finish within ``lease`` the next run takes up. Raises InvalidInput.
        """
        if limit < 1 or lease <= timedelta(0):
            raise InvalidInput("hand messages over", "limit or lease is not above 0", "give a larger one")
        owner = self._services.tenant(tenant)
        sent: list[str] = []
        withheld: list[str] = []
        failed: list[NotHanded] = []
        for message_id in self._to_hand_over(owner):
            if len(sent) + len(failed) == limit:
                break
            outgoing = self._begin(owner, message_id, lease)
            if outgoing is None:
                continue
            if isinstance(outgoing, str):
                withheld.append(outgoing)
                continue
            try:
                handed = sender.send(outgoing)
                self.mark_submitted(message_id, tenant=owner, **handed._asdict())
            except Exception as error:  # theirs may be any; one message must not stop the others
                failed.append(NotHanded(message_id, type(error).__name__))
            else:
                sent.append(message_id)
        return HandedOver(tuple(sent), tuple(withheld), tuple(failed))

    def _begin(self, owner: str, message_id: str, lease: timedelta) -> Outgoing | str | None:
        """What to send; the id alone where it is withheld now; None: it is done, under way, or nobody's."""

        def work(unit: UnitOfWork) -> Outgoing | str | None:
            stream = message_stream(owner, message_id)
            message = unit.message(stream)
            if unit.is_erased(message.data_subject):
                return None
            registered = next(e for e in unit.opened(stream) if isinstance(e, MessageRegistered))
            if not message.submissions and not withhold(unit, stream, registered.recipient):
                return message_id
            started = resending.hand_over(message, at=unit.now, until=unit.now + lease)
            return _outgoing(unit, owner, registered) if unit.decide(stream, started) else None

        return self._services.transact(work)


def _outgoing(unit: UnitOfWork, owner: str, registered: MessageRegistered) -> Outgoing:
    original = registered.resend_of or registered.message_id
    for _ in range(LONGEST_CHAIN):
        before = unit.message(message_stream(owner, original)).resend_of
        if before is None:
            break
        original = before
    return Outgoing(
        message_id=registered.message_id,
        original_id=original,
        resend_of=registered.resend_of or "",
        tenant=owner,
        candidate_id=registered.candidate_id,
        sender_id=registered.sender_id,
        recipient=registered.recipient,
        subject=registered.subject,
        from_address=registered.from_address,
        profile_url=registered.link,
    )
