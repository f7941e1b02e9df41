"""What Amazon SES says of a mail, and the same about each of its recipients alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ...domain.reports import utc
from ..mail.excerpt import SOMEBODY
from ..mail.fields import address, without
from ..mail_headers import addressed, fields_in, named_in, own_ids_of
from ..own_ids import METADATA_MESSAGE, METADATA_TENANT, own_ids

MAX_RECIPIENTS: Final = 100
"""Of one event; SES takes 50 a message."""
_EVENT_BRIDGE: Final = {
    # detail-type -> eventType (docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ses.html)
    "Email Bounced": "Bounce",
    "Email Complaint Received": "Complaint",
    "Email Delivered": "Delivery",
    "Email Sent": "Send",
    "Email Rejected": "Reject",
    "Email Opened": "Open",
    "Email Clicked": "Click",
    "Email Rendering Failed": "Rendering Failure",
    "Email Delivery Delayed": "DeliveryDelay",
    "Email Subscribed": "Subscription",
}
AT_ONCE: Final = frozenset({"Send", "Reject", "Rendering Failure"})
"""What happens to a mail when it is handed over, and so to each recipient; an open is one person's."""


def _time(value: object) -> object:
    # The documentation's own example has a space before the offset: 2018-10-08T14:05:45 +0000.
    return value.replace(" +", "+") if isinstance(value, str) else value


OwnIds = tuple[str | None, str | None]
Time = Annotated[datetime, BeforeValidator(_time), AfterValidator(utc)]


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="ignore",
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
        alias_generator=to_camel,
        populate_by_name=True,
    )


class SesRecipient(_Part):
    """One of those whom a bounce, a complaint or a delay is about."""

    email_address: str | None = None
    action: str | None = None
    status: str | None = None
    diagnostic_code: str | None = None


class SesMail(_Part):
    """The message. ``headers`` are there where the topic or the configuration set asks for them."""

    timestamp: Time | None = None
    message_id: str | None = None
    destination: list[str] | None = None
    tags: Any = None
    headers: Any = None
    common_headers: Any = None

    def own_ids(self) -> OwnIds:
        """Our own ids: of the tags, or else of headers."""
        tags = self.tags if isinstance(self.tags, Mapping) else {}
        found = own_ids(_first(tags.get(METADATA_MESSAGE)), _first(tags.get(METADATA_TENANT)))
        return found if found[0] is not None else own_ids_of(fields_in(self.headers, "name"))

    def addressed(self) -> Iterator[str]:
        """Texts of the header that name recipients."""
        yield from addressed(fields_in(self.headers, "name"))
        common = self.common_headers if isinstance(self.common_headers, Mapping) else {}
        for listed in map(common.get, ("to", "cc", "bcc")):
            yield from (
                text for text in (listed if isinstance(listed, list) else ()) if isinstance(text, str)
            )


class SesDetail(_Part):
    """The fields that are read of the object that says what happened, whatever it is."""

    timestamp: Time | None = None
    feedback_id: str | None = None
    reporting_mta: str | None = Field(default=None, alias="reportingMTA")
    bounce_type: str | None = None
    bounce_sub_type: str | None = None
    bounced_recipients: list[SesRecipient] | None = None
    complained_recipients: list[SesRecipient] | None = None
    complaint_feedback_type: str | None = None
    complaint_sub_type: str | None = None
    delay_type: str | None = None
    delayed_recipients: list[SesRecipient] | None = None
    expiration_time: Time | None = None
    recipients: list[str] | None = None
    reason: str | None = None
    error_message: str | None = None
    link: str | None = None
    new_topic_preferences: Any = None
    old_topic_preferences: Any = None


