"""What is particular to Postmark, Amazon SES and SendGrid."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deliveryledger.application.suppression_lists import Addition, Removed, SuppressionList
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import ProviderRefused, ProviderUnavailable
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.amazon_ses import AmazonSes
from tests.outbound.imitations.postmark import Postmark
from tests.outbound.imitations.sendgrid import SendGrid
from tests.outbound.imitations.vendor import ADA, LISTED, NOW, Told, Vendor, serving

GRACE = "grace@example.net"


@pytest.fixture
def postmark() -> Iterator[Postmark]:
    with serving(Postmark()) as vendor:
        yield vendor


@pytest.fixture
def ses() -> Iterator[AmazonSes]:
    with serving(AmazonSes()) as vendor:
        yield vendor


@pytest.fixture
def sendgrid() -> Iterator[SendGrid]:
    with serving(SendGrid()) as vendor:
        yield vendor


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def of(naps: list[float]) -> Iterator[Any]:
    made: list[SuppressionList] = []

    def of(vendor: Vendor, **settings: Any) -> SuppressionList:
        settings = {**vendor.SETTINGS, "base_url": vendor.url, **settings}
        lists = suppression_lists.get(
            vendor.SLUG, "main", vendor.SECRETS, sleep=naps.append, clock=lambda: NOW, **settings
        )
        made.append(lists)
        return lists

    yield of
    for each in made:
        each.close()


def test_postmark_keeps_an_address_on_all_streams_with_a_complaint_on_one(
    postmark: Postmark, of: Any
) -> None:
    postmark._put("outbound", ADA, "HardBounce", "Recipient", LISTED)
    postmark._put("broadcast", ADA, "SpamComplaint", "Recipient", LISTED)
    removal = of(postmark).remove(ADA)
    assert (removal.outcome, removal.why) == (Removed.REFUSED, "complaint")
    postmark.settle()
    assert all(postmark.streams.values())


def test_postmark_adds_to_and_removes_from_every_stream(postmark: Postmark, of: Any) -> None:
    lists = of(postmark)
    assert lists.add(ADA, Cause.UNSUBSCRIBE) is Addition.ADDED
    postmark.settle()
    assert [each.list_name for each in lists.find(ADA)] == [
        "outbound/ManualSuppression",
        "broadcast/ManualSuppression",
    ]
    assert lists.remove(ADA).outcome is Removed.PENDING
    postmark.settle()
    assert not postmark.has(ADA)


def test_postmark_asks_only_the_streams_it_is_told(postmark: Postmark, of: Any) -> None:
    postmark.streams["jobs/alerts"] = {}
    lists = of(postmark, streams=["jobs/alerts"])
    assert lists.add(ADA, Cause.MANUAL) is Addition.ADDED
    postmark.settle()
    assert [stream for stream, entries in postmark.streams.items() if entries] == ["jobs/alerts"]
    lists.remove(ADA)
    postmark.settle()
    assert not postmark.has(ADA)


def test_postmark_has_an_address_that_complained_and_need_not_add_it(postmark: Postmark, of: Any) -> None:
    postmark.put(ADA, Cause.COMPLAINT)
    lists = of(postmark)
    assert lists.add(ADA, Cause.COMPLAINT) is Addition.ADDED
    assert lists.add("no address", Cause.MANUAL) is Addition.NOT_POSSIBLE
    postmark.settle()
    assert {each.list_name for each in lists.find(ADA)} == {
        "outbound/SpamComplaint",
        "broadcast/ManualSuppression",
    }


def test_postmark_refuses_a_stream_that_is_not_there(postmark: Postmark, of: Any) -> None:
    with pytest.raises(ProviderRefused, match="it answers 422"):
        list(of(postmark, streams=["jobs"]).entries())


def test_postmark_tells_an_unsubscription_from_a_decision_of_ours(postmark: Postmark, of: Any) -> None:
    postmark.put(ADA, Cause.UNSUBSCRIBE)
    postmark.put(GRACE, Cause.MANUAL)
    assert [each.cause for each in of(postmark).entries()] == [Cause.UNSUBSCRIBE, Cause.MANUAL]


def test_postmark_says_of_a_change_that_failed_that_it_failed(postmark: Postmark, of: Any) -> None:
    postmark.put(ADA)
    failed = Told(200, {"Suppressions": [{"EmailAddress": ADA, "Status": "Failed", "Message": "no"}]})
    lists = of(postmark)
    postmark.faults += [lambda asked: postmark.answer(asked), lambda asked: postmark.answer(asked), failed]
    removal = lists.remove(ADA)
    assert (removal.outcome, removal.why) == (Removed.REFUSED, "not_removable")
    postmark.always = Told(200, {"Suppressions": []})
    with pytest.raises(ProviderUnavailable):
        lists.add(ADA, Cause.MANUAL)


def test_postmark_that_does_not_filter_does_not_put_a_whole_list_on_one_address(
    postmark: Postmark, of: Any
) -> None:
    entry = {"EmailAddress": GRACE, "SuppressionReason": "HardBounce", "Origin": "Recipient"}
    postmark.always = Told(200, {"Suppressions": [entry]})
    assert of(postmark).find(ADA) == ()


def test_ses_removes_an_address_in_every_case_it_came_in(ses: AmazonSes, of: Any) -> None:
    for number in range(3 * ses.PAGE):
        ses.put(f"Somebody{number}@example.org")
    for spelling in (ADA, ADA.lower(), ADA.upper(), "ada.Lovelace@example.org"):
        ses.put(spelling)
    lists = of(ses)
    assert len(lists.find(ADA)) == 4
    assert lists.remove(ADA.lower()).outcome is Removed.CONFIRMED
    assert not ses.has(ADA)
    assert len(ses.entries) == 3 * ses.PAGE


def test_ses_reads_its_list_once_and_then_what_is_new(ses: AmazonSes, of: Any) -> None:
    for number in range(3 * ses.PAGE):
        ses.put(f"Somebody{number}@example.org")
    lists = of(ses)
    lists.find(ADA)
    ses.asked.clear()
    ses.put(ADA, at=NOW - timedelta(minutes=1))
    assert [each.address for each in lists.find(GRACE)] == []
    assert [each.address for each in lists.find(ADA.lower())] == [ADA]
    assert len([each for each in ses.asked if len(each.path) == 4]) == 2


def test_ses_reads_no_list_where_that_is_not_wanted(ses: AmazonSes, of: Any) -> None:
    ses.put(ADA.lower())
    assert [each.address for each in of(ses, any_case=False).find(ADA)] == [ADA.lower()]
    assert all(len(each.path) == 5 for each in ses.asked)


def test_ses_keeps_to_the_list_of_its_tenant(ses: AmazonSes, of: Any) -> None:
    ses.put(ADA)
    lists = of(ses, tenant="acme")
    assert (list(lists.entries()), lists.find(ADA)) == ([], ())
    lists.add(ADA, Cause.COMPLAINT)
    assert [each.cause for each in lists.find(ADA)] == [Cause.COMPLAINT]
    lists.remove(ADA)
    assert ses.lists["acme"] == {}
    assert ses.has(ADA)


def test_ses_of_a_tenant_that_is_not_there_is_refused(ses: AmazonSes, of: Any) -> None:
    with pytest.raises(ProviderRefused):
        of(ses, tenant="nobody").remove(ADA)


def test_ses_throttles_with_400_too(ses: AmazonSes, of: Any, naps: list[float]) -> None:
    ses.faults.append(Told(400, {"message": "Rate"}, (("x-amzn-errortype", "ThrottlingException:http://x"),)))
    assert list(of(ses).entries()) == []
    assert naps == [1.0]


def test_ses_that_gives_the_same_page_for_ever_is_left(ses: AmazonSes, of: Any) -> None:
    ses.always = Told(200, {"SuppressedDestinationSummaries": [], "NextToken": "again"})
    with pytest.raises(ProviderUnavailable):
        list(of(ses).entries())


def test_ses_that_gives_a_token_that_fits_in_no_url_is_left(ses: AmazonSes, of: Any) -> None:
    ses.always = Told(200, {"SuppressedDestinationSummaries": [], "NextToken": 70_000 * "a"})
    with pytest.raises(ProviderUnavailable):
        list(of(ses).entries())


def test_sendgrid_never_touches_blocks_and_deletes_nobody_else(sendgrid: SendGrid, of: Any) -> None:
    sendgrid.lists["blocks"][ADA.lower()] = {"created": 1, "email": ADA}
    for cause in (Cause.HARD_BOUNCE, Cause.COMPLAINT, Cause.UNSUBSCRIBE, Cause.PROVIDER_LIST):
        sendgrid.put(ADA, cause)
        sendgrid.put(GRACE, cause)
    lists = of(sendgrid)
    assert {each.list_name for each in lists.find(ADA)} == {
        "bounces",
        "invalid_emails",
        "spam_reports",
        "global_unsubscribes",
    }
    assert lists.remove(ADA).outcome is Removed.CONFIRMED
    assert {name: set(entries) for name, entries in sendgrid.lists.items()} == {
        "blocks": {ADA.lower()},
        **{name: {GRACE} for name in ("bounces", "invalid_emails", "spam_reports", "unsubscribes")},
    }


def test_sendgrid_gives_the_words_of_a_bounce(sendgrid: SendGrid, of: Any) -> None:
    sendgrid.put(ADA)
    assert [str(each.words).startswith("550 5.1.1") for each in of(sendgrid).entries()] == [True]


def test_sendgrid_keeps_addresses_after_passing_failures_which_are_no_hard_bounces(
    sendgrid: SendGrid, of: Any
) -> None:
    sendgrid.put(ADA)
    sendgrid.lists["bounces"][ADA.lower()]["status"] = "4.2.2"
    assert [each.cause for each in of(sendgrid).find(ADA)] == [Cause.PROVIDER_LIST]


def test_sendgrid_says_until_when_it_is_busy(sendgrid: SendGrid, of: Any, naps: list[float]) -> None:
    reset = str(int(NOW.timestamp()) + 12)
    sendgrid.faults.append(Told(429, {}, (("x-ratelimit-reset", reset),)))
    of(sendgrid).find(ADA)
    assert naps == [12.0]


def test_sendgrid_asks_for_a_subuser(sendgrid: SendGrid, of: Any) -> None:
    of(sendgrid, subuser="acme").find(ADA)
    assert {each.headers["on-behalf-of"] for each in sendgrid.asked} == {"acme"}


def test_sendgrid_that_gives_the_same_page_for_ever_is_left(sendgrid: SendGrid, of: Any) -> None:
    sendgrid.always = Told(200, [{"created": 1, "email": f"ada{n}@example.org"} for n in range(500)])
    with pytest.raises(ProviderUnavailable):
        list(of(sendgrid).entries())
