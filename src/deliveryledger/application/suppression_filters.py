"""Commands about the recipient filter: may I send, suppress, request a removal, consent, approve, lift."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from ..domain.addresses import check_typed
from ..domain.aggregate import Event
from ..domain.identifiers import check_id
from ..domain.reports import moment_asked
from ..domain.suppression_filter import decisions
from ..domain.suppression_filter.aggregate import SuppressionFilter
from ..domain.suppression_filter.events import (
    AddressSuppressed,
    Cause,
)
from ..errors import InvalidInput
from .filter_import import FilterViews, MovingFilters
from .outages import settle
from .removal_requests import Removals
from .services import Services
from .standing import Standing, standing_of, well_formed
from .unit_of_work import UnitOfWork


class SuppressionFilters(Removals, MovingFilters):
    """``ledger.suppression_filters``. The scope of an address is its tenant."""

    def __init__(
        self,
        services: Services,
        views: FilterViews,
        withheld: Callable[[str, str], tuple[str, ...]],
        open_outages: Callable[[str | None], tuple[str, ...]] = lambda *_: (),
    ) -> None:
        self._services = services
        self._views = views
        self._withheld = withheld
        self._open_outages = open_outages

    def may_send(
        self, address: str, *, tenant: str | None = None, lang: str = "en", tz: str = "UTC"
    ) -> Standing:
        """Truthy if a message may be sent; otherwise cause, since, event and the sentence."""
        stream = self._stream(check_typed(address), tenant)
        events = self._services.log.load((stream,)).get(stream, [])
        listed = standing_of(stream, events, self._services.clock(), lang=lang, tz=tz)
        return listed and well_formed(address, lang)

    def suppress(
        self,
        address: str,
        *,
        by: str,
        expires_at: datetime | None = None,
        tenant: str | None = None,
    ) -> None:
        """Put an address on the filter by hand, for good or until ``expires_at``. Raises InvalidInput."""
        check_id(by, "actor id")
        ends = moment_asked(expires_at) if expires_at else None
        if ends is not None and ends <= self._services.clock():
            raise InvalidInput(
                "suppress an address", "expires_at has passed", "give a moment to come, or none"
            )
        check_typed(address)

        def decide(unit: UnitOfWork, entry: SuppressionFilter) -> Iterator[Event]:
            suppression = AddressSuppressed(
                **self._common(unit, address, tenant),
                address=address,
                cause=Cause.MANUAL,
                expires_at=ends,
                by=by,
            )
            return decisions.suppress(entry, suppression)

        self._transact(lambda unit: self._entry(unit, address, tenant), decide)

    def settle_outages(self, *, tenant: str | None = None) -> int:
        """Apply what was held because of outages whose hold has ended; returns how many addresses.

        To be called regularly: a domain to which nothing is sent any more tells nobody that time has passed.
        Without ``tenant`` a ledger that is bound to none settles those of every tenant.
        """
        work = partial(settle, expiry=self._services.policies.expiry)
        domains = self._open_outages(self._services.restricted_to(tenant))
        return sum(self._services.transact(partial(work, domain=domain)) for domain in domains)
