"""Commands of the bell: somebody has seen an incident, somebody has dealt with it."""

from collections.abc import Iterable

from ..domain.identifiers import check_id, incident_stream
from ..domain.incident import decisions as incidents
from ..errors import UnknownIncident
from .services import Services
from .unit_of_work import UnitOfWork


class Notifications:
    """``ledger.notifications``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def read(self, incident_id: str | Iterable[str], *, by: str, tenant: str | None = None) -> int:
        """Note that somebody has seen an incident, or several at once; returns how many were news to them.

        Raises UnknownIncident; then none is recorded.
        """
        return self._decide(incident_id, by, tenant, handle=False)

    def handled(self, incident_id: str | Iterable[str], *, by: str, tenant: str | None = None) -> int:
        """Note that somebody dealt with an incident, or with several at once; returns how many were open.

        Nobody is told of them by e-mail any more. Raises UnknownIncident; then none is recorded.
        """
        return self._decide(incident_id, by, tenant, handle=True)

    def _decide(self, ids: str | Iterable[str], by: str, tenant: str | None, *, handle: bool) -> int:
        owner, by = self._services.tenant(tenant), check_id(by, "actor id")
        given = [ids] if isinstance(ids, str) else list(ids)
        names = [incident_stream(owner, check_id(each, "incident id")) for each in given]

        def work(unit: UnitOfWork) -> int:
            unit.load(names)
            changed = 0
            for name in dict.fromkeys(names):
                incident = unit.incident(name)
                if not incident.incident_id:
                    raise UnknownIncident(
                        "change what is under a bell",
                        "there is no such incident in this tenant",
                        "use the id of an item of ledger.bell()",
                    )
                if handle:
                    decided = incidents.handle(incident, by=by, how="other", at=unit.now)
                else:
                    decided = incidents.read(incident, by=by, at=unit.now)
                changed += bool(unit.decide(name, decided))
            return changed

        return self._services.transact(work)
