"""A program that keeps the key-encryption key: real scripts, and everything that goes wrong."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.errors import InvalidInput, KeyStoreError, KeyWrapperFailed, WrongKeyEncryptionKey
from deliveryledger.storage.key_command import KeyCommand

KEY = bytes(range(32))
CONTEXT = "deliveryledger-1"
GOOD = """
import hashlib, pathlib, sys
verb, context = sys.argv[1:]
calls = pathlib.Path(__file__).with_name("calls")
with calls.open("a") as file:
    file.write(f"{verb} {context}\\n")
given = sys.stdin.buffer.read()
mask = hashlib.sha512(context.encode()).digest()
if verb == "wrap":
    digits = given.strip()
    assert len(digits) == 64, digits
    sys.stdout.buffer.write(b"v1:" + bytes(a ^ b for a, b in zip(digits, mask)).hex().encode() + b"\\n")
else:
    digits = bytes.fromhex(given.decode().strip().removeprefix("v1:"))
    sys.stdout.buffer.write(bytes(a ^ b for a, b in zip(digits, mask)) + b"\\n")
"""
Program = Callable[..., KeyCommand]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Writes a script, and gives the command that runs it."""

    def write(source: str, timeout: float = 10) -> KeyCommand:
        script = tmp_path / "bin" / "keeper.py"
        script.parent.mkdir(exist_ok=True)
        script.write_text(source)
        return KeyCommand((sys.executable, str(script)), timeout)

    return write


def calls(program: KeyCommand) -> list[str]:
    return Path(program.argv[1]).with_name("calls").read_text().splitlines()


def test_what_was_wrapped_unwraps_with_the_same_context_only(program: Program) -> None:
    command = program(GOOD)
    wrapped = command.wrap(KEY, CONTEXT)
    assert KEY.hex().encode() not in wrapped
    assert command.unwrap(wrapped, CONTEXT) == KEY
    with pytest.raises(KeyWrapperFailed):
        command.unwrap(wrapped, "deliveryledger-2")
    assert calls(command)[:2] == [f"wrap {CONTEXT}", f"unwrap {CONTEXT}"]


def test_a_ledger_asks_it_once_per_start_and_not_once_per_person(program: Program, tmp_path: Path) -> None:
    command = program(GOOD)
    with Ledger.open(tmp_path / "ledger.db", key_encryption_key=command) as ledger:
        for n in range(20):
            ledger.candidate_emails.register(f"cand-{n}", f"ada{n}@gmial.com", by="rec-3")
        assert ledger.keys.status().key_encryption_key == "wrapper"
    before = len(calls(command))
    with Ledger.open(tmp_path / "ledger.db", key_encryption_key=command) as ledger:
        assert ledger.candidate_card("cand-19").address == "ada19@gmial.com"
        ledger.rebuild()
    assert [line.partition(" ")[0] for line in calls(command)[before:]] == ["unwrap"]
    assert not (tmp_path / "ledger.db.kek").exists()


