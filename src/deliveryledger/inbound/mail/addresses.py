"""What an address is in a text of any kind, and where it begins and ends."""

import re
from collections.abc import Iterator
from typing import Final

# Greek and Cyrillic stand with Latin: they too are written with blanks between words.
_LETTERS: Final = r"A-Za-z0-9\u00c0-\u052f"
_ATOM: Final = rf"!#$%&'*+/=?^_`{{|}}~.{_LETTERS}\-"
"""RFC 5322 3.2.3."""
_MARKS: Final = r"\s@<>,;:\"()\[\]\\\x00-\x20\x7f-\xbf\u2000-\u206f\u3000-\u303f\ufeff\uff00-\uffef"
"""What ends an address in any script: blanks, brackets, quotes, marks that nobody sees."""
_OTHER: Final = r"\u0530-\u1fff\u3040-\ud7ff"
"""Scripts that go on without a blank, and have domains of their own."""
_LABEL: Final = rf"(?:[{_LETTERS}_\-]{{1,63}}+|[{_OTHER}][{_OTHER}A-Za-z0-9\-]{{0,62}}+)"
# A search begins at the beginnings of words only. Where a sentence goes over into an address without a blank,
# the address begins with the first letter of an alphabet; one that ends in another script is all in it.
ADDRESS: Final = re.compile(
    rf"(?:(?<![{_ATOM}])[{_ATOM}]{{1,128}}+|(?<![^{_MARKS}])[^{_MARKS}]{{1,128}}+(?<![{_ATOM}])"
    rf"|\"(?:[^\"\\<>\r\n]|\\[^\r\n]){{1,64}}+\")"
    rf"@(?:{_LABEL}(?:\.{_LABEL}){{0,20}}|\[[0-9A-Fa-f:.IPv]{{3,45}}\])"
)
_USUAL: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}@(?:[A-Za-z0-9-]{1,63}\.){1,20}[A-Za-z0-9]{1,63}"
)
_ATTRIBUTE: Final = re.compile(
    r"(?:[^=]{0,60}[?&])?(?:smtp[=/]|(?:rfc822|addr|to|orig_to|from|user|rcpt|rcpt_to|recipient|e?mail)=)",
    re.IGNORECASE,
)
"""X.400 gateways, logs and links write ``SMTP=`` and the like before an address."""
_BEFORE: Final = "'`*|{/=?!"
"""Marks that are allowed in a local part, but begin none."""
_GOES_ON: Final = re.compile(r"(\.(?!xn--)[A-Za-z]{2,63})-.*")
"""No top level domain but an encoded one (RFC 5890) has a hyphen: a sentence goes on."""


def clean(found: str) -> str:
    """An address without what stands around it; empty where it is none after all."""
    if found[0].isalnum() and found[-1].isalnum() and not ("-" in found or "=" in found or "/" in found):
        return found  # as nearly every address
    if found.startswith('"'):
        return found.rstrip("-_")
    if "=" in found or "/" in found:
        found = found[end.end() :] if (end := _ATTRIBUTE.match(found)) else found
    address = found.lstrip(_BEFORE)
    if address.startswith(".."):
        address = address.lstrip(".")
    if address.endswith(("_", "-")):
        if address[0] == "_" == address[-1]:  # _emphasis_
            address = address[1:]
        address = address.rstrip("-_")
    if "-" in address[address.rfind(".") :]:
        at = address.find("@")
        address = address[:at] + _GOES_ON.sub(r"\1", address[at:])
    return "" if address.startswith("@") or address.endswith("@") else address


def _start(text: str) -> int:
    """Where the word begins that has the first sign of an address, or -1; quoted local parts have blanks."""
    at = text.find("@")
    return at if at < 0 else 0 if '"@' in text else text.rfind(" ", 0, at) + 1


def matches(text: str) -> Iterator[re.Match[str]]:
    """Where addresses may be; each is yet to be cleaned."""
    at = _start(text)
    return ADDRESS.finditer(text, at) if at >= 0 else iter(())


def first_in(text: str) -> str | None:
    """The first address of a text, as it stands; None where there is none."""
    if _USUAL.fullmatch(text):
        return text
    at = _start(text)
    found = ADDRESS.search(text, at) if at >= 0 else None
    return clean(found.group()) or None if found else None


def each_in(text: str) -> list[str]:
    """Every address of a text, as it stands."""
    at = _start(text)
    return [address for found in ADDRESS.findall(text, at) if (address := clean(found))] if at >= 0 else []


def without(text: str, others: frozenset[str], instead: str) -> str:
    """The text with ``instead`` in the place of the addresses of others (lower case)."""
    lowered = text.lower() if "@" in text else ""
    if not any(other in lowered for other in others):
        return text

    def replaced(match: re.Match[str]) -> str:
        found = match.group()
        address = clean(found)
        return found.replace(address, instead) if address and address.lower() in others else found

    return ADDRESS.sub(replaced, text)
