"""Signed envelope senders (VERP) and headers, by which a mail proves which message of ours it is about.

A token is base32, because some servers change the case: what names the message and its tenant, and then
HMAC-SHA256 (RFC 2104) over that and the place that the token is for, cut to 80 bits. A token of one domain
is none in another, nor in a header. It does not expire: bounces come within days, complaints may come later.
"""

import binascii
import hmac
from base64 import b32decode, b32encode
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ...domain.addresses import EmailAddress
from ...domain.identifiers import check_id, check_tenant
from ...domain.message_reference import DEFAULT_TENANT, MessageReference, unpack
from ...domain.reports import Attribution, DeliveryReport, Outcome, Source
from ...errors import InvalidInput
from ..own_ids import HEADER_MESSAGE, HEADER_TENANT
from . import dsn
from .fields import Returned, addresses
from .prose.report_text import report_text
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
_ENVELOPE_OF_RETURNED: Final = ("return-path", "x-envelope-from")
"""Written where the message was delivered. ``Sender`` is in everybody's copy."""
_OF_DELIVERY: Final = (Outcome.BOUNCED, Outcome.DEFERRED, Outcome.DELIVERED)
_SYSTEMS: Final = ("mailer-daemon@", "postmaster@", "abuse@", "support@", "helpdesk@")
"""Whom a bounce in prose names besides its recipient."""
_MAX_FIELDS: Final = 10
"""Of one name that are looked at: a bounce may have passed some forwarders."""
_MAX_VALUE: Final = 1_000
_MAX_TEXT: Final = 64 * 1024
_SIGNATURE_FIELD: Final = HEADER_SIGNATURE.encode() + b":"


class BounceProofs:
    """Recognises what was signed with one of the ``keys``, the newest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(type(key) is not bytes or len(key) < _MIN_KEY for key in keys):
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
        if not reports or (proof := self._proof(mail)) is None:
            return claims
        text = report_text(mail)
        addressed = Returned(mail, text.returned).addressed
        is_recipients = (
            proof.is_envelope and len(reports) == 1 and _is_about_one(mail, text.written, reports[0])
        )
        return [
            _proved(claim, proof.reference, is_recipients=is_recipients, addressed=addressed)
            # Who is not named may be anybody whom the mail is about.
            if not isinstance(claim, str)
            and claim.signed is None  # by a mail inside this one
            and (is_recipients or (claim.recipient and claim.attribution is Attribution.REPORTED))
            else claim
            for claim in claims
        ]

    def _proof(self, mail: Mail) -> "_Proof | None":
        returned = Returned(mail).headers
        envelope = self._in_envelope(mail.headers, _ENVELOPE)
        if found := envelope or self._in_envelope(returned, _ENVELOPE_OF_RETURNED):
            return _Proof(found, is_envelope=True)
        signature = returned.get(HEADER_SIGNATURE)
        # A text may quote one message, and the notification return another.
        if not signature and not returned.get("message-id"):
            signature = _in_text(mail.raw)
        header = self.in_header(signature)
        return _Proof(header, is_envelope=False) if header else None

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


class _Proof(NamedTuple):
    reference: MessageReference
    is_envelope: bool
    """An envelope has one recipient, but a header is in everybody's copy: who is named has to fit."""


