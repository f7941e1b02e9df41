"""ingest: files, folders, lines; again and again; poisoned, forged and interrupted."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from deliveryledger import Ledger
from deliveryledger.application.recording import Recording
from deliveryledger.cli import captures
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.domain.reports import Reading
from deliveryledger.errors import LedgerFull
from tests.cli.conftest import INBOX, PASSWORD, SECRETS, Cli, capture, counts, ingest
from tests.inbound.mail.mails import dsn


def test_a_request_becomes_a_fact(cli: Cli, ada: str, folder: Path) -> None:
    ran = ingest(cli, folder)
    assert (ran.code, counts(ran)) == (ExitCode.OK, {"facts": 1})
    assert cli("card", ada, "--json").json["messages"][0]["status"] == "delivered"


def test_what_was_recorded_is_skipped(cli: Cli, ada: str, folder: Path) -> None:
    ingest(cli, folder)
    before = cli("status", "--json").json["last_position"]
    (folder / "renamed.json").write_bytes((folder / "good.json").read_bytes())
    assert counts(ingest(cli, folder)) == {"skipped": 2}
    assert cli("status", "--json").json["last_position"] == before


def test_what_was_taken_for_the_wrong_tenant_may_be_taken_for_the_right_one(
    cli: Cli, ada: str, folder: Path
) -> None:
    (folder / "good.json").unlink()
    (folder / "bounce.eml").write_bytes(dsn())
    assert counts(ingest(cli, folder, "--tenant", "other")) == {"unmatched": 1}
    assert counts(ingest(cli, folder, "--tenant", "acme")) == {"unmatched": 1}
    assert counts(ingest(cli, folder, "--tenant", "acme")) == {"skipped": 1}


def test_the_same_event_captured_later_is_a_repeat(cli: Cli, ada: str, folder: Path) -> None:
    (folder / "later.json").write_text(json.dumps(capture(received_at="2026-11-14T09:42:08Z")))
    assert counts(ingest(cli, folder)) == {"facts": 1, "repeats": 1}


def test_lines_are_requests_of_their_own(cli: Cli, ada: str, folder: Path) -> None:
    lines = [json.dumps(capture(2)), "", "{nonsense", json.dumps(capture(3))]
    (folder / "many.jsonl").write_text("\n".join(lines))
    ran = ingest(cli, folder)
    assert ran.code == ExitCode.POISONED
    assert ran.json["unmatched"] == 2
    assert [entry["file"] for entry in ran.json["refused"]] == [str(folder / "many.jsonl") + ":3"]


def test_the_corpus_field_names_are_taken_too(cli: Cli, ada: str, folder: Path) -> None:
    line = capture()
    body = base64.b64encode(line.pop("body").encode()).decode()
    line = {**line, "esp": line.pop("provider"), "body_b64": body, "secrets": SECRETS["postmark"]}
    (folder / "good.json").write_text(json.dumps(line))
    ran = cli("ingest", folder / "good.json", "--json")
    assert counts(ran) == {"facts": 1}


def test_a_file_does_not_vouch_for_itself_where_secrets_are_configured(
    cli: Cli, ada: str, folder: Path
) -> None:
    forged = capture(password="x:y", secrets={"basic_auth": "x:y"})
    (folder / "good.json").write_text(json.dumps(forged))
    assert "others" in ingest(cli, folder).json["refused"][0]["reason"]


def test_secrets_of_an_account_win_over_those_of_its_provider(cli: Cli, folder: Path) -> None:
    (folder / "good.json").write_text(json.dumps(capture(account="eu", password="eu:secret")))
    (folder / "secrets.json").write_text(json.dumps({**SECRETS, "postmark/eu": {"basic_auth": "eu:secret"}}))
    assert counts(ingest(cli, folder)) == {"unmatched": 1}


def test_the_tenant_of_an_account_is_whose_messages_its_reports_may_be_about(
    cli: Cli, ada: str, folder: Path
) -> None:
    (folder / "acme.json").write_text(json.dumps(capture(account="eu")))
    (folder / "secrets.json").write_text(
        json.dumps({**SECRETS, "postmark/eu": {"basic_auth": PASSWORD, "tenant": "acme"}})
    )
    assert counts(ingest(cli, folder)) == {"facts": 1, "unmatched": 1}
    assert len(cli("intake", "--tenant", "acme", "--json").json["unmatched"]) == 1


def test_an_account_of_another_tenant_than_the_one_asked_for_is_refused(cli: Cli, folder: Path) -> None:
    (folder / "secrets.json").write_text(
        json.dumps({"postmark/main": {"basic_auth": PASSWORD, "tenant": "acme"}})
    )
    (entry,) = ingest(cli, folder, "--tenant", "globex").json["refused"]
    assert "another tenant" in entry["reason"]


def test_what_an_account_of_one_tenant_says_counts_for_its_filter_as_by_the_endpoint(
    cli: Cli, folder: Path
) -> None:
    event = {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 7, "MessageID": "of nobody",
        "Email": "grace@example.org", "Details": "smtp;550 5.1.1 no such user",
        "BouncedAt": "2026-11-14T09:32:07Z",
    }  # fmt: skip
    (folder / "good.json").write_text(json.dumps(capture(body=json.dumps(event))))
    (folder / "secrets.json").write_text(
        json.dumps({"postmark/main": {"basic_auth": PASSWORD, "tenant": "acme"}})
    )
    assert ingest(cli, folder).code == ExitCode.OK
    with Ledger.open(folder.parent / "ledger.db") as ledger:
        assert not ledger.tenant("acme").suppression_filters.may_send("grace@example.org")
        assert ledger.suppression_filters.may_send("grace@example.org")


@pytest.mark.parametrize("tenant", ["", "a b", ["acme"], {"name": "acme"}])
def test_a_tenant_that_is_no_name_is_a_usage_error(cli: Cli, folder: Path, tenant: Any) -> None:
    (folder / "secrets.json").write_text(json.dumps({"postmark": {"basic_auth": PASSWORD, "tenant": tenant}}))
    assert ingest(cli, folder).code == ExitCode.USAGE


POISON: dict[str, bytes] = {
    "empty.json": b"",
    "list.json": b"[]",
    "text.json": b"hello",
    "not-utf8.json": b'{"provider": "\xff"}',
    "no-provider.json": b'{"body": ""}',
    "unknown.json": json.dumps(capture(provider="nobody")).encode(),
    "forged.json": json.dumps(capture(password="x:y")).encode(),
    "account.json": json.dumps(capture(account="a:b")).encode(),
    "base64.json": json.dumps(capture(body_b64="!")).encode(),
    "time.json": json.dumps(capture(received_at="noon")).encode(),
    "headers.json": json.dumps(capture(headers={"x": "y" * 70_000})).encode(),
    "deep.json": b"[" * 100_000,
}


@pytest.mark.parametrize("name", POISON)
def test_poison_is_reported_by_name_and_the_rest_recorded(
    cli: Cli, ada: str, folder: Path, name: str
) -> None:
    (folder / name).write_bytes(POISON[name])
    ran = ingest(cli, folder)
    assert (ran.code, ran.json["facts"]) == (ExitCode.POISONED, 1)
    assert [Path(entry["file"]).name for entry in ran.json["refused"]] == [name]
    assert "ada@" not in ran.json["refused"][0]["reason"]


def test_too_large_is_refused_before_it_is_read(
    cli: Cli, ada: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captures, "MAX_CAPTURE", 1_000)
    large = json.dumps(capture(url="x" * 2_000))
    (folder / "large.json").write_text(large)
    (folder / "lines.jsonl").write_text(f"{large}\n{json.dumps(capture(2))}\n")
    ran = ingest(cli, folder)
    assert [entry["reason"] for entry in ran.json["refused"]] == [
        "read a capture: it is longer than 1000 bytes; split it"
    ] * 2
    assert counts(ran)["unmatched"] == 1


def test_mails_and_anything_else_are_read_as_mails(cli: Cli, ada: str, folder: Path) -> None:
    (folder / "photo.bin").write_bytes(bytes(range(256)))
    (folder / "letter").write_bytes(b"Subject: Hello\n\nJust a letter.\n")
    (folder / ".hidden").write_bytes(b"{")
    assert counts(ingest(cli, folder)) == {"facts": 1, "ignored": 2}


def test_the_summary_says_what_to_do(cli: Cli, tmp_path: Path) -> None:
    ran = cli("ingest", INBOX, "--secrets", INBOX / "secrets.json")
    assert ran.code == ExitCode.POISONED
    assert "deliveryledger intake" in ran.out
    assert "0930-forged.json: accept a request for postmark" in ran.err
    assert (tmp_path / "ledger.db").exists()


def test_an_interruption_leaves_whole_deliveries_and_is_resumed(
    cli: Cli, ada: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2, 7):
        (folder / f"more-{number}.json").write_text(json.dumps(capture(number)))
    original, seen = Ledger.record, []

    def record(self: Ledger, reading: Reading, **options: Any) -> Recording:
        if len(seen) == 3:
            raise KeyboardInterrupt
        seen.append(reading)
        return original(self, reading, **options)

    monkeypatch.setattr(Ledger, "record", record)
    ran = ingest(cli, folder)
    assert ran.code == ExitCode.INTERRUPTED
    assert "the same command goes on" in ran.err
    monkeypatch.undo()
    ran = cli(
        "ingest",
        folder,
        "--secrets",
        folder / "secrets.json",
        "--json",
        "--ledger",
        folder.parent / "ledger.db",
    )
    assert counts(ran) == {"skipped": 3, "unmatched": 3}


def test_a_full_disk_ends_it_with_what_was_done(
    cli: Cli, ada: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(*_: Any, **__: Any) -> None:
        raise LedgerFull("append events", "the disk is full", "make room")

    monkeypatch.setattr(Ledger, "record", record)
    ran = ingest(cli, folder)
    assert ran.code == ExitCode.STORAGE
    assert ran.json["facts"] == 0
    assert "the disk is full" in ran.err


def test_secrets_that_cannot_be_read_are_not_repeated(cli: Cli, folder: Path) -> None:
    (folder / "secrets.json").write_text('{"postmark": "hunter2"}')
    ran = ingest(cli, folder)
    assert ran.code == ExitCode.USAGE
    assert "hunter2" not in ran.err + ran.out


def test_secrets_come_from_the_environment(
    cli: Cli, ada: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELIVERYLEDGER_SECRETS", str(folder / "secrets.json"))
    assert counts(cli("ingest", folder, "--json")) == {"facts": 1}


def test_only_the_tenant_that_is_named_is_considered(cli: Cli, ada: str, folder: Path) -> None:
    assert counts(ingest(cli, folder, "--tenant", "acme")) == {"unmatched": 1}


def test_a_mail_is_believed_by_the_signature_that_it_brings_back(cli: Cli, ada: str, folder: Path) -> None:
    with Ledger.open(folder.parent / "ledger.db") as ledger:
        signed = ledger.bounce_addresses("bounces.ats.example").sign("msg-1")
    bounce = dsn(
        "Final-Recipient: rfc822; ada@new.example\nAction: failed\nStatus: 5.1.1\n", returned="To: x\n"
    )
    (folder / "good.json").unlink()
    (folder / "bounce.eml").write_bytes(f"Delivered-To: {signed}\n".encode() + bounce)
    assert counts(ingest(cli, folder)) == {"facts": 1}
    assert cli("card", ada, "--json").json["messages"][0]["status"] == "hard_bounced"