def test_the_environment_names_it_for_the_command_line(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = program(GOOD)
    monkeypatch.setenv("DELIVERYLEDGER_KEY_COMMAND", f"{command.argv[0]} '{command.argv[1]}'")
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", by="rec-3")
    assert calls(command)
    monkeypatch.delenv("DELIVERYLEDGER_KEY_COMMAND")
    with pytest.raises(KeyStoreError, match="lies wrapped"):
        Ledger.open(tmp_path / "ledger.db")
    with pytest.raises(WrongKeyEncryptionKey, match="lies wrapped"):
        Ledger.open(tmp_path / "ledger.db", key_encryption_key=os.urandom(32))


SECRET = "MARKER-" + KEY.hex()
WRONG = {
    "exit code": (
        f"import sys; print('{SECRET}', file=sys.stderr); print('{SECRET}'); sys.exit(3)",
        "code 3",
    ),
    "signal": ("import os; os.kill(os.getpid(), 9)", "code -9"),
    "nothing": ("", "not 64 hexadecimal"),
    "no hex": (f"print('{SECRET}')", "not 64 hexadecimal"),
    "too short": ("print('00' * 31)", "not 64 hexadecimal"),
    "two keys": ("print('00' * 64)", "not 64 hexadecimal"),
    "bytes": ("import sys; sys.stdout.buffer.write(b'\\xff' * 64)", "not 64 hexadecimal"),
    "endless": ("while True: print('0' * 1000)", "longer than"),
    "hangs": ("import time; time.sleep(60)", "did not answer within"),
    "hangs after its answer": ("import sys, os, time; os.close(1); time.sleep(60)", "did not answer within"),
    "leaves a child that hangs": (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        "did not answer within",
    ),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_program_that_answers_wrongly_is_a_typed_error_without_secrets(program: Program, how: str) -> None:
    source, obstacle = WRONG[how]
    began = time.monotonic()
    with pytest.raises(KeyWrapperFailed, match=obstacle) as caught:
        program(source, timeout=1.5).unwrap(b"wrapped", CONTEXT)
    assert time.monotonic() - began < 15
    assert "MARKER" not in str(caught.value)
    assert KEY.hex() not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("argv", [("no-such-program-anywhere",), (os.devnull,)])
def test_a_program_that_cannot_be_started(argv: tuple[str, ...]) -> None:
    with pytest.raises(KeyWrapperFailed, match="cannot be started"):
        KeyCommand(argv).wrap(KEY, CONTEXT)


@pytest.mark.parametrize("argv", ["a program", (), ("",)])
def test_a_command_is_a_list_of_words(argv: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        KeyCommand(argv)


def test_a_line_is_split_as_a_shell_would_and_never_run_by_one() -> None:
    assert KeyCommand.parse("vault-key 'my key' $HOME;ls").argv == ("vault-key", "my key", "$HOME;ls")
    with pytest.raises(InvalidInput):
        KeyCommand.parse("vault 'unfinished")


FORGETS = GOOD.replace('if verb == "wrap"', 'if verb == "unwrap":\n    print("00" * 32)\nelif verb == "wrap"')


@pytest.mark.parametrize("source", [FORGETS, "import sys; sys.stdout.write(sys.stdin.read())", "", "1/0"])
def test_nothing_relies_on_a_wrapper_that_does_not_give_back_what_it_got(
    program: Program, tmp_path: Path, source: str
) -> None:
    with pytest.raises(KeyWrapperFailed):
        Ledger.open(tmp_path / "ledger.db", key_encryption_key=program(source))
    path = tmp_path / "other.db"
    with Ledger.open(path) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", by="rec-3")
        with pytest.raises(KeyWrapperFailed):
            ledger.keys.rotate_key_encryption_key(program(source))
    with Ledger.open(path) as ledger:
        assert ledger.candidate_card("cand-7").address == "ada@gmial.com"


class Broken:
    """A wrapper of the caller's, as a cloud's library may be."""

    def wrap(self, key: bytes, context: str) -> bytes:
        raise RuntimeError(f"denied for {key.hex()}")

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        raise RuntimeError("denied")


def test_an_exception_of_a_caller_s_wrapper_is_named_by_its_type_alone(tmp_path: Path) -> None:
    with pytest.raises(KeyWrapperFailed, match="RuntimeError") as caught:
        Ledger.open(tmp_path / "ledger.db", key_encryption_key=Broken())
    assert "denied" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("wrong", ["00" * 32, 7, object()])
def test_what_is_neither_bytes_nor_wrapper_is_refused(tmp_path: Path, wrong: object) -> None:
    with pytest.raises(InvalidInput, match="KeyWrapper"):
        Ledger.open(tmp_path / "ledger.db", key_encryption_key=wrong)  # type: ignore[arg-type]


def test_nobody_waits_for_what_has_left_the_program_s_session(program: Program) -> None:
    leaves = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'], start_new_session=True)\n"
    )
    began = time.monotonic()
    with pytest.raises(KeyWrapperFailed, match="did not answer within"):
        program(leaves, timeout=1.5).unwrap(b"wrapped", CONTEXT)
    assert time.monotonic() - began < 10


def test_a_program_that_does_not_read_what_it_is_given(program: Program) -> None:
    answers = "import os, time; os.close(0); print('00' * 32)"
    assert program(answers).unwrap(b"x" * 32_000, CONTEXT) == bytes(32)
