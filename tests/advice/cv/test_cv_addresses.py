"""The CVs beside this file, each as its producer made it: every address, in order, from its place."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deliveryledger.advice.cv_addresses import CvReading, Limits, UnreadableCv, cv_addresses
from deliveryledger.errors import InvalidInput, MissingExtra
from tests.advice.cv.expected import EXPECTED, REFUSED, UNREADABLE
from tests.advice.cv.make import MADE

HERE = Path(__file__).parent
HERE_ONLY = Limits(apart=False)


def told(reading: CvReading) -> tuple[str, ...]:
    """Addresses, page and place, as in expected.py."""
    return tuple(
        " ".join(str(part) for part in (each.address, each.page, each.how) if part is not None)
        for each in reading.addresses
    )


@pytest.mark.parametrize("file", EXPECTED)
def test_a_cv_of_a_real_producer_is_read_right(file: str):
    reading = cv_addresses((HERE / file).read_bytes(), limits=HERE_ONLY)
    assert told(reading) == EXPECTED[file]
    assert reading.readable


@pytest.mark.parametrize("file", ["chrome-two-columns-sv.pdf", "office-sv.docx", "windows-sv.txt"])
def test_a_process_of_its_own_reads_the_same(file: str):
    data = (HERE / file).read_bytes()
    assert cv_addresses(data) == cv_addresses(data, limits=HERE_ONLY)


def test_there_are_enough_and_each_says_how_it_was_made():
    assert len(EXPECTED) >= 25
    assert set(EXPECTED) | set(UNREADABLE) | set(REFUSED) == set(MADE)
    assert all((HERE / file).stat().st_size < 60_000 for file in MADE)


@pytest.mark.parametrize("file", UNREADABLE)
def test_a_scan_is_not_readable_and_no_error(file: str):
    assert cv_addresses((HERE / file).read_bytes()) == CvReading((), readable=False)


def test_a_photograph_and_an_empty_file_are_not_readable_either():
    for data in (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"\xff\xd8\xff\xe0JFIF", b"", b" \n"):
        assert cv_addresses(data, limits=HERE_ONLY) == CvReading((), readable=False)


@pytest.mark.parametrize("file", REFUSED)
def test_a_locked_cv_is_refused_with_a_reason(file: str):
    with pytest.raises(UnreadableCv, match=REFUSED[file]) as raised:
        cv_addresses((HERE / file).read_bytes())
    assert isinstance(raised.value, InvalidInput)
    assert raised.value.remedy == "ask for it without a password"


def test_the_name_that_the_caller_knows_decides():
    text = b"grace@example.org ada@example.org"
    best = [cv_addresses(text, name=name, limits=HERE_ONLY).addresses[0].address for name in ("Ada", "Grace")]
    assert best == ["ada@example.org", "grace@example.org"]


@pytest.mark.parametrize("apart", [True, False])
def test_a_pdf_without_the_extra_says_what_to_install(
    apart: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "pypdf.py").write_text("raise ModuleNotFoundError('no', name='pypdf')\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pypdf"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(MissingExtra, match=r"pip install 'deliveryledger\[cv\]'"):
        cv_addresses((HERE / "groff-en.pdf").read_bytes(), limits=Limits(apart=apart))
    assert cv_addresses(b"ada@example.org", limits=Limits(apart=apart)).addresses


def test_an_answer_is_the_same_whatever_the_file_is_called(read: Callable[[str], tuple[str, ...]]):
    assert read("office-sv.docx") == tuple(each.split()[0] for each in EXPECTED["office-sv.docx"])


@pytest.fixture
def read() -> Callable[[str], tuple[str, ...]]:
    """Addresses of a file, by its bytes alone."""

    def addresses(file: str) -> tuple[str, ...]:
        reading = cv_addresses((HERE / file).read_bytes(), limits=HERE_ONLY)
        return tuple(each.address for each in reading.addresses)

    return addresses
