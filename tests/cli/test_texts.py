"""Texts of an ATS on the command line: the file that DELIVERYLEDGER_TEXTS names."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliveryledger.advice.wording import use
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli


@pytest.fixture(autouse=True)
def ours_again() -> Iterator[None]:
    yield
    use({})


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DELIVERYLEDGER_TEXTS", "texts.json")
    return tmp_path / "texts.json"


def test_every_command_speaks_with_the_texts_of_the_file(cli: Cli, ada: str, texts: Path) -> None:
    texts.write_text(json.dumps({"card.messages": {"sv": "Brev", "nb": "Meldinger"}}), encoding="utf-8")
    assert "Brev" in cli("card", ada, "--lang", "sv").out
    assert "Meldinger" in cli("card", ada, "--lang", "nb").out
    assert "Messages" in cli("card", ada).out


def test_a_language_that_nobody_added_is_a_usage_error(cli: Cli, ada: str, texts: Path) -> None:
    texts.write_text(json.dumps({"card.messages": {"nb": "Meldinger"}}), encoding="utf-8")
    ran = cli("card", ada, "--lang", "de")
    assert ran.code == ExitCode.USAGE
    assert "'sv', 'en', 'nb'" in ran.err


CONTENTS = {
    "nothing": (None, "no such file"),
    "no JSON": (b"{", "the file is not JSON"),
    "no text": (b"\xff\xfe", "the file is not JSON"),
    "nested too deeply": (b"[" * 100_000, "the file is not JSON"),
    "a list": (b"[]", "no mapping"),
    "a key of nothing": (b'{"card.mesages": {"sv": "Brev"}}', "did you mean 'card.messages'?"),
    "a placeholder of nothing": (b'{"card.messages": {"sv": "{x}"}}', "has no placeholder {x}"),
    "too long": (b" " * (4 * 1024 * 1024 + 1), "longer than 4 MiB"),
}


@pytest.mark.parametrize(("content", "why"), CONTENTS.values(), ids=CONTENTS.keys())
def test_a_file_that_cannot_be_used_is_told_in_one_line(
    cli: Cli, texts: Path, content: bytes | None, why: str
) -> None:
    if content is not None:
        texts.write_bytes(content)
    ran = cli("status")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (ExitCode.USAGE, "", 1)
    assert why in ran.err.replace("No such", "no such")
