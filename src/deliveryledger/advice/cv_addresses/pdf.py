"""PDF: text by pypdf and by PDFium, links, form fields and notes. Extra ``cv``.

Both readers are asked: pypdf is the one that knows links and fields, PDFium the one that sees the page as it
is drawn. Where they disagree about where an address begins or ends, the ranking knows whom to believe.
"""

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from io import BytesIO
from typing import Any, Final, NoReturn

from ...errors import MissingExtra
from .limits import UnreadableCv, Watch, too_greedy, too_slow
from .passages import FIELD, NOTE, Passage, link_passages

_WORDS_OF: Final = {"/Widget": FIELD, "/FreeText": NOTE, "/Text": NOTE}
_MOST_ANNOTATIONS: Final = 2_000
_MOST_PARENTS: Final = 16
_SHARE: Final = 0.6
"""Of the time that is left, what the first reader may take."""
ENCRYPTED: Final = ("it is encrypted", "ask for it without a password")


class _TimeIsUp(BaseException):
    """No Exception: the readers catch those."""


def read_pdf(data: bytes, watch: Watch) -> list[Passage]:
    """The passages of a PDF, twice: once by each reader. Raises UnreadableCv, MissingExtra."""
    try:
        import pypdf  # noqa: F401
        import pypdfium2  # noqa: F401
    except ModuleNotFoundError as missing:
        raise MissingExtra("cv", str(missing.name)) from None
    first, obstacle = _tried(_by_pypdf, data, watch, _SHARE)
    second, other = _tried(_by_pdfium, data, watch, 1.0)
    if obstacle is not None and other is not None:
        raise obstacle
    return first + second


def _tried(
    reader: Callable[[bytes, Watch], Iterator[Passage]], data: bytes, watch: Watch, share: float
) -> tuple[list[Passage], UnreadableCv | None]:
    """What a reader reads in its share of the time, or why it reads nothing. A limit ends the reading."""
    passages: list[Passage] = []
    try:
        with _no_longer_than(watch.left * share) if watch.alone else nullcontext():
            passages += reader(data, watch)
    except UnreadableCv as error:
        if error.obstacle != ENCRYPTED[0] and "damaged" not in error.obstacle:
            raise  # a limit is a limit, whoever finds that it is reached
        return [], error
    except _TimeIsUp:
        return passages, too_slow(watch.limits)
    except MemoryError:
        return passages, too_greedy(watch.limits)
    except RecursionError:
        return passages, UnreadableCv("it is a PDF that is damaged: its parts contain themselves")
    except Exception:  # what foreign readers of foreign files raise is not for us to foresee
        return passages, UnreadableCv("it is a PDF that is damaged")
    return passages, None


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """Where there are signals; elsewhere the process that reads is ended at the deadline."""
    if sys.platform == "win32":
        yield
        return

    def ring(*_: object) -> NoReturn:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _check_pages(count: int, watch: Watch) -> None:
    if count > watch.limits.pages:
        raise UnreadableCv(f"it has more than {watch.limits.pages} pages")


def _by_pypdf(data: bytes, watch: Watch) -> Iterator[Passage]:
    from pypdf import PasswordType, PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it quotes what it reads
    reader = PdfReader(BytesIO(data), strict=False)
    # An empty password opens what anybody may read, but not change.
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise UnreadableCv(*ENCRYPTED)
    _check_pages(reader.get_num_pages(), watch)
    for number, page in enumerate(reader.pages, 1):
        watch.look()
        # Annotations first: they survive a page whose content is damaged.
        with suppress(Exception):
            yield from _annotations(page, number)
        text = page.extract_text()
        watch.take_text(len(text))
        yield Passage(text, page=number)


def _annotations(page: Any, number: int) -> Iterator[Passage]:
    for each in list(page.get("/Annots") or ())[:_MOST_ANNOTATIONS]:
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            annotation = each.get_object()
            kind = annotation.get("/Subtype")
            if kind == "/Link":
                action = annotation.get("/A")
                yield from link_passages(_text(action.get_object().get("/URI")) if action else "", number)
            elif kind == "/Widget":
                yield Passage(_text(_inherited(annotation, "/V")), FIELD, number)
            elif kind in _WORDS_OF:
                yield Passage(_text(annotation.get("/Contents")), NOTE, number)


def _inherited(field: Any, key: str) -> object:
    """A field's value may stand in the field that it is a part of (ISO 32000-1, 12.7.3.1)."""
    for _ in range(_MOST_PARENTS):
        if key in field:
            return field[key]
        if "/Parent" not in field:
            return None
        field = field["/Parent"].get_object()
    return None


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value) if isinstance(value, str) else ""


def _by_pdfium(data: bytes, watch: Watch) -> Iterator[Passage]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # PDFium's words: "Incorrect password", "Data format error" …
        raise UnreadableCv(
            *(ENCRYPTED if "assword" in str(error) else ("it is a PDF that is damaged",))
        ) from None
    with document:
        _check_pages(len(document), watch)
        for number in range(len(document)):
            watch.look()
            page = document[number]
            lines = page.get_textpage()
            text = lines.get_text_bounded()
            lines.close()
            page.close()
            watch.take_text(len(text))
            yield Passage(text.replace("\r\n", "\n"), page=number + 1, source=1)
