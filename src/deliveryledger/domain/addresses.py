"""E-mail addresses: what was typed, its normal form, and the keyed digest that stands for it in the log.

Whether a text is an address is a property, not a gate: what a candidate typed is stored as typed.
"""

import hashlib
import hmac
import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from ..errors import InvalidAddress

AddressKey = NewType("AddressKey", str)

MAX_TYPED = 1_000
"""Longest text accepted in an address field, in characters (RFC 5321: an address has 254 octets)."""
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]|[^\x00-\x7f]"  # RFC 5322 3.2.3, with RFC 6531's UTF-8
_LOCAL = re.compile(rf"(?:{_ATEXT})+(?:\.(?:{_ATEXT})+)*\Z")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"\Z')
_AROUND = string.whitespace + "\x1c\x1d\x1e\x1f<>"
_SURROGATE = re.compile("[\ud800-\udfff]")
ERASED_DOMAIN = "erased.invalid"
"""The domain of every address that was erased."""
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")


@dataclass(frozen=True)
class EmailAddress:
    """A valid address, parsed once. ``domain`` is lower case and in its ASCII (IDNA) form."""

    text: str
    local: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> "EmailAddress":
        """Parse an addr-spec (RFC 5321 4.1.2, RFC 6531). Raises InvalidAddress without the text."""
        typed = text.strip()
        local, at, domain = typed.rpartition("@")
        problem = _problem(typed, local, at, domain)
        if problem:
            raise InvalidAddress("parse an e-mail address", problem, "correct the address")
        return cls(typed, local, ascii_domain(domain))

    def __str__(self) -> str:
        return self.text


def _problem(typed: str, local: str, at: str, domain: str) -> str | None:
    if not at:
        return "there is no @ in it"
    if _SURROGATE.search(typed):
        return "it has half a character in it (a lone surrogate)"
    if len(local.encode()) > 64:
        return "the local part is longer than 64 octets"
    if len(typed.encode()) > 254:
        return "it is longer than 254 octets"
    if not (_LOCAL.match(local) or _QUOTED.match(local)):
        return "the part before the @ has a character or a dot where none may be"
    if domain.endswith("."):
        return "there is a dot after the domain"
    labels = ascii_domain(domain).split(".")
    if len(labels) < 2:
        return "the part after the @ has no dot"
    if not all(_LABEL.match(label) for label in labels):
        return "the part after the @ is not a domain name"
    return "the domain's ending is a number" if labels[-1].isdigit() else None


def problem_with(text: str) -> str | None:
    """Why ``text`` is no address, or None if it is one."""
    try:
        EmailAddress.parse(text)
    except InvalidAddress as error:
        return error.obstacle
    return None


def ascii_domain(domain: str) -> str:
    """Lower case, ASCII (IDNA, RFC 3490) where the name can be encoded, without a trailing dot."""
    lowered = domain.lower().rstrip(".")
    if lowered.isascii():
        return lowered
    try:
        return lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return unicodedata.normalize("NFKC", lowered).casefold()


def normalise(text: str) -> str:
    """The form of an address that is compared: no surrounding space or brackets, no case, ASCII domain."""
    before = ""
    # Folding may bring forth what is folded again (a space, a bracket): until nothing changes any more.
    while not text.isascii() and text != before:
        before, text = text, _folded(text)
    return text.strip(_AROUND).rstrip(_AROUND + ".").lower()


def _folded(text: str) -> str:
    local, at, domain = unicodedata.normalize("NFKC", text).strip().strip(_AROUND).rpartition("@")
    return f"{local.casefold()}{at}{ascii_domain(domain)}"


def check_typed(text: object) -> str:
    """Refuse what is too long to be a mistyped address. Raises InvalidAddress."""
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TYPED or _SURROGATE.search(text):
        raise InvalidAddress(
            "take an address as typed",
            f"it is empty, longer than {MAX_TYPED} characters or no Unicode text",
            "correct it",
        )
    return text


