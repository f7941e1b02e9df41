"""How a message is taken on, withheld, and sent again: shared by the commands that do it."""

import os
from dataclasses import dataclass, replace
from datetime import datetime

from ..advice.wording import short_datetime, text
from ..domain.candidate_email.aggregate import CandidateEmail
from ..domain.candidate_email.aggregate import evolve as evolve_email
from ..domain.candidate_email.decisions import require_registered
from ..domain.identifiers import (
    candidate_email_stream,
    incident_stream,
    message_stream,
    same_actor,
    suppression_filter_stream,
    uuid7,
)
from ..domain.incident import decisions as incidents
from ..domain.message import decisions, resending
from ..domain.message.aggregate import Message
from ..domain.message.events import MessageRegistered
from ..errors import UnknownMessage
from .recording import apply_waiting
from .services import Services
from .standing import Standing, Withheld, standing_of, well_formed, withheld_for
from .suppressing import registered_recipient
from .telling import tell_sender
from .unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RegisteredMessage:
    """What ``register`` and ``resend`` return. ``withheld`` is None, or says why it must not be sent."""

    id: str
    candidate_id: str
    withheld: Withheld | None = None
    resend_of: str | None = None
    recipient: str = ""
    resent_by: str | None = None
    """Of a resend: who asked for it first, and when (UTC)."""
    resent_at: datetime | None = None
    notice: str | None = None
    """The sentence that tells the caller that a colleague sent the message again first."""

    @property
    def may_be_sent(self) -> bool:
        """Whether the ATS should hand it to the provider now."""
        return self.withheld is None


def require_message(unit: UnitOfWork, stream: str, message_id: str, attempted: str) -> Message:
    """The state of a registered message. Raises UnknownMessage."""
    message = unit.message(stream)
    if not message.is_registered:
        raise UnknownMessage(
            attempted,
            f"message {message_id!r} was never registered in this tenant",
            "call ledger.messages.register() first",
        )
    return message


def present_email(unit: UnitOfWork, tenant: str, candidate_id: str, attempted: str) -> CandidateEmail:
    """A candidate's address, opened. Raises UnknownCandidate."""
    stream = candidate_email_stream(tenant, candidate_id)
    require_registered(unit.candidate_email(stream), candidate_id, attempted)
    email = CandidateEmail()
    for event in unit.opened(stream):
        email = evolve_email(email, event)  # type: ignore[arg-type]  # one stream, one aggregate
    for new in unit.changes.events:
        if new.stream == stream:
            email = evolve_email(email, new.event)  # type: ignore[arg-type]
    return email


def register_message(
    unit: UnitOfWork,
    services: Services,
    email: CandidateEmail,
    *,
    tenant: str,
    message_id: str,
    sender: str,
    subject: str,
    from_address: str | None = None,
    profile_url: str | None = None,
    resend_of: str | None = None,
    batch: str | None = None,
    lang: str = "en",
    tz: str = "UTC",
) -> RegisteredMessage:
    """Register, withhold if the filter says so, apply the reports that came in before."""
    stream = message_stream(tenant, message_id)
    registration = MessageRegistered(
        occurred_at=unit.now,
        data_subject=email.data_subject,
        message_id=message_id,
        tenant=tenant,
        candidate_id=email.candidate_id,
        sender_id=sender,
        from_address=from_address,
        recipient=email.address,
        address_key=email.address_key,
        subject=subject,
        profile_url=profile_url,
        resend_of=resend_of,
        batch=batch,
    )
    is_new = unit.decide(stream, decisions.register(unit.message(stream), registration))
    if not is_new:
        return _known(unit, stream, lang=lang, tz=tz)
    standing = withhold(unit, stream, email.address, lang=lang, tz=tz)
    apply_waiting(unit, services.policies, stream)
    return RegisteredMessage(message_id, email.candidate_id, withheld_for(standing), resend_of, email.address)


