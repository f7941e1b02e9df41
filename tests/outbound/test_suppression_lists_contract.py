"""What every adapter to a provider's suppression lists does, against a server that imitates the provider."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.application.suppression_lists import Addition, Removed, SuppressionList
from deliveryledger.domain.addresses import normalise
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import InvalidInput, ProviderError, ProviderRefused, ProviderUnavailable
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.vendor import LISTED, Asked, Told, Vendor, serving

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
ADA = "Ada.Lovelace@Example.org"
FOLDER = Path(__file__).parent / "imitations"
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
Open = Callable[..., SuppressionList]


@pytest.fixture(params=[name for name in suppression_lists.names() if (FOLDER / f"{name}.py").exists()])
def vendor(request: pytest.FixtureRequest) -> Iterator[Vendor]:
    module = import_module(f"tests.outbound.imitations.{request.param}")
    kind = next(each for each in vars(module).values() if getattr(each, "SLUG", None) == request.param)
    with serving(kind()) as vendor:
        yield vendor


@pytest.fixture
def naps() -> list[float]:
    """Seconds that were waited, one after another."""
    return []


@pytest.fixture
def opened(vendor: Vendor, naps: list[float]) -> Iterator[Open]:
    made: list[SuppressionList] = []

    def opened(secrets: Any = None, **settings: Any) -> SuppressionList:
        known = {**vendor.SETTINGS, "base_url": vendor.url, **settings}
        lists = suppression_lists.get(
            vendor.SLUG, "main", secrets or vendor.SECRETS, sleep=naps.append, clock=lambda: NOW, **known
        )
        made.append(lists)
        return lists

    yield opened
    for each in made:
        each.close()


@pytest.fixture
def lists(opened: Open) -> SuppressionList:
    return opened()


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


def test_finds_an_address_in_any_spelling(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.put("grace@example.net")
    for spelling in (ADA.lower(), ADA.upper(), ADA):
        if not vendor.has(ADA):
            vendor.put(ADA.lower())
        assert [normalise(each.address) for each in lists.find(spelling)] == [ADA.lower()]


def test_finds_nothing_of_an_address_that_is_on_no_list(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.put("grace@example.net")
    assert lists.find(ADA) == ()


def test_adds_an_address_twice_as_once(lists: SuppressionList, vendor: Vendor) -> None:
    for cause in vendor.ADDABLE:
        address = f"{cause}@example.org"
        for _ in range(2):
            assert lists.add(address, cause) is Addition.ADDED
            vendor.settle()
        assert vendor.has(address)
        assert len({each.list_name for each in lists.find(address)}) == len(lists.find(address))


def test_says_where_it_cannot_add(lists: SuppressionList, vendor: Vendor) -> None:
    assert set(vendor.ADDABLE) | set(vendor.NOT_ADDABLE) == set(Cause)
    for cause in vendor.NOT_ADDABLE:
        assert lists.add(ADA, cause) is Addition.NOT_POSSIBLE
        vendor.settle()
    if vendor.NOT_ADDABLE:
        assert not vendor.has(ADA)


@pytest.mark.parametrize("spelling", [ADA, ADA.lower()])
def test_removes_an_address_twice_as_once(lists: SuppressionList, vendor: Vendor, spelling: str) -> None:
    vendor.put("grace@example.net")
    vendor.put(spelling)
    removal = lists.remove(spelling)
    assert removal.outcome is (Removed.PENDING if vendor.IS_EVENTUAL else Removed.CONFIRMED)
    vendor.settle()
    assert not vendor.has(ADA)
    assert lists.find(ADA) == ()
    assert lists.remove(spelling).outcome is Removed.CONFIRMED
    assert vendor.has("grace@example.net")


def test_removes_every_entry_of_an_address(lists: SuppressionList, vendor: Vendor) -> None:
    for cause in (Cause.HARD_BOUNCE, Cause.UNSUBSCRIBE):
        if cause in (*vendor.ADDABLE, Cause.HARD_BOUNCE):
            vendor.put(ADA, cause)
    lists.remove(ADA)
    vendor.settle()
    assert not vendor.has(ADA)


def test_a_removal_that_takes_time_is_pending_until_it_is_done(
    lists: SuppressionList, vendor: Vendor
) -> None:
    if not vendor.IS_EVENTUAL:
        pytest.skip("its removals are done at once")
    vendor.put(ADA)
    assert lists.remove(ADA).outcome is Removed.PENDING
    assert lists.find(ADA)
    vendor.settle()
    assert lists.find(ADA) == ()


def test_a_removal_that_the_provider_refuses_leaves_everything(
    lists: SuppressionList, vendor: Vendor
) -> None:
    if vendor.REFUSES is None:
        pytest.skip("it refuses none")
    cause, why = vendor.REFUSES
    vendor.put(ADA, cause)
    removal = lists.remove(ADA)
    assert (removal.outcome, removal.why) == (Removed.REFUSED, why)
    vendor.settle()
    assert vendor.has(ADA)
    assert [each.removable for each in lists.find(ADA)] == [False]


CALLS: dict[str, Callable[[SuppressionList], Any]] = {
    "entries": lambda lists: list(lists.entries()),
    "find": lambda lists: lists.find(ADA),
    "add": lambda lists: [lists.add(ADA, cause) for cause in Cause],
    "remove": lambda lists: lists.remove(ADA),
}
calls = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def failure(call: Callable[[], Any], words: str = "Ada") -> ProviderError:
    """The error of a call, which must not repeat a word of the address, the credentials or the answer."""
    with pytest.raises(ProviderError) as raised:
        call()
    error: BaseException | None = raised.value
    while error is not None:
        assert words.lower() not in str(error).lower()
        assert "example.org" not in str(error).lower()
        error = error.__context__
    return raised.value


@calls
def test_a_throttled_call_is_tried_again_when_the_provider_says(
    lists: SuppressionList, vendor: Vendor, naps: list[float], call: Callable[[SuppressionList], Any]
) -> None:
    if vendor.ADDABLE == () and call is CALLS["add"]:
        pytest.skip("it adds none")
    vendor.faults += [Told(429, headers=(("retry-after", "7"),)), Told(503), Told(500, b"<html>Ada</html>")]
    call(lists)
    assert naps == [7.0, 2.0, 4.0]


@calls
def test_a_provider_that_is_busy_for_ever_is_given_up(
    lists: SuppressionList, vendor: Vendor, naps: list[float], call: Callable[[SuppressionList], Any]
) -> None:
    if vendor.ADDABLE == () and call is CALLS["add"]:
        pytest.skip("it adds none")
    vendor.always = Told(429, {"message": "Ada waits"})
    error = failure(lambda: call(lists))
    assert isinstance(error, ProviderUnavailable)
    assert naps == [1.0, 2.0, 4.0, 8.0]


def test_a_provider_that_wants_more_patience_than_we_have_is_left_alone(
    lists: SuppressionList, vendor: Vendor, naps: list[float]
) -> None:
    vendor.always = Told(429, headers=(("retry-after", "900"),))
    error = failure(lambda: lists.find(ADA))
    assert isinstance(error, ProviderUnavailable)
    assert (error.retry_after, naps, len(vendor.asked)) == (900.0, [], 1)


@calls
def test_wrong_credentials_are_refused_at_once(
    opened: Open, vendor: Vendor, naps: list[float], call: Callable[[SuppressionList], Any]
) -> None:
    if vendor.ADDABLE == () and call is CALLS["add"]:
        pytest.skip("it adds none")
    lists = opened(vendor.WRONG_SECRETS)
    assert isinstance(failure(lambda: call(lists)), ProviderRefused)
    assert naps == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Ada</html>",
        b'"Ada"',
        b"[[[",
        b"{}",
        b'{"Suppressions":[{"Ada":1}]}',
        b"[" * 100_000,
        b"\xff",
    ],
    ids=range(8),
)
def test_an_answer_that_is_not_of_the_documented_form_is_an_error(
    lists: SuppressionList, vendor: Vendor, body: bytes
) -> None:
    vendor.always = Told(200, body)
    assert isinstance(failure(lambda: list(lists.entries())), ProviderError)
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderError)


def test_an_answer_that_is_too_large_is_not_read(opened: Open, vendor: Vendor) -> None:
    lists = opened(largest_answer=10_000)
    vendor.always = Told(200, b" " * 10_001)
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderUnavailable)
    assert len(vendor.asked) == 1


def test_a_packed_answer_is_not_unpacked(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.always = Told(200, b"\x1f\x8b", headers=(("content-encoding", "gzip"),))
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderUnavailable)
    assert vendor.asked[0].headers["accept-encoding"] == "identity"


def test_a_server_that_hangs_is_left_after_the_timeout(opened: Open, vendor: Vendor) -> None:
    lists = opened(timeout=0.3, tries=2)
    vendor.always = Told(200, b"{}", pause=0.05)
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderUnavailable)
    assert len(vendor.asked) == 2


def test_a_server_that_is_not_there_can_be_tried_later(opened: Open, naps: list[float]) -> None:
    lists = opened(base_url="http://127.0.0.1:1")
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderUnavailable)
    assert len(naps) == 4


def test_a_redirect_is_not_followed(lists: SuppressionList, vendor: Vendor) -> None:
    vendor.always = Told(302, headers=(("location", vendor.url + "/elsewhere"),))
    assert isinstance(failure(lambda: lists.find(ADA)), ProviderRefused)
    assert len(vendor.asked) == 1


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


def _adding(lists: SuppressionList, cause: Cause) -> Callable[[str], Addition]:
    return lambda address: lists.add(address, cause)


def _asked_with(lists: SuppressionList, vendor: Vendor, address: str) -> set[tuple[str, int]]:
    """Methods and numbers of segments that a harmless address leads to."""
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
