"""What has to be right before a provider is asked: names, secrets, settings, certificates, the extra."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliveryledger.errors import InvalidInput, ProviderRefused, UnknownProvider
from deliveryledger.outbound import suppression_lists
from tests.outbound.imitations.amazon_ses import AmazonSes
from tests.outbound.imitations.postmark import Postmark
from tests.outbound.imitations.vendor import ADA, serving
from tests.outbound.smtp_server import certificate

TOKEN = {"server_token": "3b1f-server-token"}
KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "secret"}


def test_an_unknown_provider_is_told_which_are_known() -> None:
    with pytest.raises(UnknownProvider, match=r"amazon_ses.*postmark.*sendgrid"):
        suppression_lists.get("mailchimp", "main", {})


@pytest.mark.parametrize(
    "secrets",
    [
        {},
        {"token": "3b1f"},
        {**TOKEN, "3b1f-secret": "x"},
        {"server_token": 7},
        {"server_token": None},
        {"server_token": ""},
    ],
)
def test_secrets_that_are_missing_unknown_or_malformed_are_named_and_not_shown(secrets: Any) -> None:
    with pytest.raises(InvalidInput, match="give: server_token") as raised:
        suppression_lists.get("postmark", "main", secrets)
    assert "3b1f" not in str(raised.value)


@pytest.mark.parametrize("token", ["3b1f\r\nX-Evil: 1", " 3b1f", "3b1f\n", "3b1få"])
def test_a_secret_that_cannot_stand_in_a_header_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        suppression_lists.get("postmark", "main", {"server_token": token})
    assert "3b1f" not in str(raised.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "http://api.example.org"},
        {"base_url": "http://127.0.0.1.example.org"},
        {"base_url": "https://user:secret@api.example.org"},
        {"base_url": "ftp://127.0.0.1"},
        {"base_url": "https://"},
        {"timeout": 0},
        {"tries": 0},
        {"streams": []},
        {"nonsense": 1},
        {"ca_file": "/nowhere/ca.pem"},
    ],
    ids=str,
)
def test_settings_that_are_unknown_or_unsafe_are_refused(settings: Any) -> None:
    with pytest.raises(InvalidInput) as raised:
        suppression_lists.get("postmark", "main", TOKEN, **settings)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("region", [None, "", "eu-north-1.example.org/", "eu-north-1#", "EU-NORTH-1"])
def test_ses_needs_the_name_of_a_region(region: Any) -> None:
    with pytest.raises(InvalidInput, match="region"):
        suppression_lists.get("amazon_ses", "main", KEYS, **({} if region is None else {"region": region}))


@pytest.mark.parametrize(
    ("slug", "secrets", "settings", "url"),
    [
        ("postmark", TOKEN, {}, "https://api.postmarkapp.com"),
        ("amazon_ses", KEYS, {"region": "eu-north-1"}, "https://email.eu-north-1.amazonaws.com"),
        ("sendgrid", {"api_key": "SG.x"}, {}, "https://api.sendgrid.com"),
        ("sendgrid", {"api_key": "SG.x"}, {"region": "eu"}, "https://api.eu.sendgrid.com"),
    ],
)
def test_a_provider_is_reached_where_its_documentation_says(
    slug: str, secrets: dict[str, str], settings: dict[str, Any], url: str
) -> None:
    lists: Any = suppression_lists.get(slug, "main", secrets, **settings)
    assert lists.url() == url
    lists.close()


def test_a_server_must_prove_its_name(tmp_path: Path) -> None:
    context, ca_file = certificate(tmp_path)
    with serving(Postmark(), context) as vendor:
        url = f"https://localhost:{vendor.port}"
        stranger = suppression_lists.get("postmark", "main", TOKEN, base_url=url)
        with pytest.raises(ProviderRefused, match="certificate"):
            stranger.find(ADA)
        stranger.close()
        assert vendor.asked == []
        known = suppression_lists.get("postmark", "main", TOKEN, base_url=url, ca_file=str(ca_file))
        assert known.find(ADA) == ()
        known.close()


def test_without_the_extra_the_error_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['httpx'] = None\n"
        "import deliveryledger, deliveryledger.outbound\n"
        "try:\n import deliveryledger.outbound.suppression_lists\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("MissingExtra")
    assert "deliveryledger[sync]" in run.stdout


def test_nothing_imports_the_extra_before_it_is_asked_for() -> None:
    program = "import deliveryledger.cli, sys; print('httpx' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_whatever_an_address_is_it_stays_one_segment_and_is_signed() -> None:
    with serving(AmazonSes()) as vendor:
        lists = suppression_lists.get(
            "amazon_ses", "main", vendor.SECRETS, base_url=vendor.url, region="eu-north-1", any_case=False
        )

        @given(st.text(max_size=60))
        @settings(max_examples=200, deadline=None)
        def stays_one_segment(text: str) -> None:
            vendor.asked.clear()
            try:
                lists.find(text)
            except InvalidInput:
                assert vendor.asked == []
                return
            assert {len(each.path) for each in vendor.asked} == {5}
            assert text in {each.path[4] for each in vendor.asked}
            assert vendor.denials == 0

        stays_one_segment()
        lists.close()
