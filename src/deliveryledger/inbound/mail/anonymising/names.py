"""Addresses, names, hosts and ids of a mail, and what stands for each: always the same for the same."""

import re
from collections.abc import Iterable
from typing import Final

from .tables import (
    FUNCTION_OF,
    GENERIC_LABEL,
    KEPT_DOMAINS,
    SECOND_LEVEL,
    SYSTEM_LOCALS,
    TENANTED,
    TOP_LEVEL,
    VOCABULARY,
)
from .words import CJK, MIN_NAME, is_telling, name_words, shape

_DOMAIN: Final = r"(?:[^\W_](?:[\w-]{0,62}\w)?\.){0,8}[^\W_](?:[\w-]{0,62}\w)?"
_PHONE: Final = r"\+(?!\d{4}\b)\d[\d ()/-]{7,20}\d(?!\d)|(?<![\w-])(?:19|20)?\d{6}[-+]\d{4}(?![\w-])"
"""A number with its country's, but no time zone; and a Nordic personal identity number."""
_THINGS: Final = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"')\]]{1,2000})"
    rf"|(?P<quoted>\"[^\"\n]{{1,64}}\"@{_DOMAIN})"
    r"|(?P<local>(?<![^\s<>,;:\"()\[\]\\@|`*'])(?!')[^\s<>,;:\"()\[\]\\@|`*]{1,250}?)(?P<at>@|%40|&#64;|&#x40;|&commat;)"
    rf"(?P<domain>{_DOMAIN}|\[[^\]\s]{{3,60}}\])"
    r"|(?P<ip6>(?:(?<![\w:])|(?<=ipv6:))(?:(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![\w:]))"
    r"|(?P<ip>(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d))"
    rf"|(?P<number>{_PHONE})"
    r"|(?<![\w.-])(?P<host>(?:[^\W_](?:[\w-]{0,62}\w)?\.){1,8}[^\W\d_]{2,24})(?![\w-])"
    r"|(?<![^\W_])(?P<token>(?=[a-z]*\d)[a-z0-9]{10,250})(?![^\W_])",
    re.IGNORECASE,
)
_LABELLED: Final = re.compile(
    r"([\w.-]*(?:from|to|for|rcpt|mail|address|addr|user|recipient|sender|\bi|\bp)=)(.+)", re.IGNORECASE
)
"""``smtp.mailfrom=ada@…``: no address that is written into another one."""
_ADDRESS_IN_NAME: Final = re.compile(r"(?<!\d)\d{1,3}(?:[-.x]\d{1,3}){3}(?!\d)")
"""What providers call the lines of their customers: ``192-0-2-7.access.example``."""
_VERP: Final = re.compile(r"(.*)=((?:[\w-]+\.)+[\w-]+)")
_DIGITS_OF_ID: Final = 4
"""A long word with so many digits is an id: of a queue, a session, a letter."""


def is_kept(domain: str) -> bool:
    """Whether a host's name is a provider's, a gateway's or a block list's, which is evidence."""
    labels = domain.lower().rstrip(".").split(".")
    return any(".".join(labels[start:]) in KEPT_DOMAINS for start in range(len(labels)))


