"""What is particular to SparkPost: kinds of mail, mailing lists, subaccounts, Compliance, late searches."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.application.suppression_lists import Addition, Removal, Removed, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidInput, ProviderRefused, ProviderUnavailable
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.sparkpost import SparkPost
from tests.outbound.imitations.vendor import ADA, LISTED, Asked, Opener, Told, serving

GRACE = "grace@example.net"
BOTH = ("transactional", "non_transactional")


@pytest.fixture
def vendor() -> Iterator[SparkPost]:
    with serving(SparkPost()) as vendor:
        yield vendor


def methods(vendor: SparkPost) -> list[str]:
    return [each.method for each in vendor.asked if each.method != "GET"]


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("Bounce Rule", Cause.HARD_BOUNCE),
        ("Spam Complaint", Cause.COMPLAINT),
        ("List Unsubscribe", Cause.UNSUBSCRIBE),
        ("Unsubscribe Link", Cause.UNSUBSCRIBE),
        ("Manually Added", Cause.MANUAL),
        ("Compliance", Cause.PROVIDER_LIST),
        ("Of Tomorrow", Cause.PROVIDER_LIST),
    ],
)
def test_each_source_has_its_cause(
    lists: SuppressionList, vendor: SparkPost, source: str, cause: Cause
) -> None:
    vendor.put_on(0, ADA, source, "transactional")
    assert [(each.cause, each.removable) for each in lists.entries()] == [(cause, source != "Compliance")]


def test_an_entry_is_for_a_kind_of_mail_and_perhaps_for_one_mailing_list(
    lists: SuppressionList, vendor: SparkPost
) -> None:
    for kind in BOTH:
        vendor.put_on(0, ADA, "Bounce Rule", kind)
    vendor.put_on(0, ADA, "List Unsubscribe", "non_transactional", list_id="jobs-weekly")
    assert [each.list_name for each in lists.find(ADA)] == [*BOTH, "non_transactional/jobs-weekly"]


def test_only_a_bounce_has_words_of_a_server(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.put_on(0, ADA, "Bounce Rule", "transactional", description="550: 550 - No such user")
    vendor.put_on(0, GRACE, "Manually Added", "transactional", description="by Grace herself")
    assert [each.words for each in lists.entries()] == ["550: 550 - No such user", None]


@pytest.mark.parametrize("cause", Cause)
def test_an_address_is_added_for_both_kinds_of_mail(
    lists: SuppressionList, vendor: SparkPost, cause: Cause
) -> None:
    assert lists.add(ADA, cause) is Addition.ADDED
    assert {(each.list_name, each.cause) for each in lists.find(ADA)} == {
        (kind, Cause.MANUAL) for kind in BOTH
    }
    assert {each["recipient"] for each in vendor.lists[0]} == {ADA.lower()}


def test_an_entry_that_is_there_stays_as_it_is(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.put_on(0, ADA, "Bounce Rule", "transactional")
    vendor.put_on(0, ADA, "List Unsubscribe", "non_transactional", list_id="jobs-weekly")
    before = list(vendor.lists[0])
    lists.add(ADA, Cause.COMPLAINT)
    assert vendor.lists[0][:2] == before
    assert [each.list_name for each in lists.find(ADA) if each.cause is Cause.MANUAL] == ["non_transactional"]
    assert methods(vendor) == ["PUT"]


def test_what_compliance_put_there_is_not_changed(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.put_on(0, ADA, "Compliance", "non_transactional")
    assert lists.add(ADA, Cause.COMPLAINT) is Addition.ADDED
    assert methods(vendor) == []


def test_a_removal_takes_off_all_entries_of_an_address(lists: SuppressionList, vendor: SparkPost) -> None:
    for address in (ADA, GRACE):
        vendor.put_on(0, address, "Bounce Rule", "transactional")
        vendor.put_on(0, address, "List Unsubscribe", "non_transactional", list_id="jobs-weekly")
    assert lists.remove(ADA) == Removal(Removed.CONFIRMED)
    assert [each["recipient"] for each in vendor.lists[0]] == [GRACE, GRACE]
    assert all(each.body == b"" and each.query == {} for each in vendor.asked if each.method == "DELETE")


def test_where_compliance_put_one_all_entries_stay(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.put_on(0, ADA, "Bounce Rule", "transactional")
    vendor.put_on(0, ADA, "Compliance", "non_transactional")
    assert lists.remove(ADA) == Removal(Removed.REFUSED, "compliance")
    assert (len(vendor.lists[0]), methods(vendor)) == (2, [])


def test_compliance_may_come_in_between(lists: SuppressionList, vendor: SparkPost) -> None:
    address = ADA.lower()
    vendor.put(address)

    def deletes_and_lists(asked: Asked) -> Told:
        told = vendor.answer(asked)
        vendor.put_on(0, address, "Compliance", "transactional")
        return told

    vendor.faults += [vendor.answer, deletes_and_lists]
    assert lists.remove(address) == Removal(Removed.REFUSED, "compliance")


def test_a_subaccount_has_a_list_of_its_own(opened: Opener, vendor: SparkPost) -> None:
    vendor.put_on(0, ADA, "Bounce Rule", "transactional")
    vendor.put_on(7, GRACE, "Bounce Rule", "transactional")
    lists = opened(subaccount=7)
    assert [each.address for each in lists.entries()] == [GRACE]
    assert lists.find(ADA) == ()
    lists.add(ADA, Cause.MANUAL)
    lists.remove(GRACE)
    assert [each["recipient"] for each in vendor.lists[7]] == [ADA.lower(), ADA.lower()]
    assert [each["recipient"] for each in vendor.lists[0]] == [ADA]
    assert {each.headers["x-msys-subaccount"] for each in vendor.asked} == {"7"}


def test_the_accounts_own_list_is_named_in_searches_alone(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.put_on(7, ADA, "Bounce Rule", "transactional")
    assert (list(lists.entries()), lists.find(ADA)) == ([], ())
    lists.add(ADA, Cause.MANUAL)
    lists.remove(ADA)
    assert {(each.method, each.headers.get("x-msys-subaccount")) for each in vendor.asked} == {
        ("GET", "0"),
        ("PUT", None),
        ("DELETE", None),
    }


def test_a_removal_that_the_search_does_not_show_yet_is_pending(opened: Opener, vendor: SparkPost) -> None:
    vendor.put(ADA)
    vendor.settle()
    lists = opened(subaccount=None)
    assert lists.remove(ADA) == Removal(Removed.PENDING)
    assert (lists.find(ADA) != (), vendor.has(ADA)) == (True, False)
    vendor.settle()
    assert (lists.find(ADA), lists.remove(ADA)) == ((), Removal(Removed.CONFIRMED))
    assert all("x-msys-subaccount" not in each.headers for each in vendor.asked)


def test_a_moment_is_compared_with_the_last_change(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.put(ADA, at=LISTED - timedelta(days=9))
    vendor.lists[0][0]["updated"] = LISTED.isoformat()
    assert [each.address for each in lists.entries(since=LISTED)] == [ADA]
    assert list(lists.entries(since=LISTED + timedelta(seconds=1))) == []
    assert vendor.asked[0].query["from"] == "2026-03-02T09:00:00+0000"


def page(address: str, href: str) -> Told:
    entry = {"recipient": address, "type": "transactional"}
    return Told(200, {"results": [entry], "links": [{"href": href, "rel": "next"}]})


def test_a_cursor_may_be_the_same_for_all_pages(lists: SuppressionList, vendor: SparkPost) -> None:
    end = Told(200, {"results": [], "links": []})
    vendor.faults += [page(ADA, "/?cursor=a%2F%2B%3D"), page(GRACE, "/?cursor=a%2F%2B%3D"), end]
    assert [each.address for each in lists.entries()] == [ADA, GRACE]
    assert [each.query["cursor"] for each in vendor.asked] == ["initial", "a/+=", "a/+="]


def test_the_same_page_again_is_an_error(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.faults += 3 * [page(ADA, "/?cursor=cursor%2F%2B%3D0")]
    with pytest.raises(ProviderUnavailable):
        list(lists.entries())


def test_a_link_that_is_none_is_an_error(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.always = page(ADA, "https://[::1/?cursor=next")
    with pytest.raises(ProviderUnavailable):
        list(lists.entries())


def test_a_link_leads_to_no_other_place(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.faults.append(page(ADA, "https://api.example.org/elsewhere?cursor=cursor%2F%2B%3D0"))
    assert [each.address for each in lists.entries()] == [ADA]
    assert {each.path for each in vendor.asked} == {("api", "v1", "suppression-list")}


def test_a_404_of_another_place_is_no_list_without_the_address(opened: Opener, vendor: SparkPost) -> None:
    lists = opened(base_url=f"{vendor.url}/elsewhere")
    for call in (lists.find, lists.remove, lambda address: lists.add(address, Cause.COMPLAINT)):
        with pytest.raises(ProviderRefused, match="it answers 404"):
            call(ADA)


def test_somebody_elses_entry_is_not_taken_for_the_address(lists: SuppressionList, vendor: SparkPost) -> None:
    vendor.always = page(GRACE, "")
    assert lists.find(ADA) == ()


@pytest.mark.parametrize(
    "address", ["a+b@example.org", "summary/../x@example.org", "50%25?type=all#@example.org"]
)
def test_an_odd_local_part_is_one_segment(lists: SuppressionList, vendor: SparkPost, address: str) -> None:
    vendor.put(address)
    vendor.put(GRACE)
    assert [each.address for each in lists.find(address)] == [address]
    lists.remove(address)
    assert (vendor.has(address), vendor.has(GRACE)) == (False, True)


def test_what_is_no_address_is_never_asked_about(lists: SuppressionList, vendor: SparkPost) -> None:
    for call in (lists.find, lists.remove, lambda address: lists.add(address, Cause.COMPLAINT)):
        with pytest.raises(InvalidInput):
            call("summary")
    assert vendor.asked == []


@pytest.mark.parametrize(
    ("region", "url"), [("us", "https://api.sparkpost.com"), ("eu", "https://api.eu.sparkpost.com")]
)
def test_each_region_has_its_own_place(region: str, url: str) -> None:
    lists: Any = suppression_lists.get("sparkpost", "main", SparkPost.SECRETS, region=region)
    assert lists.url() == url
    lists.close()
