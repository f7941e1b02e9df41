"""Every limit holds, and what is above it is refused in words that say nothing of the CV."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from deliveryledger.advice.cv_addresses import CvReading, Limits, UnreadableCv, cv_addresses
from tests.advice.cv.bombs import TEXT, docx, packed, page, pdf, stream, twice_packed

ADA = b"ada@example.org"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 11 0 R>>>>"
LOOP = pdf(stream(b"/X Do"), stream(b"/X Do " * 200, FORM))
GREEDY = pdf(stream(b" " * 40_000_000 + b"BT /F 12 Tf (" + ADA + b") Tj ET"))
BOMB = pdf(twice_packed(300_000_000))
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:p>&b;</w:p>'


def here(**limits: float) -> Limits:
    return Limits(apart=False, **limits)


def refusal(data: bytes, limits: Limits) -> str:
    with pytest.raises(UnreadableCv) as raised:
        cv_addresses(data, limits=limits)
    assert "ada" not in str(raised.value)
    return raised.value.obstacle


def test_the_pdfs_of_this_file_are_read_where_nothing_is_wrong():
    reading = cv_addresses(pdf(page(ADA), pages=3), limits=here())
    assert [(each.address, each.page) for each in reading.addresses] == [("ada@example.org", 1)]


@pytest.mark.parametrize("apart", [True, False])
def test_size(apart: bool):
    assert refusal(ADA, Limits(size=10, apart=apart)) == "it has more than 10 bytes"


def test_pages():
    assert refusal(pdf(page(ADA), pages=500), Limits()) == "it has more than 100 pages"
    assert cv_addresses(pdf(page(ADA), pages=100), limits=here()).addresses


def test_parts_of_a_packed_file():
    many = packed({f"word/{number}.xml": b"" for number in range(20)})
    assert refusal(many, here(members=10)) == "it is packed of more than 10 parts"


@pytest.mark.parametrize("limits", [here(), here(unpacked=1_000_000), here(ratio=2)])
def test_a_bomb_of_a_packed_file(limits: Limits):
    assert "bomb" in refusal(docx(TEXT % (b" " * 90_000_000)), limits)


def test_entities_are_not_expanded_because_they_are_refused():
    assert "document type" in refusal(packed({"word/document.xml": ENTITIES}), here())
    assert "document type" in refusal(packed({"content.xml": ENTITIES}), here())


def test_nesting():
    deep = docx(b"<w:p>" * 2_000 + b"</w:p>" * 2_000)
    assert refusal(deep, here()) == "its elements are nested more than 500 deep"
    assert "nested" in refusal(b"{\\rtf1" + b"{" * 100_000, here())


def test_elements():
    assert "elements" in refusal(docx(b"<w:p/>" * 2_000), here(elements=1_000))
    assert "elements" in refusal(b"<html>" + b"<p>" * 2_000, here(elements=1_000))
    assert "elements" in refusal(b"{\\rtf1" + b"\\par" * 2_000, here(elements=1_000))


@pytest.mark.parametrize("form", [b"%s", b"<html>%s", b"{\\rtf1 %s}"])
def test_text(form: bytes):
    assert "characters of text" in refusal(form % (b"lorem ipsum " * 1_000), here(text=10_000))
    assert "characters of text" in refusal(docx(TEXT % (b"lorem " * 2_000)), here(text=10_000))


def test_addresses():
    many = b" ".join(b"a%d@example.org" % number for number in range(500))
    assert len(cv_addresses(many, limits=here(addresses=7)).addresses) == 7


def test_time():
    started = time.monotonic()
    assert "seconds" in refusal(pdf(page(ADA), pages=90), Limits(seconds=0.01))
    assert time.monotonic() - started < 3
    assert "seconds" in refusal(docx(b"<w:p/>" * 200_000), here(seconds=0.01, ratio=10**6))


def test_memory():
    assert "memory" in refusal(BOMB, Limits(memory=250 * 1024**2))


@pytest.mark.slow
@pytest.mark.parametrize("data", [LOOP, GREEDY, BOMB], ids=["loop", "40 MB", "300 MB"])
def test_a_hostile_pdf_is_answered_in_time(data: bytes):
    started = time.monotonic()
    with suppress(UnreadableCv):
        assert isinstance(cv_addresses(data, limits=Limits(seconds=5)), CvReading)
    assert time.monotonic() - started < 7


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + bytes(range(256)) * 20,
        b"%PDF-1.4\ntrailer<</Root 1 0 R>>",
        b"PK\x03\x04" + b"x" * 100,
        bytes(range(256)) * 20,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        packed({"xl/workbook.xml": b"<x/>"}),
        docx(b"<w:p>"),
        packed({"content.xml": b"<x>", "styles.xml": b""}),
    ],
)
def test_garbage_is_refused(data: bytes):
    assert refusal(data, here())


def test_encryption_of_every_format_is_told():
    locked = Path(__file__).with_name("locked-en.pdf").read_bytes()
    word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    open_document = packed(
        {"META-INF/manifest.xml": b"<m><encryption-data/></m>", "content.xml": b"\x00\x01"}
    )
    zipped = bytearray(docx(TEXT % ADA))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        zipped[zipped.index(mark) + (6 if mark[2] == 3 else 8)] |= 1
    for data in (locked, word, open_document, bytes(zipped)):
        assert refusal(data, here()) == "it is encrypted"