class Digests:
    """The ledger's secrets, and the keyed digests made with them (HMAC-SHA256, RFC 2104 5: cut to 128 bits).

    ``secrets`` by version. Address keys name theirs; every other digest names nobody, and stays for ever on
    the oldest one, so that what was recorded is found again.
    """

    def __init__(self, secrets: Mapping[int, bytes]) -> None:
        self.versions = tuple(sorted(secrets, reverse=True))
        """Newest first."""
        self._addresses = [(version, _Hmac(secrets[version], b"address\x00")) for version in self.versions]
        self._prefix, self._newest = f"{self.versions[0]}.", self._addresses[0][1]
        oldest = secrets[self.versions[-1]]
        self._reference = _Hmac(oldest, b"reference\x00")
        self._correlation = _Hmac(oldest, b"correlation\x00")
        self._own = _Hmac(oldest, b"own\x00")
        self._report = _Hmac(oldest, b"report\x00")
        self._incident = _Hmac(oldest, b"incident\x00")
        self._domain = _Hmac(oldest, b"domain\x00")
        self._erasure = _Hmac(oldest, b"erasure\x00")
        self._signed = _Hmac(oldest, b"signed\x00")
        self._evidence = hashlib.sha256(b"evidence\x00" + oldest).digest()
        self.bounce_keys = tuple(_derived(secrets[version], b"bounce addresses") for version in self.versions)
        """Keys by which bounce addresses are signed, newest first."""

    def address_key(self, address: str) -> AddressKey:
        """The only form of an address outside sealed fields, under the newest secret.

        That is the address's key only if the ledger has not met the address under an earlier one.
        """
        return AddressKey(self._prefix + self._newest.digest(normalise(address)))

    def address_keys(self, address: str) -> tuple[AddressKey, ...]:
        """The digests of an address under every secret, the newest first."""
        normal = normalise(address)
        return tuple([AddressKey(f"{version}.{keyed.digest(normal)}") for version, keyed in self._addresses])

    def reference(self, provider_message_id: str) -> str:
        """Digest of a provider's message id, or of a Message-ID; angle brackets do not matter."""
        return self._reference.digest(provider_message_id.strip("<> "))

    def correlation(self, provider_message_id: str, address_key: str) -> str:
        """Digest of a provider's message id together with its recipient: one id may have many."""
        return self._correlation.digest(f"{provider_message_id.strip('<> ')}\n{address_key}")

    def own_reference(self, tenant: str, message_id: str) -> str:
        """Digest of a message id of ours, as it comes back in a webhook's metadata or a mail's header."""
        return self._own.digest(f"{tenant}\n{message_id}")

    def signed_reference(self, digest: str) -> str:
        """Digest of what a signed bounce address names by a digest. No Message-ID has an equal one."""
        return self._signed.digest(digest)

    def report_id(self, fact_key: str) -> str:
        """Digest of what makes two reports the same claim."""
        return self._report.digest(fact_key)

    def evidence(self, raw: bytes) -> bytes:
        """Digest by which raw evidence is known again (keyed BLAKE2b, RFC 7693: twice as fast, 128 bits)."""
        return hashlib.blake2b(raw, digest_size=16, key=self._evidence).digest()

    def erasure(self, statement: str) -> str:
        """Digest that shows that an erasure was recorded by who has the keys."""
        return self._erasure.digest(statement)

    def incident_id(self, sender_id: str, candidate_id: str, address_key: str) -> str:
        """Digest that names what a sender is told about once."""
        return self._incident.digest(f"{sender_id}\n{candidate_id}\n{address_key}")

    def domain_key(self, address: str) -> str:
        """The only form of an address's domain outside sealed fields."""
        return self._domain.digest(normalise(address).rpartition("@")[2])

    def outage_id(self, tenant: str, domain_key: str, began_at: datetime) -> str:
        """Digest that names one outage of one domain, and not the domain."""
        return self._domain.digest(f"{tenant}\n{domain_key}\n{began_at.isoformat()}")


def _derived(secret: bytes, purpose: bytes) -> bytes:
    """A key for another purpose, from which the secret cannot be told: HKDF-SHA256 (RFC 5869), one block."""
    extracted = hmac.digest(b"deliveryledger", secret, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")


class _Hmac:
    """HMAC-SHA256 of texts under one key and prefix, its first block hashed once.

    A third of the time of ``hmac.digest``, of which every report needs three.
    """

    def __init__(self, secret: bytes, prefix: bytes) -> None:
        block = secret.ljust(hashlib.sha256().block_size, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + prefix)
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, text: str) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.hexdigest()[:32]
