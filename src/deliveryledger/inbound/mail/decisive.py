"""Which report counts, of several about the same recipient: an alias has more than one target."""

from collections.abc import Sequence
from typing import Final

from ...domain.reports import DeliveryReport, Outcome

_HARD: Final = "hard"
_RANKS: Final = {Outcome.DELIVERED: 0, Outcome.DEFERRED: 1, Outcome.BOUNCED: 2}
"""Who gets mail at one of two addresses is alive: the mildest counts."""


def decisive(reports: Sequence[DeliveryReport], targets: Sequence[str]) -> list[int]:
    """The places of the reports that count, one for each recipient.

    ``targets``: where each of them was to be delivered. Of the same target a failure follows a delay.
    """
    of_recipient: dict[str, dict[str, int]] = {}
    for place, (report, target) in enumerate(zip(reports, targets, strict=True)):
        places = of_recipient.setdefault((report.recipient or "").lower(), {})
        other = places.get(target.lower())
        if other is None or _follows(report, reports[other]):
            places[target.lower()] = place
    return sorted(
        min(places.values(), key=lambda place: _rank(reports[place])) for places in of_recipient.values()
    )


def _follows(report: DeliveryReport, earlier: DeliveryReport) -> bool:
    if {report.outcome, earlier.outcome} == {Outcome.BOUNCED, Outcome.DEFERRED}:
        return report.outcome is Outcome.BOUNCED
    return _rank(report) < _rank(earlier)


def _rank(report: DeliveryReport) -> tuple[int, bool]:
    return _RANKS.get(report.outcome, len(_RANKS)), report.severity == _HARD
