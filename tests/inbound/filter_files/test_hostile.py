"""Files that are damaged, or meant to do harm: a bad row is named by number and cause, the others go on."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.application.filter_rows import FilterRow, RefusedRow
from deliveryledger.errors import DeliveryLedgerError, InvalidInput, PayloadTooLarge
from deliveryledger.inbound.filter_files import FilterFiles, reading
from deliveryledger.inbound.filter_files.text import MAX_LINE

HEADER = "address,code,error,created_at\n"
GOOD = "ada@b.example,550,,2024-05-06\n"
SECRET = "grace-secret"


def read(tmp_path: Path, content: str | bytes, name: str | None = None) -> list[FilterRow | RefusedRow]:
    file = tmp_path / "list.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(FilterFiles([file], name=name)())


BAD_ROWS = {
    "a NUL": (f"{SECRET}\x00@b.example,550,,2024-05-06\n", "it has a NUL in it"),
    "an open quote": (f'"{SECRET}@b.example,550,,2024-05-06\n', "a quote is not closed"),
    "text after a quote": (f'"{SECRET}"@b.example,550,,2024-05-06\n', "it is no line of a CSV"),
    "no address": (f"{SECRET},550,,2024-05-06\n", "its address is no e-mail address"),
    "a control character": (f"{SECRET}\x1b[2J@b.example,550,,2024-05-06\n", "its address has a character"),
    "text that turns around": (f"{SECRET}\u202e@b.example,550,,2024-05-06\n", "its address has a character"),
    "an empty address": (",550,,2024-05-06\n", "its address is no e-mail address"),
    "too few cells": (f"{SECRET}@b.example,550\n", "it has more or fewer cells"),
    "too many cells": (f"{SECRET}@b.example,550,,2024-05-06,x\n", "it has more or fewer cells"),
    "no date": (f"{SECRET}@b.example,550,,yesterday\n", "its date cannot be read"),
    "a date out of range": (f"{SECRET}@b.example,550,,999999999999\n", "its date cannot be read"),
    "a line without end": (f"{SECRET}@b.example,550,{'x' * 2 * MAX_LINE},2024-05-06\n", "it is too long"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_named_and_the_others_go_on(tmp_path: Path, kind: str):
    row, why = BAD_ROWS[kind]
    found = read(tmp_path, HEADER + GOOD + row + GOOD * 30)
    refused = [each for each in found if isinstance(each, RefusedRow)]
    assert [(each.file, each.line) for each in refused] == [("list.csv", 3)]
    assert why in refused[0].why
    assert SECRET not in str(refused)
    assert len(found) == 32


def test_another_encoding_costs_its_rows_alone(tmp_path: Path):
    found = read(
        tmp_path, HEADER.encode() + "å@b.example,550,,2024-05-06\n".encode("latin-1") + GOOD.encode()
    )
    assert found[0] == RefusedRow("list.csv", 2, "its address is not in UTF-8")
    assert isinstance(found[1], FilterRow)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_office_programs_write_is_read(tmp_path: Path, encoding: str, ending: str, delimiter: str):
    text = (HEADER + GOOD).replace("\n", ending).replace(",", delimiter)
    (row,) = read(tmp_path, text.encode(encoding))
    assert isinstance(row, FilterRow)
    assert row.address == "ada@b.example"


def test_a_record_may_have_several_lines(tmp_path: Path):
    found = read(tmp_path, HEADER + 'ada@b.example,550,"no\nsuch\n""user""",2024-05-06\n' + "bad,1,,\n")
    assert isinstance(found[0], FilterRow)
    assert found[1:] == [RefusedRow("list.csv", 5, "its address is no e-mail address")]


JSON_LINE = '{"emailAddress":"ada@b.example","reason":"BOUNCE"}\n'


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", '{"emailAddress": {"x": 1}, "reason": "BOUNCE"}', '{"a":' * 5000, '{"reason":"BOUNCE"}',
     '{"emailAddress":"x@b.example","reason":"' + "B" * 2 * MAX_LINE + '"}', "\x00"],
)  # fmt: skip
def test_a_bad_line_of_json_is_named_and_the_others_go_on(tmp_path: Path, line: str):
    found = read(tmp_path, JSON_LINE + line + "\n" + JSON_LINE)
    assert [type(each) for each in found] == [FilterRow, RefusedRow, FilterRow]
    assert found[1].line == 2  # type: ignore[union-attr]


def test_a_list_that_breaks_off_says_so(tmp_path: Path):
    text = '{"items":[\n{"address":"ada@b.example","code":"550"},\n{"address":"x'
    taken, refused = read(tmp_path, text, "mailgun-bounces")
    assert isinstance(taken, FilterRow)
    assert refused == RefusedRow("list.csv", 3, "it is no JSON object; what comes after it cannot be read")


def test_a_long_list_is_read_in_parts(tmp_path: Path):
    items = ",\n".join(f'{{"address":"a{n}@b.example","code":"550","error":"[]"}}' for n in range(5_000))
    found = read(tmp_path, f'{{"items":[{items}]}}')
    assert [row.address for row in found if isinstance(row, FilterRow)] == [
        f"a{n}@b.example" for n in range(5_000)
    ]


def test_what_is_too_much_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    with pytest.raises(PayloadTooLarge, match="rows"):
        read(tmp_path, HEADER + GOOD * 4)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(PayloadTooLarge, match="MiB"):
        read(tmp_path, HEADER)


def test_a_file_that_changes_while_it_is_counted_is_refused(tmp_path: Path):
    file = tmp_path / "list.csv"
    file.write_text(HEADER + GOOD)
    rows = FilterFiles([file])
    list(rows())
    file.write_text(HEADER + GOOD * 2)
    with pytest.raises(InvalidInput, match="has changed"):
        list(rows())


def test_a_folder_or_a_missing_file_is_refused(tmp_path: Path):
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(InvalidInput):
            list(FilterFiles([path])())


@given(content=st.binary(max_size=300), head=st.sampled_from(["", HEADER, '{"items":[', "[", JSON_LINE]))
def test_no_bytes_do_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, head: str
):
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(head.encode() + content)
    with suppress(DeliveryLedgerError):
        assert all(isinstance(row, FilterRow | RefusedRow) for row in FilterFiles([file])())
