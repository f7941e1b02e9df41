"""Settings and accounts: what is taken from where, and what may be said of it."""

import json
from pathlib import Path

import pytest

from deliveryledger.application.kept_requests import KeptRequest
from deliveryledger.errors import InvalidInput, MissingExtra
from deliveryledger.settings import WebhookSettings
from deliveryledger.web.accounts import Accounts
from tests.inbound.requests import NOW

SECRET = "hunter2-hunter2"
WEBHOOKS = {"postmark/main": {"basic_auth": [SECRET, "other"], "tenant": "acme"}}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERYLEDGER_URL", "ledger.db")
    monkeypatch.setenv("DELIVERYLEDGER_WEBHOOKS", json.dumps(WEBHOOKS))


def no_fetch(_url: str) -> bytes:
    raise AssertionError


def test_all_fields_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DELIVERYLEDGER_MAX_BODY", "1000")
    monkeypatch.setenv("DELIVERYLEDGER_BODY_SECONDS", "2.5")
    settings = WebhookSettings.from_environment()
    assert (settings.url, settings.max_body, settings.body_seconds) == ("ledger.db", 1_000, 2.5)
    assert settings.webhooks["postmark/main"]["basic_auth"] == (SECRET, "other")


def test_what_is_given_goes_first_and_none_is_not_given():
    assert WebhookSettings.from_environment(url="other.db").url == "other.db"
    assert WebhookSettings.from_environment(url=None).url == "ledger.db"


def test_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "w.json").write_text(json.dumps(WEBHOOKS))
    monkeypatch.setenv("DELIVERYLEDGER_WEBHOOKS", str(tmp_path / "w.json"))
    assert list(WebhookSettings.from_environment().webhooks) == ["postmark/main"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAX_BODY", SECRET), ("MAX_BODY", "0"), ("BODY_SECONDS", "-1"), ("WEBHOOKS", f'{{"a": "{SECRET}"}}')],
)
def test_an_error_names_the_variable_and_nothing_of_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"DELIVERYLEDGER_{name}", value)
    with pytest.raises(InvalidInput, match=f"DELIVERYLEDGER_{name} is not what is expected") as caught:
        WebhookSettings.from_environment()
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_no_secret_stands_in_the_text_form_of_settings():
    assert SECRET not in repr(WebhookSettings.from_environment())


def test_an_account_belongs_to_a_tenant_which_is_no_secret():
    accounts = Accounts(WEBHOOKS, no_fetch)
    request = KeptRequest("postmark", "main", NOW, b"", {}, is_verified=True)
    assert accounts.tenant(request) == "acme"
    assert accounts.tenant(request._replace(account="other")) is None
    assert accounts.secrets("postmark", "main") == {"basic_auth": [SECRET, "other"]}
    assert accounts.secrets("postmark", "other") == {}


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    import sys

    from deliveryledger import web

    monkeypatch.setitem(sys.modules, "deliveryledger.web.app", None)
    with pytest.raises(MissingExtra, match=r"pip install 'deliveryledger\[web\]'"):
        web.create_app  # noqa: B018
    with pytest.raises(AttributeError):
        web.nothing  # noqa: B018
