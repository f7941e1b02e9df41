"""The rules alone: events in, decisions out. No database, no clock, no mocks.

    python examples/04_rules_without_a_database.py

``given(...).when(...).then(...)`` is for your own tests as well: it compares events by value, and proves
that deciding again adds nothing.
"""

import sys

from deliveryledger.domain.message.decisions import record, withhold
from deliveryledger.domain.suppression_filter.removal import approve
from deliveryledger.errors import LiftRefused
from deliveryledger.testing import (
    AT_REGISTRATION,
    BOUNCE_REPORT,
    BOUNCED,
    COMPLAINT,
    COMPLAINT_REPORT,
    COMPLAINT_SUPPRESSED,
    CONSENTED,
    DELIVERED,
    DELIVERY_REPORT,
    FILTER_ENTRY,
    LATER,
    MESSAGE,
    REGISTERED,
    REMOVAL_REQUESTED,
    SUBMITTED,
    WITHDRAWN,
    given,
)


def a_bounce_may_follow_a_delivery() -> None:
    """Some servers accept first and look for the mailbox later."""
    given(MESSAGE, REGISTERED, SUBMITTED, DELIVERED).when(record, BOUNCE_REPORT).then(BOUNCED)


def the_order_of_arrival_does_not_matter() -> None:
    """Three facts in two orders are the same status."""
    one = given(MESSAGE, REGISTERED, DELIVERED, BOUNCED, COMPLAINT).state
    other = given(MESSAGE, REGISTERED, COMPLAINT, BOUNCED, DELIVERED).state
    assert one.status == other.status == "complained"


def repeating_a_report_adds_nothing() -> None:
    """Providers repeat themselves."""
    given(MESSAGE, REGISTERED, DELIVERED).when(record, DELIVERY_REPORT).then_nothing()


def a_withdrawn_complaint_is_a_delivered_message_again() -> None:
    """The complaint itself stays in the log."""
    given(MESSAGE, REGISTERED, DELIVERED).when(record, COMPLAINT_REPORT).then(COMPLAINT)
    assert given(MESSAGE, REGISTERED, DELIVERED, COMPLAINT, WITHDRAWN).state.status == "delivered"


def nobody_holds_back_what_was_handed_over() -> None:
    """The provider has it; the filter comes too late."""
    refusal = {"scope": "default", "causes": ("manual",), "suppressed_by": None, "at": AT_REGISTRATION}
    given(MESSAGE, REGISTERED, SUBMITTED).when(withhold, **refusal).then_nothing()


def a_complaint_is_lifted_by_two_people_and_the_recipient() -> None:
    """The error says what is missing, for programs too."""
    entry = given(FILTER_ENTRY, COMPLAINT_SUPPRESSED, CONSENTED, REMOVAL_REQUESTED)
    alone = {"request_id": REMOVAL_REQUESTED.request_id, "by": REMOVAL_REQUESTED.by, "at": LATER}
    refused = entry.when(approve, **alone).then_refused(LiftRefused)
    assert refused.missing == ("second_person",)


RULES = (
    a_bounce_may_follow_a_delivery,
    the_order_of_arrival_does_not_matter,
    repeating_a_report_adds_nothing,
    a_withdrawn_complaint_is_a_delivered_message_again,
    nobody_holds_back_what_was_handed_over,
    a_complaint_is_lifted_by_two_people_and_the_recipient,
)


def main() -> None:
    """Check every rule, and that nothing of a database was loaded for it."""
    for rule in RULES:
        rule()
        print("✓", rule.__name__.replace("_", " "))
    loaded = [module for module in ("sqlite3", "eventsourcing", "sqlite_utils") if module in sys.modules]
    print("database modules loaded:", ", ".join(loaded) or "none")


if __name__ == "__main__":
    main()
