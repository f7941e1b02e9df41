"""Signatures that providers put on their requests."""

import base64
import hmac

import pytest
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.inbound.signatures import ecdsa_sha256, hmac_digest, rsa_pkcs1v15
from tests.inbound import requests
from tests.inbound.examples import postal

SIGNED = b"what is signed"
NO_MATCH = "the signature does not match"
UNREADABLE = ["", "no base64!", base64.b64encode(b"no DER").decode(), "ä"]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_a_keyed_digest_matches_with_any_of_the_keys(algorithm: str):
    right = hmac.digest(b"new", SIGNED, algorithm)
    assert hmac_digest([b"new"], right, SIGNED, algorithm) is None
    assert hmac_digest([b"old", b"new"], right, SIGNED, algorithm) is None
    assert hmac_digest(iter([b"new", b"old"]), right, SIGNED, algorithm) is None


def test_another_key_text_or_digest_does_not():
    right = hmac.digest(b"key", SIGNED, "sha256")
    assert hmac_digest([b"other"], right, SIGNED, "sha256") == NO_MATCH
    assert hmac_digest([], right, SIGNED, "sha256") == NO_MATCH
    assert hmac_digest([b"key"], right, SIGNED + b" ", "sha256") == NO_MATCH
    for presented in (b"", right[:-1], right + b"\0", right.hex().encode()):
        assert hmac_digest([b"key"], presented, SIGNED, "sha256") == NO_MATCH


@given(st.binary(), st.binary(), st.lists(st.binary(), max_size=3))
def test_whatever_is_presented_there_is_an_answer(presented: bytes, signed: bytes, keys: list[bytes]):
    assert hmac_digest(keys, presented, signed, "sha256") in (None, NO_MATCH)


EC = requests.public(requests.KEY)
RSA = postal.public(postal.KEY)
RSA_SIGNATURE = base64.b64decode(postal.signature(SIGNED))


def ec_signature(key: requests.ec.EllipticCurvePrivateKey = requests.KEY) -> bytes:
    return key.sign(SIGNED, requests.ec.ECDSA(SHA256()))


def test_an_elliptic_curve_signature_matches_with_any_of_the_keys():
    assert ecdsa_sha256([EC], ec_signature(), SIGNED) is None
    assert ecdsa_sha256([requests.public(requests.OTHER_KEY), EC], ec_signature(), SIGNED) is None
    assert ecdsa_sha256([EC], ec_signature(requests.OTHER_KEY), SIGNED) == NO_MATCH
    assert ecdsa_sha256([EC], ec_signature(), SIGNED + b" ") == NO_MATCH


def test_an_rsa_signature_matches_with_any_of_the_keys():
    assert rsa_pkcs1v15([RSA], RSA_SIGNATURE, SIGNED, SHA256()) is None
    assert rsa_pkcs1v15([postal.public(postal.OTHER_KEY), RSA], RSA_SIGNATURE, SIGNED, SHA256()) is None
    assert rsa_pkcs1v15([postal.public(postal.OTHER_KEY)], RSA_SIGNATURE, SIGNED, SHA256()) == NO_MATCH
    assert rsa_pkcs1v15([RSA], RSA_SIGNATURE, SIGNED + b" ", SHA256()) == NO_MATCH
    assert rsa_pkcs1v15([RSA], RSA_SIGNATURE, SIGNED, SHA1()) == NO_MATCH


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_key_that_cannot_be_read_never_matches_and_locks_nobody_out(text: str):
    assert "no configured key" in (ecdsa_sha256([text], ec_signature(), SIGNED) or "")
    assert ecdsa_sha256([text, EC], ec_signature(), SIGNED) is None
    assert "no configured key" in (rsa_pkcs1v15([text], RSA_SIGNATURE, SIGNED, SHA256()) or "")
    assert rsa_pkcs1v15([text, RSA], RSA_SIGNATURE, SIGNED, SHA256()) is None


def test_a_key_of_another_kind_is_no_key():
    assert "no configured key" in (ecdsa_sha256([RSA], ec_signature(), SIGNED) or "")
    assert "no configured key" in (rsa_pkcs1v15([EC], RSA_SIGNATURE, SIGNED, SHA256()) or "")


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_arbitrary_bytes_are_no_signature_and_raise_nothing(signature: bytes, signed: bytes):
    assert ecdsa_sha256([EC], signature, signed) == NO_MATCH
    assert rsa_pkcs1v15([RSA], signature, signed, SHA256()) == NO_MATCH


@given(st.text())
def test_an_arbitrary_text_is_no_key_and_raises_nothing(text: str):
    assert "no configured key" in (ecdsa_sha256([text], b"", b"") or "")
    assert "no configured key" in (rsa_pkcs1v15([text], b"", b"", SHA256()) or "")
