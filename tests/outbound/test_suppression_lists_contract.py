"""What every adapter to a provider's suppression lists does, against a server that imitates the provider."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from deliveryledger.application.suppression_lists import Addition, Removed, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidInput, ProviderRefused
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.vendor import ADA, LISTED, NOW, Asked, Vendor

HOSTILE = (
    "a/../../b@example.org",
    "../bounces",
    "ada@example.org/../x",
    "ada\r\nX-Evil: 1@example.org",
    "ada?type=all#x@example.org",
    "ada%2F..%2F@example.org",
    "ådå@exämple.org",
    "ada+tag&b=c@example.org",
    "*@example.org",
)


def test_says_of_whom_it_is(lists: SuppressionList, vendor: Vendor) -> None:
    assert (lists.provider, lists.account) == (vendor.SLUG, "main")


def test_lists_nothing_where_there_is_nothing(lists: SuppressionList) -> None:
    assert list(lists.entries()) == []


def test_lists_every_entry_as_the_provider_spells_it(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.put(ADA)
    vendor.put("grace@example.net", Cause.COMPLAINT, LISTED + timedelta(days=1))
    found = {(each.address, each.cause): each for each in lists.entries()}
    assert set(found) == {(ADA, Cause.HARD_BOUNCE), ("grace@example.net", Cause.COMPLAINT)}
    assert {each.listed_at for each in found.values()} <= {LISTED, LISTED + timedelta(days=1), None}
    assert all(each.list_name for each in found.values())


def test_lists_more_than_a_page(lists: SuppressionList, vendor: Vendor) -> None:
    count = 25 if vendor.PAGE is None else 2 * vendor.PAGE + 1
    put = {f"ada{number}@example.org" for number in range(count)}
    for address in put:
        vendor.put(address)
    found = [each.address for each in lists.entries()]
    assert (len(found), set(found)) == (count, put)


def test_lists_exactly_full_pages(lists: SuppressionList, vendor: Vendor) -> None:
    count = 10 if vendor.PAGE is None else 2 * vendor.PAGE
    for number in range(count):
        vendor.put(f"ada{number}@example.org")
    assert len(list(lists.entries())) == count


def test_lists_what_came_since(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.put("old@example.org", at=LISTED - timedelta(days=30))
    vendor.put(ADA)
    found = {each.address for each in lists.entries(since=LISTED - timedelta(hours=1))}
    assert found == ({ADA} if vendor.CAN_SAY_SINCE else {ADA, "old@example.org"})


@pytest.mark.parametrize("listed", [ADA, ADA.lower(), "ada.LOVELACE@example.org"])
@pytest.mark.parametrize("asked", [ADA, ADA.lower(), ADA.upper()])
def test_finds_an_address_in_any_spelling(
    lists: SuppressionList, vendor: Vendor, listed: str, asked: str
) -> None:
    vendor.put("grace@example.net")
    vendor.put(listed)
    assert [each.address for each in lists.find(asked)] == [listed]


def test_finds_nothing_of_an_address_that_is_on_no_list(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.put("grace@example.net")
    assert lists.find(ADA) == ()


@pytest.mark.parametrize("listed", [ADA, ADA.lower()])
@pytest.mark.parametrize("asked", [ADA, ADA.lower(), ADA.upper()])
def test_removes_an_address_twice_as_once(
    lists: SuppressionList, vendor: Vendor, listed: str, asked: str
) -> None:
    assert lists.remove(asked).outcome is Removed.CONFIRMED
    vendor.put("grace@example.net")
    vendor.put(listed, at=NOW)
    removal = lists.remove(asked)
    assert removal.outcome is (Removed.PENDING if vendor.IS_EVENTUAL else Removed.CONFIRMED)
    vendor.settle()
    assert not vendor.has(ADA)
    assert lists.find(ADA) == ()
    assert lists.remove(asked).outcome is Removed.CONFIRMED
    assert vendor.has("grace@example.net")


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_reaches_no_other_resource(
    lists: SuppressionList, vendor: Vendor, address: str
) -> None:
    vendor.put(ADA)
    asked = _asked_with(lists, vendor, "plain@example.org")
    for each in (lists.find, lists.remove, *(_adding(lists, cause) for cause in Cause)):
        try:
            each(address)
        except (InvalidInput, ProviderRefused):
            continue
    paths = {(each.method, len(each.path)) for each in vendor.asked}
    assert paths <= asked
    assert all("x-evil" not in each.headers for each in vendor.asked)
    assert all(each.target.isascii() and ".." not in each.path for each in vendor.asked)
    assert vendor.has(ADA)
    assert vendor.denials == 0


def _adding(lists: SuppressionList, cause: Cause) -> Callable[[str], Addition]:
    return lambda address: lists.add(address, cause)


def _asked_with(lists: SuppressionList, vendor: Vendor, address: str) -> set[tuple[str, int]]:
    """Methods and numbers of segments that a harmless address leads to, on no list and on one."""
    lists.find(address)
    vendor.put(address)
    lists.find(address)
    lists.remove(address)
    for cause in Cause:
        lists.add(address, cause)
    asked: list[Asked] = vendor.asked.copy()
    vendor.asked.clear()
    return {(each.method, len(each.path)) for each in asked}


@pytest.mark.parametrize("address", ["", " ", ".", ".."])
def test_what_would_name_another_resource_is_never_asked(
    lists: SuppressionList, vendor: Vendor, address: str
) -> None:
    vendor.put(ADA)
    for each in (lists.find, lists.remove):
        with pytest.raises(InvalidInput):
            each(address)
    assert vendor.asked == []


def test_nothing_that_is_printed_has_a_credential_in_it(lists: SuppressionList, vendor: Vendor) -> None:
    secrets = suppression_lists._kind(vendor.SLUG).Secrets.model_validate(dict(vendor.SECRETS))
    for secret in vendor.SECRETS.values():
        assert secret not in repr(lists) + repr(vars(lists)) + repr(vars(lists._api)) + repr(secrets)


def test_closes_twice(lists: SuppressionList) -> None:
    lists.find(ADA)
    lists.close()
    lists.close()
