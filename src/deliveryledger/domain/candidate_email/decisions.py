"""Decisions about a candidate's address."""

from collections.abc import Callable, Iterator
from datetime import datetime

from ...errors import AlreadyCorrected, AlreadyRegistered, UnknownCandidate
from .aggregate import CandidateEmail
from .events import (
    CandidateEmailEvent,
    CvEmailFound,
    EmailChanged,
    EmailConfirmed,
    EmailRegistered,
    Grounds,
    PersonalDataErased,
    SuggestionDismissed,
)


def register(email: CandidateEmail, registration: EmailRegistered) -> Iterator[CandidateEmailEvent]:
    """Take an address on as typed. Another address of the same candidate is a correction instead."""
    if not email.is_registered:
        yield registration
    elif email.address_key != registration.address_key:
        raise AlreadyRegistered(
            f"register an address for candidate {registration.candidate_id!r}",
            "the candidate has another one",
            "call ledger.candidate_emails.correct()",
        )


def correct(
    email: CandidateEmail,
    *,
    address: str,
    address_key: str,
    grounds: Grounds,
    evidence: str | None,
    by: str,
    at: datetime,
    replacing_key: str | None = None,
) -> Iterator[CandidateEmailEvent]:
    """Replace the address; the standing of the old one stays with the old one.

    ``replacing_key`` is of the address that the caller saw: AlreadyCorrected if it has been changed since.

    The text decides, not its digest: ``<ada@example.com>`` and ``ada@example.com`` share a key, but only
    the second one is an address. So the state must have been folded from opened events.
    """
    if (email.address_key, email.address) == (address_key, address):
        return
    if replacing_key is not None and replacing_key != email.address_key:
        raise AlreadyCorrected(
            f"correct the address of candidate {email.candidate_id!r}",
            f"{email.set_by!r} has changed it since",
            "look at the card again, and correct the address that is there now",
            by=email.set_by,
            at=email.set_at,
        )
    yield EmailChanged(
        occurred_at=at,
        data_subject=email.data_subject,
        candidate_id=email.candidate_id,
        previous=email.address,
        previous_key=email.address_key,
        address=address,
        address_key=address_key,
        grounds=grounds,
        evidence=evidence,
        by=by,
    )


def confirm(
    email: CandidateEmail, *, at: datetime, by: str | None = None, message_id: str | None = None
) -> Iterator[CandidateEmailEvent]:
    """Note that the present address is right."""
    if email.address_key not in email.confirmed:
        yield EmailConfirmed(
            occurred_at=at,
            candidate_id=email.candidate_id,
            address_key=email.address_key,
            by=by,
            message_id=message_id,
        )


def find_in_cv(
    email: CandidateEmail,
    *,
    address: str,
    address_key: str,
    document: str | None,
    page: int | None,
    at: datetime,
) -> Iterator[CandidateEmailEvent]:
    """Note an address that stands in the candidate's documents."""
    if address_key not in email.cv_keys:
        yield CvEmailFound(
            occurred_at=at,
            data_subject=email.data_subject,
            candidate_id=email.candidate_id,
            address=address,
            address_key=address_key,
            document=document,
            page=page,
        )


def dismiss(
    email: CandidateEmail, *, address_key: str, grounds: Grounds | None = None, by: str, at: datetime
) -> Iterator[CandidateEmailEvent]:
    """Do not suggest this address again."""
    if address_key not in email.dismissed:
        yield SuggestionDismissed(
            occurred_at=at, candidate_id=email.candidate_id, address_key=address_key, by=by, grounds=grounds
        )


def erase(
    email: CandidateEmail,
    *,
    requested_by: str,
    at: datetime,
    subjects: tuple[str, ...] = (),
    filter_entries: tuple[str, ...] = (),
    authenticate: Callable[[str], str] | None = None,
) -> Iterator[CandidateEmailEvent]:
    """Forget this registration's personal data, and what else only it needs; it may be registered anew.

    ``authenticate`` makes a digest with a secret of the ledger, without which no key is destroyed.
    """
    if not email.is_registered:
        return
    erasure = PersonalDataErased(
        occurred_at=at,
        candidate_id=email.candidate_id,
        requested_by=requested_by,
        subjects=(email.data_subject, *subjects),
        filter_entries=filter_entries,
    )
    if authenticate is not None:
        erasure = erasure.model_copy(update={"authentication": authenticate(erasure.statement)})
    yield erasure


def require_registered(email: CandidateEmail, candidate_id: str, attempted: str) -> None:
    """Refuse a command about a candidate without an address. Raises UnknownCandidate."""
    if not email.is_registered:
        raise UnknownCandidate(
            attempted,
            f"candidate {candidate_id!r} has no registered address in this tenant",
            "call ledger.candidate_emails.register() first",
        )
