"""A report that could not be used yet. Stream ``intake-<account>:<report_id>``."""

from ..aggregate import Event, PersonalEvent, UtcDatetime
from ..personal import PersonalText
from ..reports import Source


class ReportUnmatched(PersonalEvent):
    """No message of ours fits it. ``report`` is the report as JSON; the references find it again."""

    report_id: str
    provider: str
    account: str
    source: Source
    reference: str | None = None
    own_reference: str | None = None
    address_key: str | None = None
    report: PersonalText
    tenant: str | None = None
    """The tenant that handed it in, where it was handed in for one."""


class ReportMatched(Event):
    """It was applied to a message."""

    report_id: str
    message_id: str


class ReportQuarantined(PersonalEvent):
    """It could not be read. ``raw`` is the part of the body, in base64, to be read again by better rules."""

    report_id: str
    provider: str
    account: str
    source: Source
    why: str
    raw: PersonalText
    received_at: UtcDatetime
    authenticated: bool = False
    tenant: str | None = None
    """The tenant that handed it in, where it was handed in for one."""


class ReportDiscarded(Event):
    """Somebody decided that it is of no use."""

    report_id: str
    by: str
    why: str


IntakeEvent = ReportUnmatched | ReportMatched | ReportQuarantined | ReportDiscarded
