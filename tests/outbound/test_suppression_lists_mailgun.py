"""What is particular to Mailgun: lists of each domain, tags, pages by URL, dates that are none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deliveryledger.application.suppression_lists import Addition, Removed, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidInput, ProviderRefused, ProviderUnavailable
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.mailgun import Mailgun
from tests.outbound.imitations.vendor import ADA, LISTED, Opener, Told, serving

GRACE = "grace@example.net"
MG, JOBS = "mg.example.com", "jobs.example.com"
ODD = ("a+b@example.org", "a&page=first@example.org", "50%25@example.org", "who?#me/you@example.org")


class SmallPages(Mailgun):
    PAGE = 2


@pytest.fixture
def vendor() -> Iterator[Mailgun]:
    with serving(Mailgun()) as vendor:
        yield vendor


def where(vendor: Mailgun, address: str = ADA) -> set[tuple[str, str]]:
    """Domains and lists that have the address."""
    return {place for place, entries in vendor.lists.items() if address.lower() in entries}


def test_every_list_of_every_domain_is_listed_with_its_cause(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put_on(MG, "bounces", {"address": ADA})
    vendor.put_on(JOBS, "bounces", {"address": ADA})
    vendor.put_on(JOBS, "complaints", {"address": GRACE})
    vendor.put_on(MG, "unsubscribes", {"address": GRACE})
    assert {(each.address, each.list_name, each.cause) for each in lists.entries()} == {
        (ADA, f"{MG}/bounces", Cause.HARD_BOUNCE),
        (ADA, f"{JOBS}/bounces", Cause.HARD_BOUNCE),
        (GRACE, f"{JOBS}/complaints", Cause.COMPLAINT),
        (GRACE, f"{MG}/unsubscribes", Cause.UNSUBSCRIBE),
    }
    assert [each.list_name for each in lists.find(GRACE)] == [f"{MG}/unsubscribes", f"{JOBS}/complaints"]


@pytest.mark.parametrize(
    ("cause", "name"),
    [
        (Cause.HARD_BOUNCE, "bounces"),
        (Cause.COMPLAINT, "complaints"),
        (Cause.UNSUBSCRIBE, "unsubscribes"),
    ],
)
def test_an_address_is_added_to_the_list_of_that_cause_of_every_domain(
    lists: SuppressionList, vendor: Mailgun, cause: Cause, name: str
) -> None:
    assert lists.add(ADA, cause) is Addition.ADDED
    assert where(vendor) == {(MG, name), (JOBS, name)}
    assert [each.cause for each in lists.find(ADA)] == [cause, cause]


def test_what_has_no_list_is_not_asked_about(lists: SuppressionList, vendor: Mailgun) -> None:
    for cause in (Cause.MANUAL, Cause.ESCALATION, Cause.PROVIDER_LIST):
        assert lists.add(ADA, cause) is Addition.NOT_POSSIBLE
    assert vendor.asked == []


def test_an_entry_that_is_there_stays_as_it_is(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put_on(MG, "bounces", {"address": ADA, "error": "550 5.1.1 unknown"}, LISTED)
    before = dict(vendor.lists[MG, "bounces"])
    lists.add(ADA, Cause.HARD_BOUNCE)
    assert vendor.lists[MG, "bounces"] == before
    assert where(vendor) == {(MG, "bounces"), (JOBS, "bounces")}


def test_a_removal_is_from_every_list_of_every_domain(lists: SuppressionList, vendor: Mailgun) -> None:
    for domain, name in vendor.lists:
        for address in (ADA, GRACE):
            vendor.put_on(domain, name, {"address": address})
    assert lists.remove(ADA).outcome is Removed.CONFIRMED
    assert where(vendor) == set()
    assert where(vendor, GRACE) == set(vendor.lists)
    assert {len(each.path) for each in vendor.asked if each.method == "DELETE"} == {4}


def test_an_unsubscription_from_a_tag_is_left_out_and_left_alone(
    lists: SuppressionList, vendor: Mailgun
) -> None:
    vendor.put_on(MG, "unsubscribes", {"address": ADA, "tags": ["newsletter"]})
    assert list(lists.entries()) == []
    assert lists.find(ADA) == ()
    assert lists.remove(ADA).outcome is Removed.CONFIRMED
    assert vendor.lists[MG, "unsubscribes"][ADA.lower()]["tags"] == ["newsletter"]


def test_a_removal_leaves_what_was_said_of_a_tag(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put_on(MG, "unsubscribes", {"address": ADA, "tags": ["*", "newsletter"]})
    assert [each.cause for each in lists.find(ADA)] == [Cause.UNSUBSCRIBE]
    assert lists.remove(ADA).outcome is Removed.CONFIRMED
    assert vendor.lists[MG, "unsubscribes"][ADA.lower()]["tags"] == ["newsletter"]


def test_an_addition_keeps_what_was_said_of_a_tag(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put_on(MG, "unsubscribes", {"address": ADA, "tags": ["newsletter"]})
    lists.add(ADA, Cause.UNSUBSCRIBE)
    assert vendor.lists[MG, "unsubscribes"][ADA.lower()]["tags"] == ["*", "newsletter"]
    assert vendor.lists[JOBS, "unsubscribes"][ADA.lower()]["tags"] == ["*"]


def test_an_unsubscription_without_tags_is_one_from_all_mail(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put_on(MG, "unsubscribes", {"address": ADA, "tags": []})
    assert [each.cause for each in lists.find(ADA)] == [Cause.UNSUBSCRIBE]
    lists.remove(ADA)
    assert where(vendor) == set()


def test_only_a_bounce_has_words(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put_on(MG, "bounces", {"address": ADA, "error": "550 5.1.1 No such user"})
    vendor.put_on(MG, "complaints", {"address": GRACE})
    vendor.put_on(JOBS, "bounces", {"address": GRACE})
    assert [each.words for each in lists.entries()] == ["550 5.1.1 No such user", None, None]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Fri, 18 Oct 2024 18:28:14 UTC", datetime(2024, 10, 18, 18, 28, 14, tzinfo=UTC)),
        ("Fri, 18 Oct 2024 20:28:14 +0200", datetime(2024, 10, 18, 18, 28, 14, tzinfo=UTC)),
        ("Mon, 01 Jan 0001 00:00:00 UTC", None),
        ("yesterday", None),
        ("Fri, 99 Oct 2024 18:28:14 UTC", None),
        (None, None),
    ],
)
def test_a_date_may_be_none(
    lists: SuppressionList, vendor: Mailgun, text: str | None, moment: datetime | None
) -> None:
    vendor.put_on(MG, "complaints", {"address": ADA, "created_at": text})
    assert [each.listed_at for each in lists.entries()] == [moment]


def test_the_lists_are_read_whole_whatever_the_moment(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.put(ADA)
    assert [each.address for each in lists.entries(since=LISTED + timedelta(days=1))] == [ADA]
    assert all(set(each.query) <= {"limit", "page", "address"} for each in vendor.asked)


def test_pages_go_by_the_url_in_the_answer_whatever_is_in_an_address(naps: list[float]) -> None:
    with serving(SmallPages()) as vendor:
        for address in (*ODD, GRACE):
            vendor.put(address)
        lists = suppression_lists.get(
            "mailgun", "main", vendor.SECRETS, base_url=vendor.url, domains=[MG], sleep=naps.append
        )
        assert sorted(each.address for each in lists.entries()) == sorted((*ODD, GRACE))
        lists.close()


@pytest.mark.parametrize("address", ODD)
def test_an_odd_local_part_is_one_segment(lists: SuppressionList, vendor: Mailgun, address: str) -> None:
    vendor.put(address)
    vendor.put(GRACE)
    assert [each.address for each in lists.find(address)] == [address]
    lists.remove(address)
    assert (where(vendor, address), where(vendor, GRACE)) == (set(), {(MG, "bounces")})


def page(*addresses: str, **paging: str) -> dict[str, Any]:
    return {"items": [{"address": each} for each in addresses], "paging": paging}


def test_a_last_page_that_leads_to_itself_is_the_last(opened: Opener, vendor: Mailgun) -> None:
    url = f"{vendor.url}/v3/{MG}/bounces?page=last"
    vendor.faults += [Told(200, page(ADA, next=url, last=url)), Told(200, page(ADA, next=url, last=url))]
    assert [each.address for each in opened(domains=[MG]).entries()] == [ADA]


def test_the_same_page_again_is_an_error(opened: Opener, vendor: Mailgun) -> None:
    vendor.faults += 3 * [Told(200, page(ADA, next=f"{vendor.url}/v3/{MG}/bounces?page=next"))]
    with pytest.raises(ProviderUnavailable):
        list(opened(domains=[MG]).entries())


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.org/v3/mg.example.com/bounces?page=next",
        "{base}/v3/jobs.example.com/bounces?page=next",
        "{base}/v3/mg.example.com/complaints?page=next",
        "{base}",
        "https://[::1/v3/mg.example.com/bounces",
        "",
    ],
)
def test_a_next_page_in_another_place_is_not_asked_for(opened: Opener, vendor: Mailgun, url: str) -> None:
    vendor.faults.append(Told(200, page(ADA, next=url.format(base=vendor.url))))
    with pytest.raises(ProviderUnavailable):
        list(opened(domains=[MG]).entries())
    assert len(vendor.asked) == 1


def test_a_domain_that_is_not_there_is_no_list_without_the_address(opened: Opener, vendor: Mailgun) -> None:
    lists = opened(domains=[MG, "gone.example.com"])
    for call in (lists.find, lists.remove, lambda address: lists.add(address, Cause.COMPLAINT)):
        with pytest.raises(ProviderRefused, match="it answers 404"):
            call(ADA)


def test_that_a_domain_is_there_is_asked_once(opened: Opener, vendor: Mailgun) -> None:
    lists = opened(domains=[MG])
    assert (lists.find(ADA), lists.find(GRACE)) == ((), ())
    assert [each.path[-1] for each in vendor.asked if len(each.path) == 3] == ["unsubscribes"]


def test_somebody_elses_entry_is_not_taken_for_the_address(lists: SuppressionList, vendor: Mailgun) -> None:
    vendor.always = Told(200, {"address": GRACE, "created_at": None})
    assert lists.find(ADA) == ()


@pytest.mark.parametrize(
    ("region", "url"), [("us", "https://api.mailgun.net"), ("eu", "https://api.eu.mailgun.net")]
)
def test_each_region_has_its_own_place(region: str, url: str) -> None:
    lists: Any = suppression_lists.get("mailgun", "main", Mailgun.SECRETS, domains=[MG], region=region)
    assert lists.url() == url
    lists.close()


@pytest.mark.parametrize("domains", [None, [], [""], [".."], ["mg.example.com/../x"], ["mg example.com"]])
def test_domains_are_needed_and_are_domains(domains: Any) -> None:
    with pytest.raises(InvalidInput, match="domains"):
        suppression_lists.get(
            "mailgun", "main", Mailgun.SECRETS, **({} if domains is None else {"domains": domains})
        )
