"""``suggest``: every line is answered, whatever it holds; a ledger is not needed."""

import json
from typing import Any

import pytest

from deliveryledger.cli import captures
from deliveryledger.cli.exit_codes import ExitCode
from tests.cli.conftest import Cli


def ask(cli: Cli, *lines: dict[str, Any] | str, options: tuple[str, ...] = ()) -> tuple[int, list[Any]]:
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    ran = cli("suggest", "--json", *options, stdin="".join(f"{text}\n" for text in texts).encode())
    return ran.code, [json.loads(each) for each in ran.out.splitlines()]


def test_each_line_is_answered_with_addresses_and_grounds(cli: Cli):
    code, answers = ask(
        cli,
        {"id": "a", "address": "ada@gmial.com", "name": None, "cv": None, "bounced": False},
        {"id": 2, "address": "ada@gmail.com"},
        {"id": "c", "address": "adda@gmial.com", "cv": "ada@gmail.com"},
        {"id": "d", "address": "adda@gmial.com", "cv": ["x@acme.se", "ada@gmail.com"]},
    )
    assert code == ExitCode.OK
    assert answers == [
        {"id": "a", "suggestions": [{"address": "ada@gmail.com", "grounds": "typo"}]},
        {"id": 2, "suggestions": []},
        {"id": "c", "suggestions": [{"address": "ada@gmail.com", "grounds": "cv"}]},
        {"id": "d", "suggestions": [{"address": "ada@gmail.com", "grounds": "cv"}]},
    ]


def test_after_a_bounce_it_is_bolder_for_one_line_or_for_all(cli: Cli):
    plain = {"id": 1, "address": "ada.lovelase@gmail.com", "name": "Ada Lovelace"}
    mended = [{"address": "ada.lovelace@gmail.com", "grounds": "name"}]
    _, answers = ask(cli, plain, {**plain, "bounced": True})
    assert [each["suggestions"] for each in answers] == [[], mended]
    _, answers = ask(cli, plain, options=("--after-bounce",))
    assert answers[0]["suggestions"] == mended


def test_a_line_that_is_no_question_is_answered_and_stops_nothing(cli: Cli):
    good = {"id": "z", "address": "ada@gmial.com"}
    bad = ["nonsense", "[]", '{"id": 5}', '{"id": "n", "address": 7}', '{"id": "n", "address": "a@\\ud800"}']
    code, answers = ask(cli, *bad, good)
    assert code == ExitCode.POISONED
    assert [each["id"] for each in answers] == [None, None, 5, "n", None, "z"]
    assert all(each["suggestions"] == [] and each["error"] for each in answers[:4])
    assert answers[-1]["suggestions"]


def test_a_line_that_is_too_long_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(captures, "MAX_CAPTURE", 100)
    code, answers = ask(cli, {"id": 1, "address": "a" * 200}, {"id": 2, "address": "ada@gmail.com"})
    assert code == ExitCode.POISONED
    assert [each.get("error") for each in answers] == ["read a question: it is too long; split it", None]


def test_an_error_repeats_nothing_of_the_line(cli: Cli):
    _, (answer,) = ask(cli, '{"address": ["ada@gmail.com"]}')
    assert "ada" not in answer["error"]


def test_a_person_reads_sentences_in_their_language(cli: Cli):
    question = json.dumps({"address": "ada@gnail.com"}).encode()
    assert cli("suggest", "--lang", "sv", stdin=question).out == (
        "ada@gnail.com\n  ada@gmail.com  gnail.com liknar gmail.com, som är mycket vanligare.\n"
    )
