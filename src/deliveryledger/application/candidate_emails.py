"""Commands about candidates' addresses: register, correct (and send again), confirm, CV addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..domain.addresses import check_typed
from ..domain.candidate_email import decisions
from ..domain.candidate_email.decisions import require_registered
from ..domain.candidate_email.events import EmailRegistered, Grounds
from ..domain.identifiers import candidate_email_stream, check_candidate_id, check_id, message_stream
from ..errors import AddressIsSuppressed, InvalidInput
from .candidate_documents import CandidateDocuments
from .registering import (
    RegisteredMessage,
    present_email,
    require_message,
    resend_message,
    standing_for,
)
from .standing import MALFORMED, Standing
from .unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Correction:
    """What ``correct`` returns: whether the address changed, and the messages that were registered anew."""

    candidate_id: str
    changed: bool
    resent: tuple[RegisteredMessage, ...] = ()
    changed_by: str = ""
    """Who gave the address that is there now, and when (UTC): the caller, or somebody who was first."""
    changed_at: datetime | None = None
    replaced_by: str = ""
    """Whose address was replaced, and when they had given it (UTC): somebody may just have corrected it.
    ``correct(replacing=…)`` refuses that instead. Empty where nothing was changed."""
    replaced_at: datetime | None = None


class CandidateEmails(CandidateDocuments):
    """``ledger.candidate_emails``."""

    def register(
        self,
        candidate_id: str,
        address: str,
        *,
        by: str,
        name: str | None = None,
        source: str = "typed",
        tenant: str | None = None,
    ) -> None:
        """Take on a candidate's address as typed; messages to a malformed one are withheld.

        The same address again changes nothing; another one is refused with AlreadyRegistered (use
        ``correct``). Raises InvalidIdentifier, InvalidAddress.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        check_id(by, "actor id")
        check_typed(address)
        grounds = _grounds(source)
        stream = candidate_email_stream(owner, candidate_id)

        def work(unit: UnitOfWork) -> None:
            email = unit.candidate_email(stream)
            registration = EmailRegistered(
                occurred_at=unit.now,
                data_subject=unit.transaction.issue_subject("candidate"),
                candidate_id=candidate_id,
                address=address,
                address_key=unit.address_keys.of(address),
                name=name,
                source=grounds,
                by=by,
            )
            unit.decide(stream, decisions.register(email, registration))

        self._services.transact(work)

    def correct(
        self,
        candidate_id: str,
        address: str,
        *,
        grounds: str,
        by: str,
        evidence: str | None = None,
        resend: Sequence[str] = (),
        replacing: str | None = None,
        tenant: str | None = None,
        lang: str = "en",
        tz: str = "UTC",
    ) -> Correction:
        """Replace the address, and register the messages named in ``resend`` anew, all in one step.

        Both addresses stay in the log. Doing it twice is doing it once: the same messages come back.
        Refused with AddressIsSuppressed where the new address is on the recipient filter. ``grounds``
        is one of typed, typo, structure, name, cv, candidate, earlier_delivery. ``replacing`` is the
        address that the caller saw: AlreadyCorrected if somebody has changed it to another since. What was
        sent again before comes back with who did it, and with a notice. Raises UnknownCandidate,
        UnknownMessage, InvalidInput.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        check_id(by, "actor id")
        check_typed(address)
        for message_id in resend:
            check_id(message_id, "message id")
        why = _grounds(grounds)
        stream = candidate_email_stream(owner, candidate_id)

        def work(unit: UnitOfWork) -> Correction:
            present = present_email(unit, owner, candidate_id, f"correct the address of {candidate_id!r}")
            key = unit.address_keys.of(address)
            seen = unit.address_keys.of(replacing) if replacing is not None else None
            if key != present.address_key:
                _refuse_suppressed(standing_for(unit, owner, address, key, lang=lang, tz=tz))
            changed = unit.decide(
                stream,
                decisions.correct(
                    present,
                    address=address,
                    address_key=key,
                    grounds=why,
                    evidence=evidence,
                    by=by,
                    at=unit.now,
                    replacing_key=seen,
                ),
            )
            resent = tuple(self._resend(unit, owner, candidate_id, m, by, lang, tz) for m in resend)
            before = (present.set_by, present.set_at)
            if not changed:
                return Correction(candidate_id, False, resent, *before)
            return Correction(candidate_id, True, resent, by, unit.now, *before)

        return self._services.transact(work)

    def _resend(
        self, unit: UnitOfWork, owner: str, candidate_id: str, message_id: str, by: str, lang: str, tz: str
    ) -> RegisteredMessage:
        message = require_message(unit, message_stream(owner, message_id), message_id, "send a message again")
        if message.candidate_id != candidate_id:
            raise InvalidInput(
                f"send message {message_id!r} again",
                f"it is a message to another candidate than {candidate_id!r}",
                "name only messages to this candidate",
            )
        return resend_message(
            unit,
            self._services,
            tenant=owner,
            message_id=message_id,
            by=by,
            how="corrected",
            lang=lang,
            tz=tz,
        )

    def confirm(self, candidate_id: str, *, by: str, tenant: str | None = None) -> None:
        """Note that the present address is right. Raises UnknownCandidate."""
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        check_id(by, "actor id")
        stream = candidate_email_stream(owner, candidate_id)

        def work(unit: UnitOfWork) -> None:
            email = unit.candidate_email(stream)
            require_registered(email, candidate_id, "confirm an address")
            unit.decide(stream, decisions.confirm(email, by=by, at=unit.now))

        self._services.transact(work)

    def dismiss_suggestion(
        self,
        candidate_id: str,
        address: str,
        *,
        by: str,
        grounds: str | None = None,
        tenant: str | None = None,
    ) -> None:
        """Do not suggest this address again. ``grounds`` are those of the suggestion, for the activity log.

        Raises UnknownCandidate, InvalidInput.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        check_id(by, "actor id")
        because = _grounds(grounds) if grounds is not None else None
        stream = candidate_email_stream(owner, candidate_id)

        def work(unit: UnitOfWork) -> None:
            email = unit.candidate_email(stream)
            require_registered(email, candidate_id, "dismiss a suggestion")
            key = unit.address_keys.of(check_typed(address))
            dismissed = decisions.dismiss(email, address_key=key, grounds=because, by=by, at=unit.now)
            unit.decide(stream, dismissed)

        self._services.transact(work)


def _grounds(text: str) -> Grounds:
    try:
        return Grounds(text)
    except ValueError:
        raise InvalidInput(
            "take the grounds of an address", "there are no such grounds", f"use one of {', '.join(Grounds)}"
        ) from None


def _refuse_suppressed(standing: Standing) -> None:
    # A malformed address is not refused: what is typed is kept as typed, and its messages are withheld.
    if standing or standing.cause == MALFORMED:
        return
    raise AddressIsSuppressed(
        "correct an address",
        "the new address is on the recipient filter",
        "use another address, or ask support to remove it from the filter",
        cause=standing.cause or "",
        since=standing.since.isoformat() if standing.since else "",
    )
