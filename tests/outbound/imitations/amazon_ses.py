"""Amazon SES, after the SESv2 API reference and the guide's pages on the suppression list.

Addresses are kept in the case they came in; calls compare them with it, sending (``has``) without.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from deliveryledger.domain.suppression_filter.events import Cause

from .vendor import LISTED, Asked, Told, Vendor

_REASONS = {Cause.HARD_BOUNCE: "BOUNCE", Cause.COMPLAINT: "COMPLAINT"}


@dataclass
class AmazonSes(Vendor):
    """The list of one account in one region, and those of its tenants."""

    SLUG = "amazon_ses"
    SECRETS: ClassVar = {
        "access_key_id": "AKIDEXAMPLE",
        "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "session_token": "AQoDYXdzEPT//////////wEXAMPLE",
    }
    WRONG_SECRETS: ClassVar = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "another/secret"}
    SETTINGS: ClassVar = {"region": "eu-north-1"}
    PAGE = 7
    HELD = tuple(_REASONS)
    ADDABLE = (Cause.HARD_BOUNCE, Cause.COMPLAINT)
    NOT_ADDABLE = (Cause.UNSUBSCRIBE, Cause.MANUAL, Cause.ESCALATION, Cause.PROVIDER_LIST)

    lists: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {"": {}, "acme": {}})
    """By name of the tenant; that of the account has none."""

    @property
    def entries(self) -> dict[str, dict[str, Any]]:
        return self.lists[""]

    def put(self, address: str, cause: Cause = Cause.HARD_BOUNCE, at: datetime = LISTED) -> None:
        self._put("", address, _REASONS[cause], at)

    def has(self, address: str) -> bool:
        return address.lower() in map(str.lower, self.entries)

    def denied(self) -> Told:
        said = {"message": "The request signature we calculated does not match the signature you provided."}
        return Told(403, said, (("x-amzn-errortype", "InvalidSignatureException"),))

    def knows(self, asked: Asked) -> bool:
        """Calculates the signature by the words of the documentation, and none of our code."""
        scheme, *stated = asked.headers["authorization"].replace(", ", " ").split(" ")
        known = dict(each.split("=", 1) for each in stated)
        moment, (key_id, *scope) = asked.headers["x-amz-date"], known["Credential"].split("/")
        is_wrong = scheme != "AWS4-HMAC-SHA256" or scope[1:] != ["eu-north-1", "ses", "aws4_request"]
        if is_wrong or key_id != self.SECRETS["access_key_id"] or scope[0] != moment[:8]:
            return False
        path, _, query = asked.target.partition("?")
        names = known["SignedHeaders"]
        lines = [asked.method, quote(path, safe="/~"), "&".join(sorted(query.split("&")))]
        lines += [f"{name}:{asked.headers[name].strip()}" for name in names.split(";")]
        lines += ["", names, hashlib.sha256(asked.body).hexdigest()]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = ("AWS4" + self.SECRETS["secret_access_key"]).encode()
        for word in (*scope, "\n".join(("AWS4-HMAC-SHA256", moment, "/".join(scope), digest))):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        is_ours = asked.headers.get("x-amz-security-token") == self.SECRETS["session_token"]
        is_signed = {"host", "x-amz-date", "x-amz-security-token"} <= set(names.split(";"))
        return is_ours and is_signed and hmac.compare_digest(key.hex(), known["Signature"])

    def answer(self, asked: Asked) -> Told:
        body = asked.json if asked.method == "PUT" else asked.query
        tenant = body.get("TenantName", "")
        if tenant not in self.lists:
            return _not_found()
        entries = self.lists[tenant]
        match (asked.method, *asked.path):
            case ("GET", "v2", "email", "suppression", "addresses"):
                return self._page(entries, asked)
            case ("PUT", "v2", "email", "suppression", "addresses"):
                return self._add(tenant, body)
            case ("GET", "v2", "email", "suppression", "addresses", address) if address in entries:
                return Told(200, {"SuppressedDestination": {**entries[address], "Attributes": {}}})
            case ("DELETE", "v2", "email", "suppression", "addresses", address) if address in entries:
                del entries[address]
                return Told(200)
        return _not_found()

    def _put(self, tenant: str, address: str, reason: str, at: datetime) -> None:
        entry = {"EmailAddress": address, "Reason": reason, "LastUpdateTime": at.timestamp()}
        self.lists[tenant][address] = entry

    def _add(self, tenant: str, body: dict[str, str]) -> Told:
        if body["Reason"] not in _REASONS.values() or "@" not in body["EmailAddress"]:
            return Told(400, {"message": "no"}, (("x-amzn-errortype", "BadRequestException"),))
        self._put(tenant, body["EmailAddress"], body["Reason"], LISTED)
        return Told(200)

    def _page(self, entries: dict[str, dict[str, Any]], asked: Asked) -> Told:
        first = asked.query.get("StartDate")
        after = datetime.fromisoformat(first) if first else datetime.min.replace(tzinfo=UTC)
        found = [
            each for each in entries.values() if datetime.fromtimestamp(each["LastUpdateTime"], UTC) >= after
        ]
        start = int(asked.query.get("NextToken", "0/=+").partition("/")[0])
        page = found[start : start + min(self.PAGE, int(asked.query["PageSize"]))]
        told: dict[str, Any] = {"SuppressedDestinationSummaries": page}
        if start + len(page) < len(found):
            told["NextToken"] = f"{start + len(page)}/=+"
        return Told(200, told)


def _not_found() -> Told:
    said = {"message": "Email address does not exist on your suppression list."}
    return Told(404, said, (("x-amzn-errortype", "NotFoundException"),))
