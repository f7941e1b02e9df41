"""What a provider lists and the filter does not know is put on the filter, with its provider and its date."""

from typing import NamedTuple

from ..domain.addresses import AddressKey
from ..domain.suppression_filter import decisions
from ..domain.suppression_filter.events import AddressSuppressed
from .drift import Judged, judge
from .policies import Policies
from .suppression_lists import ListEntry
from .unit_of_work import UnitOfWork


class Found(NamedTuple):
    """An entry of a provider's list, and what we made of it."""

    stream: str
    key: AddressKey
    listed: ListEntry
    judged: Judged


def add_listed(
    unit: UnitOfWork,
    found: list[Found],
    *,
    owner: str,
    names: tuple[str, str],
    by: str,
    policies: Policies,
) -> None:
    """Suppress what is still missing; it may have changed since it was judged. ``names``: provider, account.

    An approval of the address's removal that knew nothing of it is void then.
    """
    unit.load(each.stream for each in found)
    unit.look_for_erased(unit.filter_entry(each.stream).data_subject for each in found)
    for each in found:
        entry = unit.filter_entry(each.stream)
        judged = judge(entry, each.listed, unit.now, names=names, expiry=policies.expiry)
        if judged.kind == "missing_here":
            at = min(each.listed.listed_at or unit.now, unit.now)
            suppression = AddressSuppressed(
                occurred_at=at,
                data_subject=unit.subject_of_entry(each.stream),
                scope=owner,
                address_key=each.key,
                address=each.listed.address,
                cause=judged.cause,
                reason=judged.reason,
                expires_at=policies.expiry.ends(entry, judged.cause, at),
                by=by,
                provider=names[0],
                account=names[1],
            )
            unit.decide(each.stream, decisions.suppress(entry, suppression))
