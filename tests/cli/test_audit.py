"""The commands checkpoint, verify, prove and verify-proof."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli


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
    Path("exported").mkdir(exist_ok=True)
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
    Path("exported").mkdir()
    assert cli("checkpoint", "--to", "exported").out == "wrote exported/0000000000000000003.checkpoint\n"
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
    ran = cli("checkpoint", "--to", "exported")
    assert (ran.code, "that of another log" in ran.err) == (ExitCode.USAGE, True)


def test_a_folder_that_cannot_be_written_is_named(cli: Cli, ada: str) -> None:
    Path("taken").write_text("")
    assert cli("checkpoint", "--to", "taken").code == ExitCode.USAGE
    for missing in ("taken/below", "unmounted"):
        ran = cli("checkpoint", "--to", missing)
        assert (ran.code, ran.out) == (ExitCode.USAGE, "")
        assert f"there is no folder '{missing}'; make the folder, or mount it" in ran.err
        assert not Path(missing).exists()
    assert not Path("ledger.db.vkey").exists()


# --- verify -----------------------------------------------------------------------------------------


def test_verify_with_a_folder_of_checkpoints(cli: Cli, ada: str) -> None:
    key = export(cli)
    more_events()
    export(cli)
    ran = cli("verify", "--checkpoint", "exported", "--key", key)
    assert ran.code == ExitCode.OK
    assert "The log is as it was signed: 4 of 4 events are covered." in ran.out
    assert "2 of 2 exported checkpoints hold" in ran.out


def test_what_no_checkpoint_covers_is_not_called_whole(cli: Cli, ada: str) -> None:
    key = export(cli)
    more_events()
    out = cli("verify", "--checkpoint", "exported", "--key", key).out
    assert out.startswith("The log is as it was signed: 3 of 4 events are covered.\n")
    assert "No checkpoint covers the 1 after them yet." in out


def test_a_folder_without_checkpoints_is_not_taken_for_an_answer(cli: Cli, ada: str) -> None:
    key = export(cli)
    Path("empty").mkdir()
    ran = cli("verify", "--checkpoint", "exported", "--checkpoint", "empty", "--key", key)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "there is no checkpoint in 'empty'; check the folder, or leave --checkpoint out" in ran.err


def test_a_checkpoint_of_another_ledger_is_a_mistake_and_no_finding(
    cli: Cli, ada: str, tmp_path: Path
) -> None:
    with Ledger.open(tmp_path / "other.db") as other:
        Path("note").write_text(other.audit.checkpoint(), encoding="utf-8")
    export(cli)
    ran = cli("verify", "--checkpoint", "note")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "a checkpoint is that of another log; give the checkpoints of this ledger" in ran.err


def test_the_audit_log_can_be_read_by_its_owner_alone(cli: Cli, ada: str) -> None:
    cli("checkpoint")
    assert stat.S_IMODE(Path("ledger.db.audit").stat().st_mode) == 0o600


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
    ran = cli("verify", "--checkpoint", "exported")
    assert (ran.code, "give it with --key" in ran.err) == (ExitCode.USAGE, True)
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
