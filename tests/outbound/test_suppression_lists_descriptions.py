"""What an imitation is said to have, to take and to refuse is what the adapter of that provider does."""

import pytest

from deliveryledger.application.suppression_lists import Addition, Removal, Removed, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.every import IMITATIONS, those
from tests.outbound.imitations.vendor import ADA, Vendor

_SLUGS_CAUSES = [(slug, cause) for slug in IMITATIONS for cause in Cause]
HELD = [(slug, cause) for slug, cause in _SLUGS_CAUSES if cause in IMITATIONS[slug].HELD]
ADDABLE = [(slug, cause) for slug, cause in _SLUGS_CAUSES if cause in IMITATIONS[slug].ADDABLE]
NOT_ADDABLE = [(slug, cause) for slug, cause in _SLUGS_CAUSES if cause in IMITATIONS[slug].NOT_ADDABLE]
REFUSED = [(slug, *kind.REFUSES) for slug, kind in IMITATIONS.items() if kind.REFUSES]
REMOVABLE = [(slug, cause) for slug, cause in HELD if (slug, cause) not in [each[:2] for each in REFUSED]]
EVENTUAL = those(lambda kind: kind.IS_EVENTUAL)
PROMPT = those(lambda kind: not kind.IS_EVENTUAL)


def test_every_adapter_is_described() -> None:
    assert tuple(IMITATIONS) == suppression_lists.names()


@pytest.mark.parametrize("kind", IMITATIONS.values(), ids=IMITATIONS)
def test_a_description_says_of_each_cause_whether_it_can_be_added(kind: type[Vendor]) -> None:
    assert sorted((*kind.ADDABLE, *kind.NOT_ADDABLE)) == sorted(Cause)


@pytest.mark.parametrize("kind", IMITATIONS.values(), ids=IMITATIONS)
def test_a_description_refuses_only_what_is_held(kind: type[Vendor]) -> None:
    assert kind.HELD
    assert kind.REFUSES is None or kind.REFUSES[0] in kind.HELD


@pytest.mark.parametrize(("vendor", "cause"), HELD, indirect=["vendor"])
def test_what_is_held_comes_with_its_cause(lists: SuppressionList, vendor: Vendor, cause: Cause) -> None:
    vendor.put(ADA, cause)
    assert [each.cause for each in lists.entries()] == [cause]
    assert [each.cause for each in lists.find(ADA)] == [cause]


@pytest.mark.parametrize(("vendor", "cause"), ADDABLE, indirect=["vendor"])
def test_an_address_is_added_twice_as_once(lists: SuppressionList, vendor: Vendor, cause: Cause) -> None:
    for _ in range(2):
        assert lists.add(ADA, cause) is Addition.ADDED
        vendor.settle()
    assert vendor.has(ADA)
    found = lists.find(ADA)
    assert found
    assert len({each.list_name for each in found}) == len(found)


@pytest.mark.parametrize(("vendor", "cause"), NOT_ADDABLE, indirect=["vendor"])
def test_a_cause_without_a_list_is_not_possible(lists: SuppressionList, vendor: Vendor, cause: Cause) -> None:
    assert lists.add(ADA, cause) is Addition.NOT_POSSIBLE
    vendor.settle()
    assert not vendor.has(ADA)
    assert vendor.asked == []


@pytest.mark.parametrize(("vendor", "cause"), REMOVABLE, indirect=["vendor"])
def test_what_is_not_refused_comes_off(lists: SuppressionList, vendor: Vendor, cause: Cause) -> None:
    vendor.put(ADA, cause)
    vendor.put("grace@example.net", cause)
    assert all(each.removable for each in lists.find(ADA))
    assert lists.remove(ADA).outcome is not Removed.REFUSED
    vendor.settle()
    assert (vendor.has(ADA), vendor.has("grace@example.net")) == (False, True)


@pytest.mark.parametrize("vendor", IMITATIONS, indirect=True)
def test_every_entry_of_an_address_comes_off(lists: SuppressionList, vendor: Vendor) -> None:
    for cause in vendor.HELD:
        if (vendor.SLUG, cause) in REMOVABLE:
            vendor.put(ADA, cause)
    lists.remove(ADA)
    vendor.settle()
    assert not vendor.has(ADA)


@pytest.mark.parametrize(("vendor", "cause", "why"), REFUSED, indirect=["vendor"])
def test_a_removal_that_the_provider_refuses_leaves_everything(
    lists: SuppressionList, vendor: Vendor, cause: Cause, why: str
) -> None:
    vendor.put(ADA, cause)
    assert lists.remove(ADA) == Removal(Removed.REFUSED, why)
    vendor.settle()
    assert vendor.has(ADA)
    assert [each.removable for each in lists.find(ADA)] == [False]


@pytest.mark.parametrize("vendor", EVENTUAL, indirect=True)
def test_a_removal_that_takes_time_is_pending_until_it_is_done(
    lists: SuppressionList, vendor: Vendor
) -> None:
    vendor.put(ADA)
    assert lists.remove(ADA).outcome is Removed.PENDING
    assert lists.find(ADA)
    vendor.settle()
    assert lists.find(ADA) == ()


@pytest.mark.parametrize("vendor", PROMPT, indirect=True)
def test_a_removal_that_takes_no_time_is_done(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.put(ADA)
    assert lists.remove(ADA).outcome is Removed.CONFIRMED
    assert (lists.find(ADA), vendor.has(ADA)) == ((), False)


@pytest.mark.parametrize("vendor", those(lambda kind: kind.PAGE), indirect=True)
def test_a_list_with_pages_is_asked_for_more_often_when_it_is_longer(
    lists: SuppressionList, vendor: Vendor
) -> None:
    of_none = _asked_for_all(lists, vendor, 0)
    assert _asked_for_all(lists, vendor, 2 * (vendor.PAGE or 0) + 1) >= of_none + 2


@pytest.mark.parametrize("vendor", those(lambda kind: not kind.PAGE), indirect=True)
def test_a_list_without_pages_is_asked_for_once(lists: SuppressionList, vendor: Vendor) -> None:
    assert _asked_for_all(lists, vendor, 0) == _asked_for_all(lists, vendor, 2000)


def _asked_for_all(lists: SuppressionList, vendor: Vendor, count: int) -> int:
    """Calls that reading everything takes, when so many more addresses are there."""
    vendor.asked.clear()
    for number in range(count):
        vendor.put(f"ada{number}@example.org")
    assert len(list(lists.entries())) == count
    return len(vendor.asked)
