"""Where passwords and tokens come from."""

import shlex
import sys
from pathlib import Path

import pytest

from deliveryledger.errors import InvalidInput, MailboxUnavailable
from deliveryledger.inbound.mailboxes import from_command, from_environment, from_file


def python(program: str) -> str:
    return shlex.join([sys.executable, "-c", program])


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "s3cret")
    assert from_environment("MAIL_PASSWORD")() == "s3cret"


def test_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(" löng \r\n".encode())
    assert from_file(tmp_path / "password")() == " löng "


def test_from_a_command_anew_each_time(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first")
    token = from_command(python(f"print(open({str(tmp_path / 'token')!r}).read())"))
    assert token() == "first"
    (tmp_path / "token").write_text("second")
    assert token() == "second"


@pytest.mark.parametrize(
    "program", ["raise SystemExit(1)", "print()", "import sys; sys.stdout.buffer.write(b'\\xff')"]
)
def test_a_command_that_fails_may_be_asked_again(program: str) -> None:
    with pytest.raises(MailboxUnavailable):
        from_command(python(program))()


@pytest.mark.parametrize("command", ["", "no-such-program-anywhere", "unbalanced '"])
def test_a_command_that_cannot_be_run_is_said(command: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be run"):
        from_command(command)()


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_that_holds_no_secret_is_said(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    with pytest.raises(InvalidInput, match="cannot be read"):
        from_file(tmp_path / "password")()


def test_a_variable_that_is_not_set_is_said() -> None:
    with pytest.raises(InvalidInput, match="NOT_SET_ANYWHERE is not set"):
        from_environment("NOT_SET_ANYWHERE")()
