"""What is particular to Resend: one list of the team, origins, ids beside addresses, pages by ``after``."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.application.suppression_lists import Addition, Removal, Removed, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidInput, ProviderRefused, ProviderUnavailable
from tests.outbound.imitations.resend import Resend
from tests.outbound.imitations.vendor import ADA, LISTED, Opener, Told, serving

GRACE = "grace@example.net"


@pytest.fixture
def vendor() -> Iterator[Resend]:
    with serving(Resend()) as vendor:
        yield vendor


@pytest.mark.parametrize(
    ("origin", "cause"),
    [
        ("bounce", Cause.HARD_BOUNCE),
        ("complaint", Cause.COMPLAINT),
        ("manual", Cause.MANUAL),
        ("of-tomorrow", Cause.PROVIDER_LIST),
    ],
)
def test_each_origin_has_its_cause(lists: SuppressionList, vendor: Resend, origin: str, cause: Cause) -> None:
    vendor.put(ADA)
    vendor.entries[ADA.lower()]["origin"] = origin
    found = [*lists.entries(), *lists.find(ADA)]
    assert [(each.list_name, each.cause, each.listed_at) for each in found] == 2 * [(origin, cause, LISTED)]


@pytest.mark.parametrize("cause", Cause)
def test_what_we_add_is_a_manual_suppression_in_lower_case(
    lists: SuppressionList, vendor: Resend, cause: Cause
) -> None:
    assert lists.add(ADA, cause) is Addition.ADDED
    assert [(each.address, each.cause) for each in lists.entries()] == [(ADA.lower(), Cause.MANUAL)]
    assert vendor.asked[0].json == {"email": ADA.lower()}


def test_an_entry_that_is_there_stays_as_it_is(lists: SuppressionList, vendor: Resend) -> None:
    vendor.put(ADA, Cause.COMPLAINT)
    before = dict(vendor.entries)
    assert lists.add(ADA, Cause.UNSUBSCRIBE) is Addition.ADDED
    assert vendor.entries == before


def test_a_removal_that_deletes_nothing_is_refused(lists: SuppressionList, vendor: Resend) -> None:
    said = {"object": "suppression", "id": "e169aa45-1ecf-4183-9955-b1499d5701d3", "deleted": False}
    vendor.always = Told(200, said)
    assert lists.remove(ADA) == Removal(Removed.REFUSED, "not_removable")


def test_a_complaint_comes_off_as_everything_does(lists: SuppressionList, vendor: Resend) -> None:
    vendor.put(ADA, Cause.COMPLAINT)
    vendor.put(GRACE, Cause.COMPLAINT)
    assert lists.remove(ADA) == Removal(Removed.CONFIRMED)
    assert list(vendor.entries) == [GRACE]


def test_the_list_is_read_whole_whatever_the_moment(lists: SuppressionList, vendor: Resend) -> None:
    vendor.put(ADA)
    assert [each.address for each in lists.entries(since=LISTED + timedelta(days=1))] == [ADA]
    assert [each.query for each in vendor.asked] == [{"limit": "100"}]


def test_a_page_begins_after_the_last_of_the_one_before(lists: SuppressionList, vendor: Resend) -> None:
    for number in range(201):
        vendor.put(f"ada{number}@example.org")
    assert len({each.address for each in lists.entries()}) == 201
    ids = [each["id"] for each in vendor.entries.values()]
    assert [each.query.get("after") for each in vendor.asked] == [None, ids[99], ids[199]]


def test_a_page_that_promises_more_and_has_none_is_an_error(lists: SuppressionList, vendor: Resend) -> None:
    vendor.faults += 3 * [Told(200, {"object": "list", "has_more": True, "data": []})]
    with pytest.raises(ProviderUnavailable):
        list(lists.entries())


def test_the_same_page_again_is_an_error(lists: SuppressionList, vendor: Resend) -> None:
    vendor.put(ADA)
    vendor.faults += 3 * [Told(200, {"object": "list", "has_more": True, "data": [*vendor.entries.values()]})]
    with pytest.raises(ProviderUnavailable):
        list(lists.entries())
    assert len(vendor.asked) == 2


@pytest.mark.parametrize("which", ["batch", "e169aa45-1ecf-4183-9955-b1499d5701d3"])
def test_what_may_be_the_id_of_another_entry_is_never_asked_about(
    lists: SuppressionList, vendor: Resend, which: str
) -> None:
    for call in (lists.find, lists.remove, lambda address: lists.add(address, Cause.MANUAL)):
        with pytest.raises(InvalidInput):
            call(which)
    assert vendor.asked == []


def test_somebody_elses_entry_is_not_taken_for_the_address(lists: SuppressionList, vendor: Resend) -> None:
    vendor.put(GRACE)
    vendor.always = Told(200, vendor.entries[GRACE])
    assert lists.find(ADA) == ()


def test_an_address_is_asked_for_as_it_is_typed_and_in_lower_case(
    lists: SuppressionList, vendor: Resend
) -> None:
    lists.remove(ADA)
    deleted = [each.path[-1] for each in vendor.asked if each.method == "DELETE"]
    assert deleted == [ADA, ADA.lower()]


def test_a_404_of_another_place_is_no_list_without_the_address(opened: Opener, vendor: Resend) -> None:
    lists = opened(base_url=f"{vendor.url}/elsewhere")
    for call in (lists.find, lists.remove):
        with pytest.raises(ProviderRefused, match="it answers 404"):
            call(ADA)


def test_that_the_list_is_there_is_asked_once(lists: SuppressionList, vendor: Resend) -> None:
    for address in (ADA, GRACE):
        assert lists.find(address) == ()
        assert lists.remove(address) == Removal(Removed.CONFIRMED)
    assert [each.query for each in vendor.asked if each.path == ("suppressions",)] == [{"limit": "1"}]


def test_a_key_for_sending_only_is_refused(lists: SuppressionList, vendor: Resend, naps: list[float]) -> None:
    said = {"statusCode": 401, "name": "restricted_api_key", "message": "restricted to only send emails"}
    vendor.always = Told(401, said)
    with pytest.raises(ProviderRefused, match="check the secrets and what they are allowed to do"):
        lists.find(ADA)
    assert naps == []


def test_two_calls_a_second_are_kept_to_when_it_says_so(
    lists: SuppressionList, vendor: Resend, naps: list[float]
) -> None:
    limits = (("ratelimit-limit", "2"), ("ratelimit-reset", "1"), ("retry-after", "3"))
    vendor.faults.append(Told(429, {"name": "rate_limit_exceeded"}, limits))
    assert lists.find(ADA) == ()
    assert naps == [3.0]


@pytest.mark.parametrize("address", ["a+b@example.org", "batch/remove@example.org", "50%25?x=1#@example.org"])
def test_an_odd_local_part_is_one_segment(lists: SuppressionList, vendor: Resend, address: str) -> None:
    vendor.put(address)
    vendor.put(GRACE)
    assert [each.address for each in lists.find(address)] == [address]
    assert lists.remove(address) == Removal(Removed.CONFIRMED)
    assert list(vendor.entries) == [GRACE]


def test_it_takes_no_setting_of_its_own(opened: Opener) -> None:
    settings: dict[str, Any] = {"region": "eu"}
    with pytest.raises(InvalidInput):
        opened(**settings)