class BounceAddresses(BounceProofs):
    """Signs envelope senders in one ``domain``, whose mail is then read by the ledger, and headers.

    ``keys``: the newest, by which it signs, and older ones, which it still recognises. A service that sends
    without a ledger is given those of ``ledger.bounce_addresses(...)``. ``tenant`` is the one that it signs
    for unless told otherwise, ``only`` one that it signs for alone. Raises InvalidInput, and InvalidAddress
    where no address fits into the domain.
    """

    def __init__(
        self, domain: str, keys: Sequence[bytes], *, tenant: str = DEFAULT_TENANT, only: str | None = None
    ) -> None:
        super().__init__(keys)
        self.domain = EmailAddress.parse(f"{'b' * _MAX_TOKEN}@{domain}").domain
        self._only = only
        self._tenant = self._allowed(tenant)

    def sign(self, message_id: str, *, tenant: str | None = None) -> str:
        """The envelope sender (``MAIL FROM``, later ``Return-Path``) of one message to one recipient.

        Whether there is such a message is not looked up: it may be signed before it is registered. Raises
        InvalidIdentifier, and InvalidInput for a tenant that is not ours.
        """
        token = self._token(self.keys[0], self._reference(message_id, tenant), _ADDRESS_IN + self.domain)
        return f"{_PREFIX}{token}@{self.domain}"

    def headers(self, message_id: str, *, tenant: str | None = None) -> dict[str, str]:
        """Headers that prove the same, for who cannot set the envelope sender. Raises as ``sign``."""
        reference = self._reference(message_id, tenant)
        values = {
            HEADER_MESSAGE: message_id,
            HEADER_TENANT: reference.tenant or self._tenant,
            HEADER_SIGNATURE: self._token(self.keys[0], reference, _HEADER),
        }
        return {name.title(): value for name, value in values.items()}

    def _reference(self, message_id: str, tenant: str | None) -> MessageReference:
        owner = self._tenant if tenant is None else self._allowed(tenant)
        return MessageReference.of(check_id(message_id, "message id"), owner)

    def _allowed(self, tenant: str) -> str:
        if self._only not in (None, check_tenant(tenant)):
            raise InvalidInput(
                "sign for a tenant", "these addresses are another tenant's", "take those of its own ledger"
            )
        return tenant


def _proved(
    report: DeliveryReport,
    proved: MessageReference,
    *,
    is_recipients: bool,
    addressed: frozenset[str],
) -> DeliveryReport:
    """A report about the message; ``is_recipients``: and its recipient, who may forward to whom it names.

    Spam may have been sent in the name of a signed address that was seen somewhere: what it returns was
    to somebody else. Complaints tell less of it, because many redact the recipient (RFC 6590).
    """
    if proved.message_id is None and report.message_id is not None:
        named = MessageReference.of(report.message_id, report.tenant or DEFAULT_TENANT)
        proved = named if named.digest == proved.digest else proved
    is_checked = is_recipients and addressed and report.source is Source.DSN
    return report._replace(
        message_id=proved.message_id,
        tenant=proved.tenant,
        signed=proved.digest,
        attribution=Attribution.INFERRED if is_recipients else report.attribution,
        addressed=tuple(sorted(addressed)) if is_checked else None,
    )


def _is_about_one(mail: Mail, written: str, report: DeliveryReport) -> bool:
    """Whether a mail with one report speaks of one recipient: of others it may say what is no report."""
    if report.outcome is Outcome.UNSUBSCRIBED:
        return False  # who wishes it is who wrote, and anybody may write there
    if report.outcome not in _OF_DELIVERY:
        return True
    if fields := b"\n\n".join(part.content for part in mail.parts if part.type in dsn.TYPES):
        return len(dsn.recipients(fields)) == 1
    own = set(_addresses(mail.headers, (*_ENVELOPE, "from")))
    named = addresses(written) - own
    return len({name for name in named if not name.startswith(_SYSTEMS)} | _recipient_of(report)) == 1


def _recipient_of(report: DeliveryReport) -> set[str]:
    return {report.recipient.lower()} if report.recipient else set()


def _in_text(raw: bytes) -> str:
    """The value of the first signature header in a mail that returns ours as text, or an empty text."""
    _, name, rest = raw[:_MAX_TEXT].lower().partition(_SIGNATURE_FIELD)
    return decode(rest[:_MAX_VALUE]).split("\n", 1)[0] if name else ""


def _addresses(headers: Headers, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for text in headers.all(name)[:_MAX_FIELDS]:
            yield from sorted(addresses(text[:_MAX_VALUE]))
