"""What every command handler is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from ..domain.addresses import AddressKey
from ..domain.identifiers import check_tenant
from ..domain.reports import Reading
from ..errors import InvalidInput
from .address_keys import AddressKeys
from .directory import Directory, NoDirectory
from .policies import Policies
from .ports import Clock, EventLog
from .telemetry import Telemetry, batch, transaction
from .unit_of_work import UnitOfWork, transact

Result = TypeVar("Result")


@dataclass(frozen=True)
class Services:
    """The log, the clock, the policies and the ATS's directory, bound to one tenant by default."""

    log: EventLog
    clock: Clock
    policies: Policies = field(default_factory=Policies)
    directory: Directory = field(default_factory=NoDirectory)
    telemetry: Telemetry | None = None
    """None: nobody watches, and nothing is measured."""
    default_tenant: str = "default"
    is_bound: bool = False
    """Whether the caller is one tenant, and not the whole ledger."""

    def tenant(self, tenant: str | None) -> str:
        """The tenant that a call names, or the bound one. Raises InvalidIdentifier."""
        return check_tenant(tenant if tenant is not None else self.default_tenant)

    def restricted_to(self, tenant: str | None) -> str | None:
        """The tenant that a call names or is bound to; None: the whole ledger."""
        return self.tenant(tenant) if tenant is not None or self.is_bound else None

    def address_key(self, address: str) -> AddressKey:
        """The key of an address, outside a unit of work."""
        return AddressKeys(self.log.digests, self.log.earlier_address_keys).of(address)

    def transact(self, work: Callable[[UnitOfWork], Result], *readings: Reading) -> Result:
        """Run one unit of work. What is of the wrong type is refused with InvalidInput, without its value.

        ``readings`` are what is recorded in it, for who watches.
        """
        try:
            if self.telemetry is None:
                return transact(self.log, work)
            with batch(self.telemetry, readings):
                return transaction(self.telemetry, lambda watched: transact(self.log, watched), work)
        except ValidationError as error:
            problem = error.errors(include_input=False, include_context=False, include_url=False)[0]
            field = str(problem["loc"][0]) if problem["loc"] else "a value"
        except (PydanticSerializationError, UnicodeError):
            field = "a text"
        # Raised out here, so that the error that quotes the value is not its context.
        raise InvalidInput(
            "record something", f"{field} is not of the type that is expected", "check the arguments' types"
        )
