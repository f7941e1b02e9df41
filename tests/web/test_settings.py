"""Settings and accounts: what is taken from where, and what may be said of it."""

import json
from pathlib import Path

import pytest

from deliveryledger.errors import InvalidInput, MissingExtra
from deliveryledger.settings import WebhookSettings
from deliveryledger.web.accounts import Accounts

SECRET = "hunter2:hunter2"
WEBHOOKS = {"postmark/main": {"basic_auth": [SECRET, "other:other"], "tenant": "acme"}}


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
    assert settings.webhooks["postmark/main"]["basic_auth"] == (SECRET, "other:other")


def test_what_is_given_goes_first_and_none_is_not_given():
    assert WebhookSettings.from_environment(url="other.db").url == "other.db"
    assert WebhookSettings.from_environment(url=None).url == "ledger.db"


def test_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "w.json").write_text(json.dumps(WEBHOOKS))
    monkeypatch.setenv("DELIVERYLEDGER_WEBHOOKS", str(tmp_path / "w.json"))
    assert list(WebhookSettings.from_environment().webhooks) == ["postmark/main"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAX_BODY", SECRET), ("MAX_BODY", "0"), ("BODY_SECONDS", "-1")],
)
def test_an_error_names_the_variable_and_nothing_of_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"DELIVERYLEDGER_{name}", value)
    with pytest.raises(InvalidInput, match=f"DELIVERYLEDGER_{name} is not what is expected") as caught:
        WebhookSettings.from_environment()
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


FAULTS = {
    "": "is empty",
    "{}": "has no account in it",
    f'["{SECRET}"]': "is no JSON object",
    f'{{"postmark/main":\n  {{"basic_auth": "{SECRET}",}}}}': "is not JSON: line 2, column",
    "[" * 100_000: "is nested too deeply",
    f"no/{SECRET}": "is taken for the path of a file, and there is none",
    f"{SECRET}\\u0000": "is taken for the path of a file, and there is none",
    "folder": "is taken for the path of a file, and it cannot be read: Is a directory",
    "latin.json": "is taken for the path of a file, and it is not UTF-8",
    "broken.json": "names a file that is not JSON: line 1, column",
    "empty.json": "names a file that is empty",
    f'{{"postmark": {{"basic_auth": "{SECRET}"}}}}': "has the account 'postmark', which is not of the form",
    f'{{"postmark/a/b": {{"basic_auth": "{SECRET}"}}}}': "has the account 'postmark/a/b', which is not of",
    f'{{"postmark/eu": "{SECRET}"}}': "has the account 'postmark/eu', whose value is no object",
    '{"postmark/eu": {"basic_auth": 7}}': "has the account 'postmark/eu', whose 'basic_auth' is not a text",
    '{"postmark/eu": {"basic_auth": ""}}': "has the account 'postmark/eu', whose 'basic_auth' is not a text",
    '{"postmark/eu": {"basic_auth": []}}': "has the account 'postmark/eu', whose 'basic_auth' is not a text",
    f'{{"postmark/eu": {{"basic_auth": ["{SECRET}", 7]}}}}': "whose 'basic_auth' is not a text",
    f'{{"amazon_ses/eu": {{"certs": {{"{SECRET}": 7}}}}}}': "'amazon_ses/eu', whose 'certs' is not a text",
}


@pytest.mark.parametrize(("value", "obstacle"), FAULTS.items(), ids=range(len(FAULTS)))
def test_every_mistake_in_the_accounts_has_its_own_sentence(
    value: str, obstacle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.json").write_bytes(b'{"\xe5": 1}')
    (tmp_path / "broken.json").write_text(f'{{"{SECRET}"}}')
    (tmp_path / "empty.json").write_text("\n")
    monkeypatch.setenv("DELIVERYLEDGER_WEBHOOKS", value)
    with pytest.raises(InvalidInput) as caught:
        WebhookSettings.from_environment()
    assert obstacle in caught.value.obstacle
    assert '{"postmark/main": {"basic_auth": "user:password"}}' in caught.value.remedy
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize("url", [":memory:", "sqlite:///:memory:", ""])
def test_a_ledger_that_does_not_last_is_refused(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DELIVERYLEDGER_URL", url)
    with pytest.raises(InvalidInput, match=r"DELIVERYLEDGER_URL is (in memory|empty)"):
        WebhookSettings.from_environment()


def test_a_file_may_begin_with_a_mark_of_its_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "w.json").write_text(json.dumps(WEBHOOKS), encoding="utf-8-sig")
    monkeypatch.setenv("DELIVERYLEDGER_WEBHOOKS", str(tmp_path / "w.json"))
    assert list(WebhookSettings.from_environment().webhooks) == ["postmark/main"]


def test_no_secret_stands_in_the_text_form_of_settings():
    assert SECRET not in repr(WebhookSettings.from_environment())


def test_an_account_belongs_to_a_tenant_which_is_no_secret():
    accounts = Accounts(WEBHOOKS, no_fetch)
    assert accounts.tenant("postmark", "main") == "acme"
    assert accounts.tenant("postmark", "other") is None
    assert accounts.secrets("postmark", "main") == {"basic_auth": [SECRET, "other:other"]}
    assert accounts.secrets("postmark", "other") == {}


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    import sys

    from deliveryledger import web

    monkeypatch.setitem(sys.modules, "deliveryledger.web.app", None)
    with pytest.raises(MissingExtra, match=r"pip install 'deliveryledger\[web\]'"):
        web.create_app  # noqa: B018
    with pytest.raises(AttributeError):
        web.nothing  # noqa: B018
