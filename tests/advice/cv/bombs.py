"""CVs that mean harm, and who reads them."""

import zipfile
import zlib
from io import BytesIO

WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
TEXT = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>"


def packed(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def docx(body: bytes) -> bytes:
    """A .docx with that body."""
    return packed({"word/document.xml": WORD % body})


def pdf(*objects: bytes, pages: int = 1) -> bytes:
    """A PDF of these objects, from number 10 on, whose pages all show object 10."""
    kids = b" ".join(b"%d 0 R" % (100 + number) for number in range(pages))
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % pages,
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for number in range(pages):
        parts[100 + number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 10 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</X 11 0 R>>>>>>"
        )
    parts |= dict(enumerate(objects, 10))
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted(parts.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    return bytes(out) + b"trailer<</Root 1 0 R/Size 9999>>\nstartxref\n%d\n%%%%EOF\n" % start


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """A stream, packed."""
    data = zlib.compress(content, 9)
    return b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def page(text: bytes) -> bytes:
    """What draws a text."""
    return stream(b"BT /F 12 Tf 50 700 Td (" + text + b") Tj ET")


def twice_packed(size: int) -> bytes:
    """A stream of blanks, packed twice: a thousandth of a thousandth."""
    data = zlib.compress(zlib.compress(b" " * size, 9), 9)
    return b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(data), data)
