"""Signed bounce addresses: what they carry, and that nobody else can make one."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.domain.identifiers import check_id
from deliveryledger.domain.message_reference import MessageReference, unpack
from deliveryledger.errors import InvalidAddress, InvalidIdentifier, InvalidInput
from deliveryledger.inbound.mail import BounceAddresses

KEY, OLDER = b"k" * 32, b"o" * 32
ADDRESSES = BounceAddresses("bounces.example.com", [KEY, OLDER])
UUID = "0192f3a4-1111-7222-8333-123456789abc"

IDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200).filter(
    lambda text: "@" not in text and text.isprintable()
)
TENANTS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")


@settings(max_examples=300)
@given(IDS, TENANTS)
def test_whatever_the_id_its_address_fits_and_comes_back(message_id: str, tenant: str):
    check_id(message_id, "message id")
    address = ADDRESSES.sign(message_id, tenant=tenant)
    local, _, domain = address.partition("@")
    assert len(local) <= 64
    assert domain == "bounces.example.com"
    assert re.fullmatch(r"b\.[a-z2-7]+", local)
    for seen in (address, address.upper(), address.title()):
        found = ADDRESSES.in_address(seen)
        assert found is not None
        assert found.digest == MessageReference.of(message_id, tenant).digest
        assert (found.message_id, found.tenant) in ((message_id, tenant), (None, None))


@pytest.mark.parametrize(
    ("message_id", "tenant"),
    [
        (UUID, "default"),
        (UUID, "acme-nordic"),
        ("msg-1", "default"),
        ("x" * 26, "default"),
        ("interview-7", "acme"),
        ("möte-7", "acme"),
        (UUID.upper()[:26], "default"),
    ],
)
def test_an_id_that_there_is_room_for_is_carried(message_id: str, tenant: str):
    found = ADDRESSES.in_address(ADDRESSES.sign(message_id, tenant=tenant))
    assert found == MessageReference.of(message_id, tenant)
    assert not found.has_long_id


@pytest.mark.parametrize(
    ("message_id", "tenant"), [(UUID, "acme-nordic1"), ("x" * 27, "default"), ("x" * 200, "t" * 64)]
)
def test_a_longer_one_is_referred_to(message_id: str, tenant: str):
    reference = MessageReference.of(message_id, tenant)
    assert reference.has_long_id
    assert ADDRESSES.in_address(ADDRESSES.sign(message_id, tenant=tenant)) == MessageReference(
        reference.digest
    )


@pytest.mark.parametrize("place", ["address", "header"])
def test_every_other_character_makes_it_nobodys(place: str):
    address, header = ADDRESSES.sign(UUID), ADDRESSES.headers(UUID)["X-Deliveryledger-Signature"]
    token = address.partition("@")[0].removeprefix("b.") if place == "address" else header
    for index, was in enumerate(token):
        for letter in "abcdefghijklmnopqrstuvwxyz234567":
            forged = token[:index] + letter + token[index + 1 :]
            if letter == was:
                continue
            if place == "address":
                assert ADDRESSES.in_address(f"b.{forged}@bounces.example.com") is None
            else:
                assert ADDRESSES.in_header(forged) is None


TOKEN = ADDRESSES.sign(UUID).partition("@")[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "b.@bounces.example.com",
        "b.a@bounces.example.com",
        f"{TOKEN}",
        f"{TOKEN}@",
        f"{TOKEN}@other.example.com",
        f"{TOKEN}@bounces.example.com.",
        f"{TOKEN[:-1]}@bounces.example.com",
        f"{TOKEN}a@bounces.example.com",
        f"{TOKEN}=@bounces.example.com",
        f"{TOKEN[2:]}@bounces.example.com",
        f"c.{TOKEN[2:]}@bounces.example.com",
        f"b.{ADDRESSES.headers(UUID)['X-Deliveryledger-Signature']}@bounces.example.com",
        f"b.{ADDRESSES.headers(UUID)['X-Deliveryledger-Signature']}@",
        f"b.{'a' * 5000}@bounces.example.com",
        "b.ſſſſſſſſ@bounces.example.com",
        "b.aaaaaaaa@\ud800",
        "b.\ud800@bounces.example.com",
    ],
)
def test_what_we_did_not_sign_is_nobodys(text: str):
    assert ADDRESSES.in_address(text) is None
    assert ADDRESSES.in_header(text) is None


@settings(max_examples=300)
@given(st.text(max_size=100), st.binary(max_size=40))
def test_no_text_raises(text: str, packed: bytes):
    assert ADDRESSES.in_address(text) is None
    assert ADDRESSES.in_address(f"b.{text}@bounces.example.com") is None
    assert ADDRESSES.in_header(text) is None
    found = unpack(packed)
    assert found is None or len(found.digest) == 32


def test_another_key_makes_another_address_and_an_older_one_still_counts():
    older = BounceAddresses("bounces.example.com", [OLDER])
    assert ADDRESSES.in_address(older.sign(UUID)) == MessageReference.of(UUID, "default")
    assert older.in_address(ADDRESSES.sign(UUID)) is None


def test_tenants_with_the_same_id_have_different_addresses():
    ours, theirs = ADDRESSES.sign("msg-1", tenant="acme"), ADDRESSES.sign("msg-1", tenant="globex")
    assert ours != theirs
    assert BounceAddresses("bounces.example.com", [KEY], tenant="acme").sign("msg-1") == ours


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: BounceAddresses("bounces.example.com", []), InvalidInput),
        (lambda: BounceAddresses("bounces.example.com", [b"short"]), InvalidInput),
        (lambda: BounceAddresses("bounces.example.com", KEY), InvalidInput),  # type: ignore[arg-type]
        (lambda: BounceAddresses("bounces.example.com", ["k" * 32]), InvalidInput),  # type: ignore[list-item]
        (lambda: BounceAddresses("no domain", [KEY]), InvalidAddress),
        (lambda: BounceAddresses("d" * 60 + ".x" * 90, [KEY]), InvalidAddress),
        (lambda: BounceAddresses("bounces.example.com", [KEY], tenant="no tenant"), InvalidIdentifier),
        (lambda: ADDRESSES.sign(""), InvalidIdentifier),
        (lambda: ADDRESSES.sign("one\r\nBcc: all"), InvalidIdentifier),
        (lambda: ADDRESSES.sign(UUID, tenant="no tenant"), InvalidIdentifier),
        (lambda: ADDRESSES.headers("ada@example.org"), InvalidIdentifier),
    ],
)
def test_what_cannot_be_signed_is_refused(make: Callable[[], object], error: type[Exception]):
    with pytest.raises(error):
        make()
