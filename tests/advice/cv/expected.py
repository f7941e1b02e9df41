"""What stands in the CVs beside this file, in the order that is right; page and place where they matter."""

OFFICE = (
    "astrid.ericsson@nas.example.org header",
    "astrid.e@dalagatan.example.org link",
    "astrid@furusund.example.net text box",
    "torsten.lindfors@bokhandel.example.com text",
    "rekrytering@bokforlag.example.com footer",
)
PANDOC = (
    "elsa.brandstrom@brev.example.org link",
    "elsa@tal.example.org text",
    "ethel@kollega.example.org text",
    "info@barnhem.example.org text",
)
EVA = (
    "eva.ekeblad@stola.example.net 1 text",
    "eva.delagardie@stola.example.net 1 text",
    "carl.harleman@slottet.example.org 1 text",
    "magdalena@hovet.example.org 1 text",
)
JEAN = ("jean.bartik@eniac.example.org 1 text", "betty.holberton@univac.example.com 1 text")
MARTA = (
    "marta.maas-fjetterstrom@vaveri.example.org text",
    "annika.berg@kollega.example.com text",
    "jobb@vaveri.example.org text",
)
EXPECTED: dict[str, tuple[str, ...]] = {
    "abiword-sv.rtf": OFFICE,
    "chrome-footer-two-pages-en.pdf": (
        "grace.hopper@navy.example.com 1 text",
        "howard.aiken@harvard.example.edu 2 text",
        "jean.sammet@cobol.example.org 2 text",
        "jobs@harvard.example.edu 1 text",
    ),
    "chrome-glued-sv.pdf": ("hilma.afklint@konst.example.org 1 text",),
    "chrome-letter-spaced-sv.pdf": ("selma@falun.example.org 1 text",),
    "chrome-sidebar-en.pdf": ("ada.lovelace@office.example.org 1 link", "info@engines.example.com 1 link"),
    "chrome-snabel-a-sv.pdf": ("karin.boye@kallocain.example.org 1 text",),
    "chrome-table-hyphens-sv.pdf": EVA,
    "chrome-two-columns-sv.pdf": (
        "sonja.kovalevsky@matematik.example.org 1 text",
        "gosta@akademi.example.org 1 text",
    ),
    "ghostscript-en.pdf": JEAN,
    "groff-en.pdf": JEAN,
    "latex-form-en.pdf": (
        "emmy.noether@goettingen.example.org 1 form field",
        "hr@faculty.example.edu 1 link",
    ),
    "latex-ligatures-en.pdf": (
        "fiona.fflewelling@office-field.example.org 1 text",
        "effie_fink@firm.example.net 1 link",
        "field@fjordflint.example.com 1 text",
    ),
    "latex-two-columns-sv.pdf": (
        "fredrika.bremer@hertha-och-andra-resor.example.org 1 text",
        "malla@salongen.example.org 1 text",
    ),
    "office-letter-spaced-sv.docx": ("selma@falun.example.org text",),
    "office-sv.docx": OFFICE,
    "office-sv.html": tuple(f"{each.split()[0]} {'link' if 'link' in each else 'text'}" for each in OFFICE),
    "office-sv.odt": OFFICE,
    "office-sv.pdf": tuple(f"{each.split()[0]} 1 {'link' if 'link' in each else 'text'}" for each in OFFICE),
    "office-sv.rtf": OFFICE,
    "pandoc-en.txt": (
        "mary.somerville@science.example.org text",
        "john.murray@books.example.com text",
        "w.whewell@trinity.example.edu text",
    ),
    "pandoc-sv.docx": PANDOC,
    "pandoc-sv.html": PANDOC,
    "pandoc-sv.odt": PANDOC,
    "pandoc-sv.rtf": PANDOC,
    "protected-en.pdf": JEAN,
    "utf-16-sv.txt": MARTA,
    "webkit-glued-sv.pdf": ("hilma.afklint@konst.example.org 1 text",),
    "webkit-table-hyphens-sv.pdf": EVA,
    "windows-sv.txt": MARTA,
    "word-boxes-sv.docx": (
        "ellen.key@strand.example.org text box",
        "ellen@key.example.net header",
        "anna.whitlock@skola.example.com text",
    ),
    "word-runs-en.docx": (
        "rosalind.franklin@crystal-lab.example.org text",
        "r.franklin@birkbeck.example.edu link",
        "jd.bernal@birkbeck.example.edu text",
        "admissions@newnham.example.edu text",
    ),
    "xelatex-garamond-fr.pdf": (
        "sophie.fischer@affinity.example.org 1 text",
        "jacques@offenbach.example.org 1 text",
    ),
}
UNREADABLE = ("scan-sv.pdf",)
REFUSED = {"locked-en.pdf": "it is encrypted"}
