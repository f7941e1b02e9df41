"""How commands about one address on the recipient filter find it and decide about it."""

from collections.abc import Callable, Iterator
from typing import Any

from ..domain.aggregate import Event
from ..domain.identifiers import suppression_filter_stream
from ..domain.suppression_filter.aggregate import SuppressionFilter
from .services import Services
from .unit_of_work import UnitOfWork


class FilterCommands:
    """What the parts of ``ledger.suppression_filters`` share."""

    _services: Services

    def _stream(self, address: str, tenant: str | None) -> str:
        return suppression_filter_stream(self._services.tenant(tenant), self._services.address_key(address))

    def _entry(self, unit: UnitOfWork, address: str, tenant: str | None) -> str:
        # In a unit of work, where nobody can replace the secret meanwhile.
        return suppression_filter_stream(self._services.tenant(tenant), unit.address_keys.of(address))

    def _common(self, unit: UnitOfWork, address: str, tenant: str | None) -> dict[str, Any]:
        return {
            "occurred_at": unit.now,
            "data_subject": unit.subject_of_entry(self._entry(unit, address, tenant)),
            "scope": self._services.tenant(tenant),
            "address_key": unit.address_keys.of(address),
        }

    def _transact(
        self,
        stream: Callable[[UnitOfWork], str],
        decide: Callable[[UnitOfWork, SuppressionFilter], Iterator[Any]],
    ) -> list[Event]:
        return self._services.transact(
            lambda unit: unit.decide(name := stream(unit), decide(unit, unit.filter_entry(name)))
        )