class SesEvent(_Part):
    """A notification, an event of event publishing, or EventBridge's envelope of one."""

    event_type: str | None = None
    notification_type: str | None = None
    """Of the feedback notifications of an identity, without event publishing."""
    mail: SesMail | None = None
    bounce: SesDetail | None = None
    complaint: SesDetail | None = None
    delivery: SesDetail | None = None
    reject: SesDetail | None = None
    open: SesDetail | None = None
    click: SesDetail | None = None
    failure: SesDetail | None = None
    delivery_delay: SesDetail | None = None
    subscription: SesDetail | None = None
    detail_type: str | None = Field(default=None, alias="detail-type")
    detail: "SesEvent | None" = None

    def unwrapped(self) -> "SesEvent":
        """Without EventBridge's envelope."""
        if self.detail is None:
            return self
        name = self.detail.event_type or _EVENT_BRIDGE.get(self.detail_type or "", self.detail_type)
        return self.detail.model_copy(update={"event_type": name})

    @property
    def kind(self) -> str:
        """What happened, in the words of SES."""
        name = self.event_type or self.notification_type or ""
        return "Rendering Failure" if name == "RenderingFailure" else name

    @property
    def about(self) -> SesDetail:
        """What is said of it; empty where nothing is."""
        field = {"Rendering Failure": "failure", "DeliveryDelay": "delivery_delay"}.get(
            self.kind, self.kind.lower()
        )
        found = getattr(self, field, None) if field in _DETAILS else None
        return found if isinstance(found, SesDetail) else SesDetail()

    @property
    def recipient(self) -> SesRecipient:
        """Whom an event about one recipient is about; nobody, where SES does not know."""
        whom = self._whom()
        return whom[0] if len(whom) == 1 else SesRecipient()

    @property
    def is_ambiguous(self) -> bool:
        """Whether it is a complaint of one of several, who might all have made it."""
        if self.kind != "Complaint" or self.about.complaint_sub_type:
            return False
        suspects = self.about.complained_recipients
        return len(suspects or self._mail.destination or ()) > 1

    def alone(self) -> "list[SesEvent]":
        """An event for each recipient, that names no other one; itself, where it names one at most.

        Raises ValueError where they are more than can be.
        """
        whom = self._whom() or [SesRecipient()]
        listed = [*(self._mail.destination or ()), *self._listed()]
        if len(listed) > 2 * MAX_RECIPIENTS or len(whom) > MAX_RECIPIENTS:
            raise ValueError("too many recipients")
        everybody = named_in((*listed, *self._mail.addressed()))
        own_ids = self._mail.own_ids()
        events = []
        for each in whom:
            own = bare(each.email_address)
            others = everybody - {(own or "").lower()}
            nobody_else = not others or (own is None and len(everybody) == 1)
            events.append(self if nobody_else and len(whom) == 1 else self._about(each, others, own_ids))
        return events

    def _about(self, recipient: SesRecipient, others: frozenset[str], own_ids: OwnIds) -> "SesEvent":
        """Only what is read of it, of one recipient; ``others`` are taken out of texts, too."""
        own, about, (message_id, tenant) = recipient.email_address, self.about, own_ids
        words = without(recipient.diagnostic_code or "", others, SOMEBODY) or None
        alone = [recipient.model_copy(update={"diagnostic_code": words})] if own else []
        named = [own] if own else []
        changes: dict[str, Any] = {name: alone for name in _LISTS if getattr(about, name) is not None}
        if self.is_ambiguous:
            changes["complained_recipients"] = [SesRecipient(), SesRecipient()]  # several, and nobody by name
        changes["recipients"] = named if about.recipients is not None else None
        changes["error_message"] = without(about.error_message or "", others, SOMEBODY) or None
        detail = about.model_copy(update=changes)
        mail = SesMail(
            timestamp=self._mail.timestamp,
            message_id=self._mail.message_id,
            destination=named,
            tags={METADATA_MESSAGE: [message_id], METADATA_TENANT: [tenant]} if message_id else None,
        )
        kept = {name: detail for name in _DETAILS if getattr(self, name) is not None}
        return SesEvent(event_type=self.kind or None, mail=mail).model_copy(update=kept)

    @property
    def _mail(self) -> SesMail:
        return self.mail or SesMail()

    def _listed(self) -> Iterator[str]:
        for name in _LISTS:
            yield from (each.email_address for each in getattr(self.about, name) or () if each.email_address)
        yield from self.about.recipients or ()

    def _whom(self) -> Sequence[SesRecipient]:
        about = self.about
        if self.kind == "Complaint":
            # Who might have complained. Of several it is not known; of a suppression list it is.
            suspects = about.complained_recipients or []
            return suspects if len(suspects) == 1 or about.complaint_sub_type else []
        named = about.bounced_recipients or about.delayed_recipients
        if named:
            return named
        if about.recipients:
            return [SesRecipient(email_address=each) for each in about.recipients]
        destination = self._mail.destination or []
        known = len(destination) == 1 or self.kind in AT_ONCE
        return [SesRecipient(email_address=each) for each in destination] if known else []

    def as_json(self) -> str:
        """As SES would have written it."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


_LISTS: Final = ("bounced_recipients", "complained_recipients", "delayed_recipients")
_DETAILS: Final = (
    "bounce", "complaint", "delivery", "reject", "open", "click", "failure", "delivery_delay", "subscription",
)  # fmt: skip


def bare(text: str | None) -> str | None:
    """An address without the name that it was given with."""
    if text and "<" in text:
        return address(text) or text
    return text or None


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value
