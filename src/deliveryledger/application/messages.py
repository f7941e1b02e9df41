"""Commands about messages: register, mark as submitted, send again."""

import os
from collections.abc import Callable

from ..domain.identifiers import check_candidate_id, check_id, check_tenant, message_stream, uuid7
from ..domain.message import decisions
from ..errors import InvalidInput
from .correlation import correlate
from .handing_over import HandingOver
from .recording import Recording, apply_waiting
from .registering import (
    RegisteredMessage,
    present_email,
    register_message,
    require_message,
    resend_message,
)
from .services import Services
from .unit_of_work import UnitOfWork


class Messages(HandingOver):
    """``ledger.messages``."""

    def __init__(
        self, services: Services, to_hand_over: Callable[[str], tuple[str, ...]] = lambda _: ()
    ) -> None:
        self._services = services
        self._to_hand_over = to_hand_over

    def register(
        self,
        candidate_id: str,
        *,
        sender: str,
        subject: str,
        message_id: str | None = None,
        from_address: str | None = None,
        profile_url: str | None = None,
        batch: str | None = None,
        tenant: str | None = None,
        lang: str = "en",
        tz: str = "UTC",
    ) -> RegisteredMessage:
        """Take on a message to a candidate's present address, before it is sent.

        Comes back ``withheld``, with the reason, where the address is on the recipient filter or is no
        address. ``batch`` is an id of the one send that it is part of: under the bell its failures are one
        item. Registering the same id again changes nothing and answers as the first time; without
        ``message_id`` every call is another message. Bring time-ordered ids (UUIDv7): they are
        stored several times faster than random ones. Raises UnknownCandidate, AlreadyRegistered,
        InvalidIdentifier.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        check_id(sender, "sender id")
        id_ = check_id(message_id, "message id") if message_id is not None else self.new_id()
        if batch is not None:
            check_id(batch, "batch id")
        # The ATS is asked before the transaction begins: nothing slow may happen inside.
        directory = self._services.directory
        if from_address is None and (person := directory.sender(owner, sender)):
            from_address = person.email
        profile_url = profile_url or directory.profile_url(owner, candidate_id)

        def work(unit: UnitOfWork) -> RegisteredMessage:
            email = present_email(unit, owner, candidate_id, f"register a message to {candidate_id!r}")
            return register_message(
                unit,
                self._services,
                email,
                tenant=owner,
                message_id=id_,
                sender=sender,
                subject=subject,
                from_address=from_address,
                profile_url=profile_url,
                batch=batch,
                lang=lang,
                tz=tz,
            )

        return self._services.transact(work)

    def mark_submitted(
        self,
        message_id: str,
        *,
        provider: str,
        provider_message_id: str,
        account: str = "main",
        message_id_header: str | None = None,
        tenant: str | None = None,
    ) -> Recording:
        """Note that a provider took the message, and apply the reports that came in before.

        ``provider_message_id`` is the id that the provider's API answered; ``message_id_header`` the
        RFC 5322 Message-ID, where the provider's id is another, so that bounce mails are matched.
        Raises UnknownMessage, InvalidInput.
        """
        owner = self._services.tenant(tenant)
        if not provider_message_id or not provider_message_id.strip("<> "):
            raise InvalidInput(
                "mark a message as submitted",
                "without an id nothing that comes back would find it",
                "give a mail a Message-ID before it is sent: email.utils.make_msgid()",
            )
        check_tenant(account)
        check_tenant(provider)
        stream = message_stream(owner, check_id(message_id, "message id"))

        def work(unit: UnitOfWork) -> Recording:
            require_message(unit, stream, message_id, "mark a message as submitted")
            ids = [provider_message_id, *([message_id_header] if message_id_header else [])]
            unit.decide(
                stream,
                decisions.submit(
                    unit.message(stream),
                    provider=provider,
                    account=account,
                    provider_message_id=provider_message_id,
                    reference=unit.digests.reference(provider_message_id),
                    at=unit.now,
                ),
            )
            correlate(unit, stream, *ids)
            key = unit.message(stream).address_key
            keys = [
                digest
                for id_ in ids
                for digest in (unit.digests.correlation(id_, key), unit.digests.reference(id_))
            ]
            return apply_waiting(unit, self._services.policies, stream, keys)

        return self._services.transact(work)

    def resend(
        self,
        message_id: str,
        *,
        by: str,
        tenant: str | None = None,
        lang: str = "en",
        tz: str = "UTC",
    ) -> RegisteredMessage:
        """Register the message anew to the candidate's present address, linked both ways.

        A second resend of the same message returns the first one's id. Raises UnknownMessage.
        """
        owner = self._services.tenant(tenant)
        check_id(by, "actor id")
        check_id(message_id, "message id")

        def work(unit: UnitOfWork) -> RegisteredMessage:
            return resend_message(
                unit, self._services, tenant=owner, message_id=message_id, by=by, lang=lang, tz=tz
            )

        return self._services.transact(work)

    def new_id(self) -> str:
        """A new time-ordered message id (UUIDv7)."""
        return uuid7(self._services.clock(), os.urandom(10))
