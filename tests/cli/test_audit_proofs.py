"""The commands prove and verify-proof."""

import json
from pathlib import Path

import pytest

from deliveryledger.audit.proofs import MAX_PROOF_BYTES
from deliveryledger.audit.signed_note import SigningKey
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli, Ran
from tests.cli.test_audit import export, more_events

EVENT = "message-default:msg-1@2"


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
    assert cli("prove", EVENT, "--out", "new").out == "wrote new\n"
    Path("link").symlink_to("nowhere")
    kept = Path("new").read_bytes()
    assert cli("prove", EVENT).out.encode() == kept
    for taken in ("new", "link"):
        ran = cli("prove", "message-default:msg-1@1", "--out", taken)
        assert ran.code == ExitCode.USAGE
        assert ran.err.endswith(f"there is a file '{taken}' already; give another name\n")
    ran = cli("prove", EVENT, "--out", "missing/new")
    assert ran.code == ExitCode.USAGE
    assert ran.err.endswith("there is no folder 'missing'; make the folder, or mount it\n")
    assert Path("new").read_bytes() == kept


@pytest.mark.parametrize("arguments", [(), (EVENT, "--since", "note")])
def test_prove_wants_one_thing(cli: Cli, ada: str, arguments: tuple[str, ...]) -> None:
    Path("note").write_text("")
    assert cli("prove", *arguments).code == ExitCode.USAGE


def test_an_event_that_is_not_there_is_refused(cli: Cli, ada: str) -> None:
    ran = cli("prove", "message-default:msg-9@1")
    assert (ran.code, "activity CANDIDATE --json" in ran.err) == (ExitCode.REFUSED, True)


def test_a_proof_may_come_in_by_a_pipe(cli: Cli, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = prove(cli, EVENT)
    with Path("proof").open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert cli("verify-proof", "-", "--key", key).out.startswith(f"proved: event {EVENT} ")


def test_verify_proof_offers_no_ledger(cli: Cli) -> None:
    shown = cli("verify-proof", "--help").out
    assert "--ledger" not in shown
    assert "--tenant" not in shown


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
