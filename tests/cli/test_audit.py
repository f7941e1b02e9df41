"""The commands checkpoint, verify, prove and verify-proof."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.audit.proofs import MAX_PROOF_BYTES
from deliveryledger.audit.signed_note import SigningKey
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli, Ran

EVENT = "message-default:msg-1@2"


def tamper(path: Path = Path("ledger.db")) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER ledger_events_are_never_changed;"
            "UPDATE ledger_events SET data = CAST(replace(CAST(data AS TEXT), 'rec-3', 'rec-4') AS BLOB) "
            "WHERE position = 1"
        )


def more_events(path: Path = Path("ledger.db")) -> None:
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-8", "grace@example.org", by="rec-3")


def export(cli: Cli) -> str:
    """Writes a checkpoint into ``exported``; returns the verification key."""
    ran = cli("checkpoint", "--to", "exported", "--json")
    assert ran.code == ExitCode.OK
    return str(ran.json["key"])


# --- checkpoint -------------------------------------------------------------------------------------


def test_checkpoint_prints_the_note_and_tells_the_key_apart(cli: Cli, ada: str) -> None:
    ran = cli("checkpoint")
    assert ran.code == ExitCode.OK
    assert ran.out.split("\n")[1] == "3"
    assert ran.out.endswith("=\n")
    key = ran.err.removeprefix("verification key: ").strip()
    assert Path("ledger.db.vkey").read_text().strip() == key
    Path("note").write_text(ran.out, encoding="utf-8")
    assert cli("verify", "--checkpoint", "note", "--key", key).code == ExitCode.OK


def test_checkpoint_as_json(cli: Cli, ada: str) -> None:
    found = cli("checkpoint", "--json").json
    assert (found["size"], found["file"]) == (3, None)
    assert found["checkpoint"].startswith("deliveryledger/")
    assert found["time"].endswith("+00:00")


def test_checkpoint_writes_files_named_by_size_and_overwrites_none(cli: Cli, ada: str) -> None:
    assert cli("checkpoint", "--to", "exported").out == "exported/0000000000000000003.checkpoint\n"
    first = Path("exported/0000000000000000003.checkpoint").read_bytes()
    assert cli("checkpoint", "--to", "exported").code == ExitCode.OK
    more_events()
    assert cli("checkpoint", "--to", "exported").code == ExitCode.OK
    assert [file.name[-12:] for file in sorted(Path("exported").iterdir())] == [
        "3.checkpoint",
        "4.checkpoint",
    ]
    assert Path("exported/0000000000000000003.checkpoint").read_bytes() == first


def test_checkpoint_signs_nothing_that_does_not_extend_what_was_exported(cli: Cli, ada: str) -> None:
    export(cli)
    tamper()
    Path("ledger.db.audit").unlink()
    more_events()
    ran = cli("checkpoint", "--to", "exported")
    assert (ran.code, ran.out) == (ExitCode.TAMPERED, "")
    assert "does not extend the one of size 3" in ran.err
    assert len(list(Path("exported").iterdir())) == 1


def test_checkpoint_does_not_pass_over_another_one_of_the_same_size(
    cli: Cli, ada: str, tmp_path: Path
) -> None:
    export(cli)
    (file,) = Path("exported").iterdir()
    with Ledger.open(tmp_path / "other.db") as other:
        for number in range(3):
            other.candidate_emails.register(f"cand-{number}", f"ada{number}@example.org", by="rec-3")
        file.write_text(other.audit.checkpoint(), encoding="utf-8")
    assert cli("checkpoint", "--to", "exported").code == ExitCode.TAMPERED


def test_a_folder_that_cannot_be_written_is_named(cli: Cli, ada: str) -> None:
    Path("taken").write_text("")
    assert cli("checkpoint", "--to", "taken").code == ExitCode.USAGE
    assert cli("checkpoint", "--to", "taken/below").code == ExitCode.REFUSED


# --- verify -----------------------------------------------------------------------------------------


def test_verify_with_a_folder_of_checkpoints(cli: Cli, ada: str) -> None:
    key = export(cli)
    more_events()
    export(cli)
    ran = cli("verify", "--checkpoint", "exported", "--key", key)
    assert ran.code == ExitCode.OK
    assert "The log is whole: 4 events." in ran.out
    assert "2 of 2 exported checkpoints hold" in ran.out


def test_verify_names_what_was_tampered_with(cli: Cli, ada: str) -> None:
    key = export(cli)
    tamper()
    ran = cli("verify", "--checkpoint", "exported", "--key", key, "--json")
    assert ran.code == ExitCode.TAMPERED
    assert ran.json["whole"] is False
    assert ran.json["findings"][0]["kind"] == "altered"
    assert ran.json["findings"][0]["event"] == "candidate_email-default:cand-7@1"
    assert "HISTORY WAS TAMPERED WITH" in cli("verify", "--checkpoint", "exported").out


def test_verify_without_a_checkpoint_says_what_it_did_not_check(cli: Cli, ada: str) -> None:
    ran = cli("verify")
    assert ran.code == ExitCode.OK
    assert "only internal consistency was checked" in ran.out


def test_verify_takes_the_key_from_a_file(cli: Cli, ada: str) -> None:
    export(cli)
    Path("ledger.db.vkey").rename("kept.vkey")
    assert cli("verify", "--checkpoint", "exported").code == ExitCode.USAGE
    assert cli("verify", "--checkpoint", "exported", "--key", "kept.vkey").code == ExitCode.OK


def test_verify_finds_a_forged_checkpoint(cli: Cli, ada: str) -> None:
    key = export(cli)
    (file,) = Path("exported").iterdir()
    file.write_text(file.read_text(encoding="utf-8").replace("\n3\n", "\n2\n"), encoding="utf-8")
    ran = cli("verify", "--checkpoint", file, "--key", key, "--json")
    assert ran.code == ExitCode.TAMPERED
    assert [finding["kind"] for finding in ran.json["findings"]] == ["forged_checkpoint"]


@pytest.mark.parametrize("key", ["nonsense", "a+b+c", "missing.vkey", "ledger.db"])
def test_what_is_no_key_is_a_usage_error(cli: Cli, ada: str, key: str) -> None:
    export(cli)
    assert cli("verify", "--checkpoint", "exported", "--key", key).code == ExitCode.USAGE


def test_what_is_no_checkpoint_is_a_usage_error(cli: Cli, ada: str) -> None:
    export(cli)
    Path("note").write_bytes(b"\0" * 200_000)
    assert cli("verify", "--checkpoint", "note").code == ExitCode.USAGE


# --- prove, verify-proof ----------------------------------------------------------------------------


def prove(cli: Cli, *arguments: str) -> tuple[Ran, str]:
    made = cli("prove", *arguments, "--json")
    assert made.code == ExitCode.OK
    Path("proof").write_text(made.json["proof"], encoding="utf-8")
    return made, str(made.json["key"])


def test_a_proof_is_verified_without_the_ledger(
    cli: Cli, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = prove(cli, EVENT)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Path("proof").rename(elsewhere / "proof")
    monkeypatch.chdir(elsewhere)
    monkeypatch.delenv("DELIVERYLEDGER_URL")
    ran = cli("verify-proof", "proof", "--key", key)
    assert ran.code == ExitCode.OK
    assert ran.out.startswith(f"proved: event {EVENT} (MessageSubmitted) is number 3 of the log ")
    found = cli("verify-proof", "proof", "--key", key, "--json").json
    assert (found["event"], found["place"], found["size"]) == (EVENT, 3, 3)
    assert json.loads(found["stored"])["provider"] == "postmark"
    assert sorted(file.name for file in elsewhere.iterdir()) == ["proof"]


def test_growth_since_an_exported_checkpoint_is_proved(cli: Cli, ada: str) -> None:
    export(cli)
    (file,) = Path("exported").iterdir()
    more_events()
    _, key = prove(cli, "--since", str(file))
    assert "only grew, from 3 events" in cli("verify-proof", "proof", "--key", key).out
    found = cli("verify-proof", "proof", "--key", key, "--json").json
    assert (found["from_size"], found["to_size"]) == (3, 4)


def test_a_proof_goes_into_a_new_file_only(cli: Cli, ada: str) -> None:
    assert cli("prove", EVENT, "--out", "new").out == "new\n"
    kept = Path("new").read_bytes()
    assert cli("prove", EVENT).out.encode() == kept
    assert cli("prove", "message-default:msg-1@1", "--out", "new").code == ExitCode.USAGE
    assert Path("new").read_bytes() == kept


@pytest.mark.parametrize("arguments", [(), (EVENT, "--since", "note")])
def test_prove_wants_one_thing(cli: Cli, ada: str, arguments: tuple[str, ...]) -> None:
    Path("note").write_text("")
    assert cli("prove", *arguments).code == ExitCode.USAGE


def test_an_event_that_is_not_there_is_refused(cli: Cli, ada: str) -> None:
    assert cli("prove", "message-default:msg-9@1").code == ExitCode.REFUSED


def test_a_proof_that_was_tampered_with_proves_nothing(cli: Cli, ada: str) -> None:
    _, key = prove(cli, EVENT)
    text = Path("proof").read_text(encoding="utf-8")
    Path("proof").write_text(text.replace("index 2", "index 1"), encoding="utf-8")
    assert cli("verify-proof", "proof", "--key", key).code == ExitCode.TAMPERED
    other = SigningKey("deliveryledger/another", bytes(32)).verification_key
    Path("proof").write_text(text, encoding="utf-8")
    assert cli("verify-proof", "proof", "--key", str(other)).code == ExitCode.TAMPERED


def test_a_file_that_is_too_large_is_refused_unread(cli: Cli, ada: str) -> None:
    _, key = prove(cli, EVENT)
    with Path("proof").open("wb") as file:
        file.truncate(MAX_PROOF_BYTES * 4)
    assert cli("verify-proof", "proof", "--key", key).code == ExitCode.USAGE