def _known(unit: UnitOfWork, stream: str, *, lang: str, tz: str) -> RegisteredMessage:
    """What an earlier call answered; withheld if it never was sent and the filter still says so."""
    message, recipient = unit.message(stream), registered_recipient(unit, stream)
    withheld = None
    if message.withheld_by and not message.submissions:
        standing = standing_for(unit, message.tenant, recipient, message.address_key, lang=lang, tz=tz)
        withheld = withheld_for(standing)
    return RegisteredMessage(message.message_id, message.candidate_id, withheld, message.resend_of, recipient)


def standing_for(
    unit: UnitOfWork, tenant: str, address: str, address_key: str, *, lang: str, tz: str
) -> Standing:
    """The standing of an address in a tenant's scope, as this unit of work sees it."""
    name = suppression_filter_stream(tenant, address_key)
    listed = standing_of(name, unit.stream(name).events, unit.now, lang=lang, tz=tz)
    return listed and well_formed(address, lang)


def withhold(unit: UnitOfWork, stream: str, recipient: str, *, lang: str = "en", tz: str = "UTC") -> Standing:
    """Withhold a registered message if its recipient's standing says so, and tell its sender."""
    message = unit.message(stream)
    standing = standing_for(unit, message.tenant, recipient, message.address_key, lang=lang, tz=tz)
    if standing:
        return standing
    decided = unit.decide(
        stream,
        decisions.withhold(
            message,
            scope=message.tenant,
            causes=standing.causes,
            suppressed_by=standing.event,
            at=unit.now,
        ),
    )
    for event in decided:
        tell_sender(unit, message, event)
    return standing


def resend_message(
    unit: UnitOfWork,
    services: Services,
    *,
    tenant: str,
    message_id: str,
    by: str,
    how: str = "resent",
    lang: str = "en",
    tz: str = "UTC",
) -> RegisteredMessage:
    """Register a successor and link both; the sender's incident is handled, unless nothing was gained.

    Where somebody has done that before, theirs comes back, with who did it and when.
    """
    stream = message_stream(tenant, message_id)
    message = require_message(unit, stream, message_id, "send a message again")
    email = present_email(unit, tenant, message.candidate_id, "send a message again")
    if message.data_subject != email.data_subject:
        raise UnknownMessage(
            "send a message again",
            f"what message {message_id!r} said was erased with the person it went to",
            "register a new message",
        )
    if message.resent_as is not None:
        known = _known(unit, message_stream(tenant, message.resent_as), lang=lang, tz=tz)
        known = replace(known, resent_by=message.resent_by, resent_at=message.resent_at)
        return replace(known, notice=_already_resent(known, by, lang=lang, tz=tz))
    original = next(e for e in unit.opened(stream) if isinstance(e, MessageRegistered))
    new_id = uuid7(unit.now, os.urandom(10))
    sent = register_message(
        unit,
        services,
        email,
        tenant=tenant,
        message_id=new_id,
        sender=message.sender_id,
        subject=original.subject,
        from_address=original.from_address,
        profile_url=original.profile_url,
        resend_of=message_id,
        lang=lang,
        tz=tz,
    )
    unit.decide(stream, resending.resend(message, as_message_id=new_id, by=by, at=unit.now))
    if sent.may_be_sent or email.address_key != message.address_key:
        _handle_incident(unit, message, by=by, how=how)
    return replace(sent, resent_by=by, resent_at=unit.now)


def _already_resent(sent: RegisteredMessage, by: str, *, lang: str, tz: str) -> str | None:
    if sent.resent_by is None or sent.resent_at is None or same_actor(sent.resent_by, by):
        return None
    at = short_datetime(sent.resent_at, lang, tz)
    return text("error.already_resent", lang, actor=sent.resent_by, at=at)


def _handle_incident(unit: UnitOfWork, message: Message, *, by: str, how: str) -> None:
    """Note that somebody dealt with what the message's sender was told."""
    incident_id = unit.digests.incident_id(message.sender_id, message.candidate_id, message.address_key)
    name = incident_stream(message.tenant, incident_id)
    unit.decide(name, incidents.handle(unit.incident(name), by=by, how=how, at=unit.now))