class Pseudonyms:
    """What stands for what in one mail. Names and subjects are learnt, all else is found on the way."""

    def __init__(self) -> None:
        self.stands: dict[str, str] = {}
        """For a local part, a host, an IP address; in lower case."""
        self.boundaries: dict[str, str] = {}
        """Of the MIME parts."""
        self._counts: dict[str, int] = {}
        self._made: set[str] = set()
        self._labels: set[str] = set()
        self._locals: set[str] = set()
        self._words: re.Pattern[str] | None = None
        self._subjects: re.Pattern[str] | None = None

    def learn(self, names: Iterable[str], subjects: Iterable[str]) -> None:
        """Replace these too, wherever they stand, and the local parts met so far where they stand alone."""
        words = {word for name in names for word in name_words(name)}
        for word in sorted(words):
            self.stands.setdefault(f"name {word}", self._next("Name"))
        for local in sorted(filter(_may_stand_alone, self._locals)):
            self.stands.setdefault(f"name {local}", self.stands[f"local {local}"])
            words.add(local)
        self._words = _either(words)
        self.boundaries.clear()
        self._subjects = _either(subject for subject in subjects if is_telling(subject))

    def text(self, text: str) -> str:
        """Any text, with everything replaced that is somebody's."""
        if self._subjects:
            text = self._subjects.sub(lambda found: shape(found[0]), text)
        pieces: list[str] = []
        end = 0
        for found in _THINGS.finditer(text):
            stands = self._thing(found)
            if stands != found[0] or found.lastgroup in ("domain", "ip", "url"):
                pieces += [self._named(text[end : found.start()]), stands]
                end = found.end()
        return "".join((*pieces, self._named(text[end:])))

    def _named(self, text: str) -> str:
        if not self._words:
            return text
        return self._words.sub(
            lambda found: self.stands.get(f"name {found[0].lower()}") or shape(found[0]), text
        )

    def _thing(self, found: re.Match[str]) -> str:
        """What stands for one thing; itself, where it is nobody's."""
        whole = found[0]
        if whole.lower() in self._made:
            return whole
        match found.lastgroup:
            case "url":
                return self._url(whole)
            case "quoted":
                local, _, domain = whole.rpartition("@")
                return self._address(local.strip('"'), domain, "@")
            case "domain":
                label = _LABELLED.fullmatch(found["local"])
                before, local = (label[1], label[2]) if label else ("", found["local"])
                return before + self._address(local, found["domain"], found["at"])
            case "ip" | "ip6":
                return self._ip(whole)
            case "host" if whole.rpartition(".")[2].lower() in TOP_LEVEL:
                return self._host(whole)
            case "number":
                return shape(whole)
            case "token" if sum(map(str.isdigit, whole)) >= _DIGITS_OF_ID:
                return shape(whole)
        return whole

    def _address(self, local: str, domain: str, at: str) -> str:
        """Of a function's address the local part is kept, of a provider's the domain."""
        host = self._host(domain)
        if not SYSTEM_LOCALS.fullmatch(local):
            verp = _VERP.fullmatch(local)
            local = self._verp(verp[1], verp[2]) if verp else self._person(local)
        made = f"{local}{at}{host}"
        self._made.add(made.lower())
        return made

    def _verp(self, before: str, domain: str) -> str:
        """A bounce address with the recipient's written into it: ``bounces+ada=example.org``."""
        starts = [0, *(at + 1 for at, sign in enumerate(before) if sign in "+-")]
        known = next((at for at in starts if before[at:].lower() in self._locals), None)
        start = known if known is not None else starts[min(1, len(starts) - 1)]
        prefix = "bounces" + before[start - 1] if start else ""
        return f"{prefix}{self._person(before[start:])}={self._host(domain)}"

    def _person(self, local: str) -> str:
        function = FUNCTION_OF.fullmatch(local.lower())
        before, name, after = function.groups("") if function else ("", local.lower(), "")
        self._locals.add(name)
        return f"{before}{self._standing(f'local {name}', 'person')}{after}"

    def _host(self, name: str) -> str:
        if name.startswith("["):
            return f"[{self.text(name[1:-1])}]"
        key = name.lower().rstrip(".")
        labels = key.split(".")
        if len(labels) < 2 or key in self._made:
            return name
        if is_kept(key):
            kept = next((end for end in TENANTED if key.endswith(f".{end}")), None)
            if kept is None:
                return _ADDRESS_IN_NAME.sub(lambda found: shape(found[0]), self._named(name))
            return f"{self._below(key.removesuffix(f'.{kept}').split('.'))}{kept}"
        size = 3 if len(labels) > 2 and labels[-2] in SECOND_LEVEL and len(labels[-1]) == 2 else 2
        party = self._standing(f"party {'.'.join(labels[-size:])}", "party")
        made = f"{self._below(labels[:-size])}{party}.example"
        self.stands[f"host {key}"] = made
        self._made.add(made)
        return made

    def _below(self, labels: list[str]) -> str:
        return "".join(f"{self.label(label)}." for label in labels)

    def label(self, label: str) -> str:
        """What stands for one label of a host's name; functions such as ``mx1`` stay."""
        if GENERIC_LABEL.fullmatch(label.lower()) or label in self._labels:
            return label
        made = self._standing(f"label {label.lower()}", "h")
        self._labels.add(made)
        return made

    def _ip(self, found: str) -> str:
        if ":" not in found:
            if any(int(part) > 255 for part in found.split(".")) or found.startswith(("127.", "0.")):
                return found
            number = self._counts.get("ip", 0)
            net = ("192.0.2", "198.51.100", "203.0.113")[number // 254 % 3]  # RFC 5737
            made = f"{net}.{number % 254 + 1}"
        else:
            made = f"2001:db8::{self._counts.get('ip', 0) + 1:x}"  # RFC 3849
        if (key := f"ip {found.lower()}") not in self.stands:
            self._next("ip")
            self.stands[key] = made
            self._made.add(made)
        return self.stands[key]

    def _url(self, url: str) -> str:
        scheme, _, rest = url.partition("://")
        end = next((at for at, sign in enumerate(rest) if sign in "/?#"), len(rest))
        host, path = rest[:end], rest[end:]
        if is_kept(host.partition(":")[0]):
            return f"{scheme}://{host}{self._named(_THINGS.sub(self._thing, path))}"
        return f"{scheme}://{self.text(host)}{shape(path)}"

    def _standing(self, key: str, kind: str) -> str:
        if key not in self.stands:
            self.stands[key] = self._next(kind)
        return self.stands[key]

    def _next(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}{self._counts[kind]}"


def _may_stand_alone(local: str) -> bool:
    if local.isdigit():
        return len(local) > _DIGITS_OF_ID
    return len(local) >= MIN_NAME and local not in VOCABULARY


def _either(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the texts as whole words, over line ends too; those of scripts without blanks anywhere."""
    found = [_anywhere(text.split()) for text in sorted(texts, key=len, reverse=True) if text.strip()]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _anywhere(words: list[str]) -> str:
    pattern = r"\s+".join(map(re.escape, words))
    if CJK.search(pattern):
        return pattern
    before, after = (r"\w" if each.isdigit() else r"[^\W\d_]" for each in (words[0][0], words[-1][-1]))
    return f"(?<!{before}){pattern}(?!{after})"
