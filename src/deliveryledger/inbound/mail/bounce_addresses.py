"""Signed envelope senders (VERP) and headers, by which a mail proves which message of ours it is about.

A token is base32, because some servers change the case: what names the message and its tenant, and then
HMAC-SHA256 (RFC 2104) over that and the place that the token is for, cut to 80 bits. A token of one domain
is none in another, nor in a header. It does not expire: bounces come within days, complaints may come later.
"""

import binascii
import hmac
from base64 import b32decode, b32encode
from collections.abc import Iterator, Sequence
from typing import Final

from ...domain.addresses import EmailAddress
from ...domain.identifiers import check_id, check_tenant
from ...domain.message_reference import DEFAULT_TENANT, MessageReference, unpack
from ...domain.reports import Attribution, DeliveryReport
from ...errors import InvalidInput
from ..own_ids import HEADER_MESSAGE, HEADER_TENANT
from .fields import Returned, addresses
from .scanner import Headers, Mail, decode

HEADER_SIGNATURE: Final = "x-deliveryledger-signature"
_PREFIX: Final = "b."
_ADDRESS_IN: Final = "address in "
_HEADER: Final = "header"
_MAC_SIZE: Final = 10
_MIN_KEY: Final = 16
_MAX_TOKEN: Final = 64
_ENVELOPE: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
"""Where servers write the envelope recipient of a bounce, which is the envelope sender of what bounced."""
_ENVELOPE_OF_RETURNED: Final = ("return-path", "x-envelope-from", "sender")
_MAX_FIELDS: Final = 10
"""Of one name that are looked at: a bounce may have passed some forwarders."""
_MAX_VALUE: Final = 1_000
_MAX_TEXT: Final = 64 * 1024
_SIGNATURE_FIELD: Final = HEADER_SIGNATURE.encode() + b":"


class BounceProofs:
    """Recognises what was signed with one of the ``keys``, the newest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < _MIN_KEY for key in keys):
            raise InvalidInput(
                "sign bounce addresses",
                f"there is no key, or one of less than {_MIN_KEY} bytes",
                "take the keys of ledger.bounce_addresses(...), or 32 random bytes",
            )
        self.keys = tuple(keys)

    def in_address(self, text: str) -> MessageReference | None:
        """The message that an address is signed for, whatever case it is in; None where it is not signed."""
        local, _, domain = text.lower().rpartition("@")
        is_signed = domain.isascii() and local.startswith(_PREFIX)
        return self._in_token(local.removeprefix(_PREFIX), _ADDRESS_IN + domain) if is_signed else None

    def in_header(self, value: str) -> MessageReference | None:
        """The same of a signature header's value."""
        return self._in_token(value.strip().lower(), _HEADER)

    def prove(self, mail: Mail, claims: list[DeliveryReport | str]) -> list[DeliveryReport | str]:
        """The claims of a mail, with the message that it is proved to be about."""
        reports = [claim for claim in claims if not isinstance(claim, str)]
        if not reports:
            return claims
        is_alone = is_recipients = len(reports) == 1
        proved = self._in_envelope(mail.headers, _ENVELOPE)
        if proved is None:
            returned = Returned(mail).headers
            proved = self._in_envelope(returned, _ENVELOPE_OF_RETURNED)
            if proved is None:
                proved = self.in_header(returned.get(HEADER_SIGNATURE) or _in_text(mail.raw))
                # An envelope has one recipient, but a header is in everybody's copy: who is named has to fit.
                is_recipients = False
        if proved is None:
            return claims
        return [
            _proved(claim, proved, is_recipients=is_recipients)
            if not isinstance(claim, str) and (is_alone or claim.attribution is Attribution.REPORTED)
            else claim
            for claim in claims
        ]

    def _in_envelope(self, headers: Headers, names: Sequence[str]) -> MessageReference | None:
        return next(filter(None, map(self.in_address, _addresses(headers, names))), None)

    def _token(self, key: bytes, reference: MessageReference, place: str) -> str:
        packed = reference.pack()
        mac = hmac.digest(key, f"{place}\n".encode() + packed, "sha256")[:_MAC_SIZE]
        return b32encode(packed + mac).decode().rstrip("=").lower()

    def _in_token(self, token: str, place: str) -> MessageReference | None:
        if not token.isascii() or len(token) > _MAX_TOKEN:
            return None
        try:
            packed = b32decode(token.upper() + "=" * (-len(token) % 8))[:-_MAC_SIZE]
        except binascii.Error:
            return None
        reference = unpack(packed)
        if reference is None:
            return None
        # Compared as it would be signed: a token has one form only.
        signed = [hmac.compare_digest(token, self._token(key, reference, place)) for key in self.keys]
        return reference if any(signed) else None


class BounceAddresses(BounceProofs):
    """Signs envelope senders in one ``domain``, whose mail is then read by the ledger, and headers.

    ``keys``: the newest, by which it signs, and older ones, which it still recognises. A service that sends
    without a ledger is given those of ``ledger.bounce_addresses(...)``. Raises InvalidInput, and
    InvalidAddress where no address fits into the domain.
    """

    def __init__(self, domain: str, keys: Sequence[bytes], *, tenant: str = DEFAULT_TENANT) -> None:
        super().__init__(keys)
        self.domain = EmailAddress.parse(f"{'b' * _MAX_TOKEN}@{domain}").domain
        self._tenant = check_tenant(tenant)

    def sign(self, message_id: str, *, tenant: str | None = None) -> str:
        """The envelope sender (``MAIL FROM``, later ``Return-Path``) of one message to one recipient.

        Raises InvalidIdentifier.
        """
        token = self._token(self.keys[0], self._reference(message_id, tenant), _ADDRESS_IN + self.domain)
        return f"{_PREFIX}{token}@{self.domain}"

    def headers(self, message_id: str, *, tenant: str | None = None) -> dict[str, str]:
        """Headers that prove the same, for who cannot set the envelope sender. Raises InvalidIdentifier."""
        reference = self._reference(message_id, tenant)
        values = {
            HEADER_MESSAGE: message_id,
            HEADER_TENANT: reference.tenant or self._tenant,
            HEADER_SIGNATURE: self._token(self.keys[0], reference, _HEADER),
        }
        return {name.title(): value for name, value in values.items()}

    def _reference(self, message_id: str, tenant: str | None) -> MessageReference:
        owner = self._tenant if tenant is None else check_tenant(tenant)
        return MessageReference.of(check_id(message_id, "message id"), owner)


def _proved(report: DeliveryReport, proved: MessageReference, *, is_recipients: bool) -> DeliveryReport:
    """A report about the message; ``is_recipients``: and its recipient, who may forward to whom it names."""
    if proved.message_id is None and report.message_id is not None:
        named = MessageReference.of(report.message_id, report.tenant or DEFAULT_TENANT)
        proved = named if named.digest == proved.digest else proved
    return report._replace(
        message_id=proved.message_id,
        tenant=proved.tenant,
        signed=proved.digest,
        attribution=Attribution.INFERRED if is_recipients else report.attribution,
    )


def _in_text(raw: bytes) -> str:
    """The value of the first signature header in a mail that returns ours as text, or an empty text."""
    _, name, rest = raw[:_MAX_TEXT].lower().partition(_SIGNATURE_FIELD)
    return decode(rest[:_MAX_VALUE]).split("\n", 1)[0] if name else ""


def _addresses(headers: Headers, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for text in headers.all(name)[:_MAX_FIELDS]:
            yield from sorted(addresses(text[:_MAX_VALUE]))
