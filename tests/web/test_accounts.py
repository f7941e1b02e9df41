"""Secrets that could let no request in are refused at start, with the account and the secret's name."""

from typing import Any

import pytest

from deliveryledger.errors import InvalidInput
from deliveryledger.web.accounts import Accounts
from tests.inbound.examples import EXAMPLES

ALL = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
RSA, EC = EXAMPLES["postal"].secrets["public_key"], EXAMPLES["sendgrid"].secrets["public_key"]
TOPIC = "arn:aws:sns:eu-north-1:123456789012:deliveries"
CHAIN = EXAMPLES["scaleway_tem"].secrets["trust_chain"]
HIDDEN = "hunter2"


def no_fetch(_url: str) -> bytes:
    raise AssertionError


def refusal(slug: str, secrets: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        Accounts({f"{slug}/eu": secrets}, no_fetch)
    assert HIDDEN not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


@ALL
def test_the_secrets_of_the_examples_are_taken(example: Any):
    accounts = Accounts({f"{example.slug}/eu": example.secrets}, no_fetch)
    assert accounts.secrets(example.slug, "eu").keys() >= example.secrets.keys()


@ALL
@pytest.mark.parametrize(
    ("name", "secret", "obstacle"),
    [
        ("basic_auth", HIDDEN, "basic_auth is not user:password"),
        ("basic_auth", ["user:password", f":{HIDDEN}"], "basic_auth is not user:password"),
        ("bearer_token", f"{HIDDEN}\n", "bearer_token has spaces or line ends around it"),
        ("bearer_token", {HIDDEN: HIDDEN}, "bearer_token is neither a text nor a list"),
        ("custom_header", HIDDEN, 'custom_header is not "Name: value"'),
        ("custom_header", f"A name: {HIDDEN}", 'custom_header is not "Name: value"'),
        (HIDDEN[:6], HIDDEN, "has no secret 'hunter'"),
    ],
)
def test_what_every_provider_has_is_checked(example: Any, name: str, secret: Any, obstacle: str):
    error = refusal(example.slug, {**example.secrets, name: secret})
    assert error.attempted == f"configure the account {example.slug}/eu"
    assert obstacle in error.obstacle


@pytest.mark.parametrize(
    ("slug", "secrets", "obstacle"),
    [
        ("sendgrid", {"public_key": HIDDEN}, "public_key is no elliptic-curve key: base64 of DER"),
        ("sendgrid", {"public_key": [EC, RSA]}, "public_key is no elliptic-curve key"),
        ("sendgrid", {"public_key": f"-----BEGIN PUBLIC KEY-----\n{EC}\n"}, "without lines of BEGIN and END"),
        ("postal", {"public_key": EC}, "public_key is no RSA key: base64 of DER"),
        ("resend", {"signing_key": f"whsec_{HIDDEN}!"}, "signing_key is not whsec_ and base64"),
        ("resend", {"signing_key": "whsec_"}, "signing_key is not whsec_ and base64"),
        ("mailgun", {"signing_key": f" {HIDDEN}"}, "signing_key has spaces or line ends around it"),
        (
            "mandrill",
            {"webhook_url": "https://ats.example/"},
            "webhook_url proves nothing without signing_key",
        ),
        ("mandrill", {"webhook_url": HIDDEN, "signing_key": "k"}, "webhook_url is no https URL"),
        ("amazon_ses", {"topics": [TOPIC, HIDDEN]}, "topics is no ARN of a topic of this service"),
        ("amazon_ses", {"certs": HIDDEN}, "certs is no PEM by address"),
        ("amazon_ses", {"certs": {"https://sns.example/": HIDDEN}}, "certs is no certificate in PEM"),
        ("scaleway_tem", {"topics": TOPIC, "trust_chain": CHAIN}, "topics is no ARN"),
        ("scaleway_tem", {"topics": "arn:scw:sns:fr-par:project-1:x"}, "proves nothing without trust_chain"),
        (
            "scaleway_tem",
            {"trust_chain": HIDDEN, "basic_auth": "a:b"},
            "trust_chain is no certificate in PEM",
        ),
        ("postmark", {}, "it has no secret"),
    ],
)
def test_a_secret_of_a_wrong_form_is_refused(slug: str, secrets: Any, obstacle: str):
    assert obstacle in refusal(slug, secrets).obstacle


def test_an_unknown_provider_and_an_impossible_name_say_which_entry():
    basic = {"basic_auth": "user:password"}
    for name, obstacle in {
        "nobody/main": "configure the account nobody/main: its provider: there is none of that name; use",
        "postmark/a b": "configure the account postmark/a b: its account: it has characters other than",
        "postmark/\n": "configure an account: its account: it has characters other than",
    }.items():
        with pytest.raises(InvalidInput, match=obstacle):
            Accounts({name: basic}, no_fetch)
    with pytest.raises(
        InvalidInput, match="configure the account postmark/eu: its tenant: it has characters"
    ):
        Accounts({"postmark/eu": {**basic, "tenant": "a b"}}, no_fetch)


def test_topics_alone_are_enough_because_certificates_are_fetched():
    secrets = Accounts({"amazon_ses/eu": {"topics": [TOPIC]}}, no_fetch).secrets("amazon_ses", "eu")
    assert set(secrets) == {"topics", "certs"}
