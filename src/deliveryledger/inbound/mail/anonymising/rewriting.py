"""A mail with everything replaced that is somebody's, so that it can be given away: its structure stays.

What stays: MIME tree, header names and their order, fields of reports, codes, the servers' words, transfer
encodings and charsets. What goes: addresses, names, subjects, hosts of the parties, IP addresses, ids, the
returned message's text, attachments. The same is always replaced by the same.
"""

import base64
import binascii
import re
from typing import Final

from ..headers import DEFAULT_LIMITS, media_type, parameters, read_headers
from ..transfer import undone
from .headers import BOUNDARY, HeaderFields, text_of
from .names import Pseudonyms
from .tables import REPORT_TYPES, RETURNED_TYPES
from .words import shape

REMOVED: Final = "(removed)\n"
"""What stands for an attachment."""
_MAX_RETURNED: Final = 20
"""Lines of a returned text that are kept, as a shape."""
_HEAD_END: Final = re.compile(rb"(?:\A|\n)\r?\n")
_REPORT_FIELD: Final = re.compile(
    r"^(?:final-recipient|original-recipient|diagnostic-code|action|reporting-mta|feedback-type)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_FIELD: Final = re.compile(r"(?P<mark>[>|\t ]{0,8})(?P<name>[!-9;-~]{1,60})[ \t]*:(?:[ \t]|$)")
_SURE: Final = frozenset(("received", "return-path", "message-id", "mime-version", "dkim-signature"))
_OF_A_MESSAGE: Final = _SURE | {
    *("from", "to", "date", "subject", "content-type", "delivered-to", "reply-to", "sender", "x-mailer"),
}
_FEWEST: Final = 3
"""Header fields in a text, of which one is a sure sign, that make it the beginning of a message."""
_FIRST_DELIMITER: Final = re.compile(
    r"^--(\S[^\r\n]{0,198})\r?\ncontent-[a-z-]+:", re.IGNORECASE | re.MULTILINE
)
_UUENCODED: Final = re.compile(r"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_SUBJECT_LINE: Final = re.compile(
    r"^([>|\t *]{0,8}(?:subject|betreff|ämne|objet|oggetto|asunto|onderwerp|emne|aihe|assunto|temat|тема|件名"
    r"|主题)"
    r"[ \t]*:[ \t]*)([^\n]+)$",
    re.IGNORECASE | re.MULTILINE,
)
_NAME_LINE: Final = re.compile(
    r"^[>|\t *]{0,8}(?:from|to|cc|från|till|kopia|von|an|de|à|para|da|a|van|aan|fra|til"
    r"|lähettäjä|vastaanottaja)"
    r"[ \t]*:[ \t]*([^\n]{1,500})$",
    re.IGNORECASE | re.MULTILINE,
)
"""As programs quote the head of a message in a text."""


class Anonymised:
    """A mail without what is somebody's, and how it was replaced."""

    def __init__(self, raw: bytes) -> None:
        self.pseudonyms = Pseudonyms()
        # What is named anywhere has to be known before the first line is rewritten.
        first = _Rewriting(self.pseudonyms)
        first.mail(raw.lstrip(b"\r\n"), 0)
        self.names = frozenset(first.headers.names)
        self.subjects = frozenset(first.headers.returned_subjects)
        self.pseudonyms.learn(self.names, self.subjects)
        self.raw = _Rewriting(self.pseudonyms).mail(raw.lstrip(b"\r\n"), 0)


class _Rewriting:
    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self.headers = HeaderFields(pseudonyms)

    def mail(self, raw: bytes, depth: int, *, is_returned: bool = False) -> bytes:
        """A mail or a part: a block of fields, and a body."""
        end = _HEAD_END.search(raw)
        at = len(raw) if end is None else 0 if end[0] in (b"\n", b"\r\n") else end.start() + 1
        head, body = raw[:at], raw[at:]
        line = b"\r\n" if body.startswith(b"\r\n") else body[:1]
        fields = self.headers.block(head, is_returned=is_returned)
        return fields + line + self.body(head, body[len(line) :], depth, is_returned)

    def body(self, head: bytes, body: bytes, depth: int, is_returned: bool) -> bytes:
        """The body below a block of fields."""
        headers = read_headers(head)
        type_ = media_type(headers.get("content-type"))
        named = parameters(headers.get("content-type"))
        if depth > DEFAULT_LIMITS.depth:
            return b""
        boundary = _boundary(head, body) if type_.startswith("multipart/") else ""
        if boundary:
            # A report that is returned or attached is evidence too.
            inner = is_returned and not type_.startswith("multipart/report")
            return self._multipart(body, boundary, depth, inner)
        encoding = headers.get("content-transfer-encoding").strip().lower()
        if encoding not in ("base64", "quoted-printable"):
            return self._content(body, type_, named.get("charset", ""), depth, is_returned)
        content = undone(body, encoding)
        changed = self._content(content, type_, named.get("charset", ""), depth, is_returned)
        return body if changed == content else _encoded(changed, encoding, body)

    def _multipart(self, body: bytes, boundary: str, depth: int, is_returned: bool) -> bytes:
        delimiter = re.compile(
            rb"^--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(?:--)?[ \t]*\r?(?:\n|\Z)",
            re.MULTILINE,
        )
        other = self.headers.boundary(boundary).encode("utf-8", "replace")
        pieces: list[bytes] = []
        end, is_part = 0, False
        for found in delimiter.finditer(body):
            pieces.append(self._piece(body[end : found.start()], is_part, depth, is_returned))
            line = found[0].replace(boundary.encode("utf-8", "replace"), other)
            pieces.append(line)
            is_part = not line.rstrip().endswith(other + b"--")
            end = found.end()
        return b"".join((*pieces, self._piece(body[end:], is_part, depth, is_returned)))

    def _piece(self, piece: bytes, is_part: bool, depth: int, is_returned: bool) -> bytes:
        if is_part:
            return self.mail(piece, depth + 1, is_returned=is_returned)
        return self._text(piece, "", is_returned)  # preamble, epilogue

    def _content(self, content: bytes, type_: str, charset: str, depth: int, is_returned: bool) -> bytes:
        if type_ in RETURNED_TYPES:
            is_report = _holds_report(content)
            return self.mail(content, depth + 1, is_returned=not is_report)
        if (
            REPORT_TYPES.fullmatch(type_)
            or type_.startswith(("text/", "message/", "multipart/"))
            or "/" not in type_
        ):
            return self._text(content, charset, is_returned)
        if _REPORT_FIELD.search(text_of(content[:4000])[0]):
            return self._text(content, charset, False)
        return REMOVED.encode() if content.strip() else content

    def _text(self, content: bytes, charset: str, is_returned: bool) -> bytes:
        text, charset = text_of(content, charset)
        changed = _shape_of_body(text) if is_returned else self._prose(text)
        return content if changed == text else changed.encode(charset, "replace")

    def _prose(self, text: str) -> str:
        """What a server wrote, or a person; of a message that is quoted in it, the fields and a shape."""
        text = _without_attachments(text)
        start, end = _quoted_message(text)
        for line in _NAME_LINE.finditer(text[:start]):
            self.headers.note_names("from", line[1])
        before = _SUBJECT_LINE.sub(self._subject, text[:start])
        if start == end:
            return self.headers.text(before)
        fields = self.headers.block(text[start:end].encode("utf-8", "replace"), is_returned=True).decode(
            "utf-8"
        )
        return self.headers.text(before) + fields + _shape_of_body(text[end:])

    def _subject(self, line: re.Match[str]) -> str:
        self.headers.subjects.add(" ".join(line[2].split()))
        return line[1] + self.headers.subject(line[2])


def _boundary(head: bytes, body: bytes) -> str:
    """That of the header, or else that of the first line that looks like one."""
    found = parameters(read_headers(head).get("content-type")).get("boundary", "").rstrip()
    if found:
        return found
    stray = BOUNDARY.search(text_of(head)[0]) or _FIRST_DELIMITER.search(text_of(body)[0])
    return stray[stray.lastindex or 0] if stray else ""


def _holds_report(content: bytes) -> bool:
    end = _HEAD_END.search(content.lstrip(b"\r\n"))
    head = content.lstrip(b"\r\n")[: end.start()] if end else content
    type_ = media_type(read_headers(head).get("content-type"))
    return type_ == "multipart/report"


def _without_attachments(text: str) -> str:
    """Without what is uuencoded in it."""
    pieces: list[str] = []
    end = 0
    while (begin := _UUENCODED.search(text, end)) and (stop := text.find("\nend", begin.end())) >= 0:
        pieces += (text[end : begin.end()], REMOVED.rstrip())
        end = stop
    return "".join((*pieces, text[end:]))


def _shape_of_body(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return shape("".join(lines[:_MAX_RETURNED]))


def _quoted_message(text: str) -> tuple[int, int]:
    """Where the header of a message in a text begins and ends; the same place twice where there is none."""
    lines = text.splitlines(keepends=True)
    at, number = 0, 0
    while number < len(lines):
        size, names = _run_of_fields(lines, number)
        length = sum(map(len, lines[number : number + size]))
        if len(names & _OF_A_MESSAGE) >= _FEWEST and names & _SURE:
            return at, at + length
        at += length or len(lines[number])
        number += size or 1
    return len(text), len(text)


def _run_of_fields(lines: list[str], start: int) -> tuple[int, set[str]]:
    """How many lines from there on are fields, and what fields."""
    names: set[str] = set()
    size = 0
    for at in range(start, len(lines)):
        line = lines[at]
        field = _QUOTED_FIELD.match(line)
        if field and (names or not line[:1].isspace()):
            names.add(field["name"].lower())
        elif not (names and line[:1] in (" ", "\t", ">") and line.strip("> \t\r\n")):
            break
        size += 1
    return size, names


def _encoded(content: bytes, encoding: str, before: bytes) -> bytes:
    """With the transfer encoding done again, with line ends as they were."""
    line_end = b"\r\n" if b"\r\n" in before else b"\n"
    if encoding == "base64":
        text = base64.b64encode(content)
        lines = [text[at : at + 76] for at in range(0, len(text), 76)]
    else:
        lines = binascii.b2a_qp(content, istext=True).replace(b"\r\n", b"\n").split(b"\n")
    return line_end.join(lines) + (line_end if before.endswith(b"\n") and encoding == "base64" else b"")
