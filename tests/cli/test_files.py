"""What ingest finds: files, pipes and folders; nothing is passed over in silence."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.cli.files import Found, find_files
from tests.cli.conftest import Cli, capture, counts, ingest

REQUEST = json.dumps(capture())

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A named pipe into which somebody writes one request."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(REQUEST,), daemon=True)
    writer.start()
    yield pipe
    writer.join(timeout=10)


def test_a_pipe_that_is_named_is_read(cli: Cli, ada: str, folder: Path, pipe: Path) -> None:
    ran = cli("ingest", pipe, "--secrets", folder / "secrets.json", "--json")
    assert (ran.code, counts(ran)) == (ExitCode.OK, {"facts": 1})


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system has no /dev/fd")
def test_what_the_shell_makes_of_a_process_is_read(cli: Cli, ada: str, folder: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, REQUEST.encode())
    os.close(writing)
    try:
        ran = cli("ingest", f"/dev/fd/{reading}", "--secrets", folder / "secrets.json", "--json")
    finally:
        os.close(reading)
    assert (ran.code, counts(ran)) == (ExitCode.OK, {"facts": 1})


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_link_that_leads_nowhere(path: Path) -> None:
    path.symlink_to("gone")


def make_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def make_link_to_a_folder(path: Path) -> None:
    path.symlink_to(path.parent, target_is_directory=True)


def make_link_to_a_device(path: Path) -> None:
    path.symlink_to(os.devnull)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)  # a socket's path may not be long
        server.bind(path.name)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (make_pipe, "it is a pipe"),
        (make_socket, "it is a socket"),
        (make_link_that_leads_nowhere, "it is a link that leads nowhere"),
        (make_link_to_itself, "symbolic links"),
        (make_link_to_a_folder, "it is a link to a folder"),
        (make_link_to_a_device, "it is a device"),
    ],
)
def test_what_is_no_file_in_a_folder_is_refused_and_the_rest_recorded(
    cli: Cli, ada: str, folder: Path, make: Callable[[Path], None], reason: str
) -> None:
    (folder / "deeper").mkdir()
    make(folder / "deeper" / "odd")
    ran = ingest(cli, folder)
    assert (ran.code, ran.json["facts"]) == (ExitCode.POISONED, 1)
    (refused,) = ran.json["refused"]
    assert refused["file"] == str(folder / "deeper" / "odd")
    assert reason in refused["reason"]
    assert str(folder) not in refused["reason"]


def test_a_socket_that_is_named_is_refused(cli: Cli, ada: str, folder: Path, tmp_path: Path) -> None:
    make_socket(tmp_path / "odd")
    ran = cli("ingest", tmp_path / "odd", folder / "good.json", "--secrets", folder / "secrets.json")
    assert ran.code == ExitCode.POISONED
    assert "odd: read a file: " in ran.err
    assert "facts           1" in ran.out


def test_a_folder_that_cannot_be_entered_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return original(path)

    (folder / "shut").mkdir()
    monkeypatch.setattr(os, "scandir", scandir)
    assert Found(folder / "shut", "Permission denied") in find_files([folder])


def test_a_link_to_a_file_is_read(folder: Path) -> None:
    (folder / "link.json").symlink_to("good.json")
    assert Found(folder / "link.json") in find_files([folder])


def test_files_come_sorted_and_hidden_ones_are_left_out(folder: Path) -> None:
    (folder / ".hidden").mkdir()
    for name in ("b/1.json", "a.json", ".hidden/c.json", ".d.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    os.mkfifo(folder / ".pipe")
    found = find_files([folder], without=folder / "secrets.json")
    assert [each.path.relative_to(folder).as_posix() for each in found] == ["a.json", "b/1.json", "good.json"]


def test_what_is_named_twice_is_read_once_and_may_be_hidden(folder: Path) -> None:
    hidden = folder / ".hidden.json"
    hidden.write_text("{}")
    assert find_files([hidden, hidden, folder / "good.json"]) == [Found(hidden), Found(folder / "good.json")]
