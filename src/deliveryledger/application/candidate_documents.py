"""The addresses in candidates' documents: recorded one by one, or read out of a CV."""

from ..advice.cv_addresses import CvReading, cv_addresses
from ..domain.addresses import check_typed
from ..domain.candidate_email import decisions
from ..domain.candidate_email.decisions import require_registered
from ..domain.identifiers import candidate_email_stream, check_candidate_id
from ..errors import InvalidAddress
from .services import Services
from .unit_of_work import UnitOfWork


class CandidateDocuments:
    """The part of ``ledger.candidate_emails`` that is about documents."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def record_cv(
        self, candidate_id: str, data: bytes, *, document: str | None = None, tenant: str | None = None
    ) -> CvReading:
        """Read a CV and note the candidate's own addresses in it; ``document`` is the name of the file.

        Everything that was found comes back, addresses of referees and role accounts too, of which nothing is
        recorded. Twice is once. The file is not kept. Takes some 0.2 s and holds no lock while it reads.
        Raises UnreadableCv, UnknownCandidate, and MissingExtra for a PDF without the extra ``cv``.
        """
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        stream = candidate_email_stream(owner, candidate_id)

        def name_of(unit: UnitOfWork) -> str | None:
            email = unit.candidate_email(stream)
            require_registered(email, candidate_id, "read a CV")
            return email.name

        reading = cv_addresses(data, name=self._services.transact(name_of))
        own = [(found.address, found.page) for found in reading.own if _may_be_kept(found.address)]
        self._record(candidate_id, stream, own, document)
        return reading

    def record_cv_address(
        self,
        candidate_id: str,
        address: str,
        *,
        document: str | None = None,
        page: int | None = None,
        tenant: str | None = None,
    ) -> None:
        """Note an address that stands in the candidate's documents. Raises UnknownCandidate."""
        owner = self._services.tenant(tenant)
        check_candidate_id(candidate_id)
        check_typed(address)
        self._record(candidate_id, candidate_email_stream(owner, candidate_id), [(address, page)], document)

    def _record(
        self, candidate_id: str, stream: str, found: list[tuple[str, int | None]], document: str | None
    ) -> None:
        def work(unit: UnitOfWork) -> None:
            for address, page in found:
                email = unit.candidate_email(stream)
                require_registered(email, candidate_id, "record an address from a CV")
                recorded = decisions.find_in_cv(
                    email,
                    address=address,
                    address_key=unit.address_keys.of(address),
                    document=document,
                    page=page,
                    at=unit.now,
                )
                unit.decide(stream, recorded)

        self._services.transact(work)


def _may_be_kept(address: str) -> bool:
    try:
        check_typed(address)
    except InvalidAddress:
        return False
    return True
