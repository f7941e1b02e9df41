"""Signatures, by Amazon's own examples and by those of its own library.

The first three are of Amazon's test suite for Signature Version 4 (get-vanilla, post-vanilla and
get-vanilla-query-order-key-case); the others are what botocore 1.44.5 signs.
"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from deliveryledger.outbound.suppression_lists.credentials import Sent
from deliveryledger.outbound.suppression_lists.sigv4 import Key, signed

AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SUITE = Key(ID, SECRET, "us-east-1", "service")
SES = Key(ID, SECRET, "eu-north-1", "ses")
LIST = "https://email.eu-north-1.amazonaws.com/v2/email/suppression/addresses"
EXAMPLES = [
    (
        SUITE,
        Sent("GET", "https://example.amazonaws.com/", b""),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    (
        SUITE,
        Sent("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", b""),
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    (
        SUITE,
        Sent("POST", "https://example.amazonaws.com/", b""),
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    (
        SES,
        Sent("GET", f"{LIST}/ada%2Btag%40example.org", b""),
        "327cc1b01a334507c6e245a9604ce729b227432f1f4c7856714aecc2d2887075",
    ),
    (
        SES,
        Sent("DELETE", f"{LIST}/a%2F..%2Fb%0D%0A%40ex%C3%A4mple.org?TenantName=a%20b%26c", b""),
        "4b773d07316ba3a110d8e5decdab26f902e6f34ccf262c90f3118ca552190f22",
    ),
    (
        SES._replace(token="AQoDYXdzEPT//////////wEXAMPLE"),
        Sent("PUT", LIST, b'{"EmailAddress":"ada@example.org","Reason":"BOUNCE"}'),
        "23a5566051f99f78508f4d233a97d8a52b46850ce25a771189e0a613bf6a3d37",
    ),
]


@pytest.mark.parametrize(("key", "sent", "signature"), EXAMPLES)
def test_signs_as_amazon_does(key: Key, sent: Sent, signature: str) -> None:
    fields = signed(sent, key, AT)
    assert fields["authorization"].endswith(f"Signature={signature}")
    assert fields["x-amz-date"] == "20150830T123600Z"
    assert fields.get("x-amz-security-token") == key.token


def test_the_zone_of_the_clock_does_not_matter() -> None:
    sent = EXAMPLES[0][1]
    assert signed(sent, SUITE, AT.astimezone(timezone(timedelta(hours=14)))) == signed(sent, SUITE, AT)


def test_a_key_that_is_printed_shows_no_secret() -> None:
    assert repr(SES) == "Key(eu-north-1, ses)"
