"""The formats that are known: which fields, which cause, and the page that says so.

Names of fields are compared without case, spaces, underscores and hyphens, so that a CSV and a JSON of one
provider need one row here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ...domain.suppression_filter.events import Cause

Fields = Mapping[str, object]
Meant = Cause | str
"""A cause; or, as text, why the row is no entry."""


@dataclass(frozen=True)
class Format:
    """One kind of export. ``known_by`` are sets of fields, any of which tells it, the longest first."""

    name: str
    known_by: tuple[frozenset[str], ...]
    address: str
    cause: Callable[[Fields], Meant]
    since: str = ""
    expires: str = ""
    reason: str = ""
    """Fields; empty: it has none."""
    array: str | None = None
    """Where its JSON keeps the list; None: the document is the list, or one object a line."""
    is_ours: bool = False
    same_as: str | None = None
    """Another list with the very same fields, which would be taken for this one: it has to be named."""


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


def _always(cause: Cause) -> Callable[[Fields], Meant]:
    return lambda _: cause


def _by(field: str, causes: Mapping[str, Cause]) -> Callable[[Fields], Meant]:
    def meant(fields: Fields) -> Meant:
        return causes.get(str(fields.get(field, "")).strip().lower(), "its cause is none that is known")

    return meant


def _of_postmark(fields: Fields) -> Meant:
    reason, origin = (str(fields.get(name, "")).strip().lower() for name in ("suppressionreason", "origin"))
    if reason == "manualsuppression":
        # By the recipient it is an unsubscription; by the customer or Postmark, somebody's decision.
        return Cause.UNSUBSCRIBE if origin == "recipient" else Cause.MANUAL
    known = {"hardbounce": Cause.HARD_BOUNCE, "spamcomplaint": Cause.COMPLAINT}
    return known.get(reason, "its cause is none that is known")


def _of_mailgun_tags(fields: Fields) -> Meant:
    tags = fields.get("tags", fields.get("tag"))
    named = tags if isinstance(tags, list) else [each.strip(" '[]\"") for each in str(tags or "*").split(",")]
    return Cause.UNSUBSCRIBE if "*" in named else "it unsubscribes from a tag, not from all mail"


_OF_SES: Final = {"bounce": Cause.HARD_BOUNCE, "complaint": Cause.COMPLAINT}
_OURS: Final = {str(cause): cause for cause in Cause}

FORMATS: Final = (
    Format(
        "deliveryledger",
        (_fields("address", "cause", "since"),),
        "address",
        _by("cause", _OURS),
        since="since",
        expires="expiresat",
        reason="reason",
        is_ours=True,
    ),
    # postmarkapp.com/developer/api/suppressions-api
    Format(
        "postmark",
        (_fields("emailaddress", "suppressionreason"),),
        "emailaddress",
        _of_postmark,
        since="createdat",
        array="Suppressions",
    ),
    # twilio.com/docs/sendgrid/api-reference/bounces-api/retrieve-all-bounces, and its like for each list
    Format(
        "sendgrid-bounces",
        (_fields("created", "email", "reason", "status"),),
        "email",
        _always(Cause.HARD_BOUNCE),
        since="created",
        same_as="SendGrid's blocks, which are no suppression list, have the same columns",
    ),
    Format(
        "sendgrid-invalid-emails",
        (_fields("created", "email", "reason"),),
        "email",
        _always(Cause.PROVIDER_LIST),
        since="created",
    ),
    Format(
        "sendgrid-spam-reports",
        (_fields("created", "email", "ip"), _fields("created", "email")),
        "email",
        _always(Cause.COMPLAINT),
        since="created",
    ),
    Format(
        "sendgrid-unsubscribes",
        (_fields("created", "email"),),
        "email",
        _always(Cause.UNSUBSCRIBE),
        since="created",
    ),
    # documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/bounces, …/unsubscribe, …/complaints
    Format(
        "mailgun-bounces",
        (_fields("address", "code", "error"), _fields("address", "code", "createdat")),
        "address",
        _always(Cause.HARD_BOUNCE),
        since="createdat",
        array="items",
    ),
    Format(
        "mailgun-unsubscribes",
        (_fields("address", "createdat", "tags"), _fields("address", "createdat", "tag")),
        "address",
        _of_mailgun_tags,
        since="createdat",
        array="items",
    ),
    Format(
        "mailgun-complaints",
        (_fields("address", "createdat"),),
        "address",
        _always(Cause.COMPLAINT),
        since="createdat",
        array="items",
    ),
    # docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html (the jobs' files have no header),
    # docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListSuppressedDestinations.html
    Format(
        "amazon-ses",
        (_fields("emailaddress", "reason"),),
        "emailaddress",
        _by("reason", _OF_SES),
        since="lastupdatetime",
        array="SuppressedDestinationSummaries",
    ),
)
"""Every format."""
SES_WITHOUT_HEADER: Final = ("emailaddress", "reason")
SES_REASONS: Final = frozenset(_OF_SES)


def plain(name: object) -> str:
    """A field's name as it is compared."""
    return "".join(character for character in str(name).casefold() if character not in " _-\t")


def named(name: str) -> Format | None:
    """The format of that name."""
    return next((each for each in FORMATS if each.name == name), None)


def recognised(fields: frozenset[str]) -> tuple[Format, ...]:
    """The formats that have these fields, of which the most tell them: one, several or none."""
    told = {
        each.name: max((len(known) for known in each.known_by if known <= fields), default=0)
        for each in FORMATS
    }
    most = max(told.values())
    return tuple(each for each in FORMATS if most and told[each.name] == most)
