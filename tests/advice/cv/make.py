"""How the CVs beside this file were made; ``python -m tests.advice.cv.make`` makes them again.

The people are invented or long dead, the addresses reserved (RFC 2606). The producers are Debian's packages
chromium, libreoffice-writer-nogui, texlive-latex-recommended, texlive-xetex, pandoc, wkhtmltopdf, abiword,
groff, ghostscript and qpdf, with the fonts liberation, lato, ebgaramond and font-awesome. The tests need none
of them. LibreOffice and pandoc write moments into their files: a second run makes other bytes.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
Make = Callable[[Path, Path], None]
"""From a source to a file, in the folder of the file."""


def run(*command: object, cwd: Path, to: Path | None = None) -> None:
    """Run a producer in a folder of its own; ``to`` takes its standard output."""
    ran = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, check=True)
    if to is not None:
        to.write_bytes(ran.stdout)


def chrome(source: Path, target: Path) -> None:
    """A browser's "print to PDF"."""
    run(
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
        f"--print-to-pdf={target}", source.as_uri(), cwd=target.parent,
    )  # fmt: skip


def office(kind: str) -> Make:
    """LibreOffice's export to a format."""

    def make(source: Path, target: Path) -> None:
        profile = (target.parent / "profile").as_uri()
        run(
            "soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind,
            "--outdir", target.parent / "office", source, cwd=target.parent,
        )  # fmt: skip
        (made,) = (target.parent / "office").iterdir()
        made.rename(target)

    return make


def latex(engine: str) -> Make:
    """A LaTeX engine."""

    def make(source: Path, target: Path) -> None:
        run(engine, "-interaction=nonstopmode", f"-jobname={target.stem}", source, cwd=target.parent)

    return make


def pandoc(source: Path, target: Path) -> None:
    """Pandoc, to whatever the target's name says."""
    form = ["--to=plain"] if target.suffix == ".txt" else ["--standalone"]
    run("pandoc", *form, source, "-o", target, cwd=target.parent)


def wkhtml(source: Path, target: Path) -> None:
    """WebKit of old, as many web services still print."""
    run("wkhtmltopdf", "-q", source, target, cwd=target.parent)


def abiword(source: Path, target: Path) -> None:
    """Another word processor, which reads LibreOffice's file and writes its own form."""
    run("abiword", f"--to={target.suffix[1:]}", f"--to-name={target}", source, cwd=target.parent)


def groff(source: Path, target: Path) -> None:
    """troff's PDF."""
    run("groff", "-ms", "-Tpdf", source, cwd=target.parent, to=target)


def groff_and_ghostscript(source: Path, target: Path) -> None:
    """troff's PostScript, distilled."""
    run("groff", "-ms", "-Tps", source, cwd=target.parent, to=target.with_suffix(".ps"))
    run("ps2pdf", target.with_suffix(".ps"), target, cwd=target.parent)


def protected(source: Path, target: Path) -> None:
    """Anyone may read it, none may change it: encrypted with an empty user password."""
    run("qpdf", "--encrypt", "", "owner", "256", "--modify=none", "--", source, target, cwd=target.parent)


def locked(source: Path, target: Path) -> None:
    """Nobody reads it without the password."""
    run("qpdf", "--encrypt", "secret", "owner", "256", "--", source, target, cwd=target.parent)


def scanned(source: Path, target: Path) -> None:
    """A picture of a page."""
    picture = target.with_suffix(".png")
    run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pnggray", "-r60", f"-o{picture}", source,
        cwd=target.parent)  # fmt: skip
    page = target.with_suffix(".html")
    page.write_text(f'<body style="margin:0"><img src="{picture.name}" style="width:100%">')
    chrome(page, target)


def zipped(source: Path, target: Path) -> None:
    """The parts of a .docx as Word writes them."""
    parts = {"document.xml": "word/", "header1.xml": "word/", "document.xml.rels": "word/_rels/"}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", CONTENT_TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        for part in sorted(source.iterdir()):
            package.writestr(parts[part.name] + part.name, part.read_bytes())


def encoded(charset: str) -> Make:
    """A text file in another encoding."""

    def make(source: Path, target: Path) -> None:
        target.write_bytes(source.read_text("utf-8").encode(charset))

    return make


_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}" Target="word/document.xml"/></Relationships>'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_WORD}.header+xml"/></Types>'
)

MADE: dict[str, tuple[str, Make]] = {
    "chrome-two-columns-sv.pdf": ("two-columns-sv.html", chrome),
    "chrome-sidebar-en.pdf": ("sidebar-en.html", chrome),
    "chrome-letter-spaced-sv.pdf": ("letter-spaced-sv.html", chrome),
    "chrome-table-hyphens-sv.pdf": ("table-hyphens-sv.html", chrome),
    "chrome-footer-two-pages-en.pdf": ("footer-two-pages-en.html", chrome),
    "chrome-snabel-a-sv.pdf": ("snabel-a-sv.html", chrome),
    "chrome-glued-sv.pdf": ("glued-sv.html", chrome),
    "webkit-glued-sv.pdf": ("glued-sv.html", wkhtml),
    "webkit-table-hyphens-sv.pdf": ("table-hyphens-sv.html", wkhtml),
    "office-sv.pdf": ("word.fodt", office("pdf")),
    "office-sv.docx": ("word.fodt", office("docx")),
    "office-sv.odt": ("word.fodt", office("odt")),
    "office-sv.rtf": ("word.fodt", office("rtf")),
    "office-sv.html": ("word.fodt", office("html:HTML:EmbedImages")),
    "office-letter-spaced-sv.docx": ("letter-spaced-sv.html", office("docx:MS Word 2007 XML")),
    "abiword-sv.rtf": ("../office-sv.docx", abiword),
    "latex-ligatures-en.pdf": ("ligatures.tex", latex("pdflatex")),
    "latex-two-columns-sv.pdf": ("two-columns.tex", latex("pdflatex")),
    "latex-form-en.pdf": ("form.tex", latex("pdflatex")),
    "xelatex-garamond-fr.pdf": ("garamond.tex", latex("xelatex")),
    "groff-en.pdf": ("resume.ms", groff),
    "ghostscript-en.pdf": ("resume.ms", groff_and_ghostscript),
    "pandoc-sv.docx": ("profile-sv.md", pandoc),
    "pandoc-sv.odt": ("profile-sv.md", pandoc),
    "pandoc-sv.rtf": ("profile-sv.md", pandoc),
    "pandoc-sv.html": ("profile-sv.md", pandoc),
    "pandoc-en.txt": ("plain-en.md", pandoc),
    "word-boxes-sv.docx": ("word-boxes", zipped),
    "word-runs-en.docx": ("word-runs", zipped),
    "windows-sv.txt": ("latin1-sv.txt", encoded("cp1252")),
    "utf-16-sv.txt": ("latin1-sv.txt", encoded("utf-16")),
    "protected-en.pdf": ("../groff-en.pdf", protected),
    "locked-en.pdf": ("../groff-en.pdf", locked),
    "scan-sv.pdf": ("../office-sv.pdf", scanned),
}
"""File: what it is made of, and by what."""


def main(names: list[str]) -> None:
    """Make these, or all."""
    for name in names or MADE:
        source, make = MADE[name]
        with tempfile.TemporaryDirectory(prefix="cv-") as folder:
            target = Path(folder, name)
            make((SOURCES / source).resolve(), target)
            shutil.copy(target, HERE / name)
        print(f"{(HERE / name).stat().st_size:7,}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
