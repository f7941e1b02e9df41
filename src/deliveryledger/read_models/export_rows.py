"""Tables and histories of the export's page: fields with labels, moments in full, foreign words apart."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..advice.wording import full_datetime, text, texts
from .activity_sentences import sentence
from .markup import Html, foreign, join, tag

if TYPE_CHECKING:
    from .candidate_export import Recorded

SHOWN = (
    "address", "previous", "evidence", "note", "document", "page", "by", "approved_by", "status",
    "reply_code", "diagnostic", "remote_mta", "provider", "account", "provider_message_id", "source",
    "claimed_at", "will_retry_until", "expires_at", "feedback_type", "attribution", "list_reason", "method",
    "by_machine", "rule", "message_id", "as_message_id", "suppressed_by", "request_id", "channel", "why",
)  # fmt: skip
"""Fields that a history shows with a label, in this order. The last section has every field."""
_TIMES = ("claimed_at", "will_retry_until", "expires_at")
_OF_INCIDENTS = {
    "IncidentOpened": "log.incident_opened",
    "IncidentRepeated": "log.incident_repeated",
    "NotificationQueued": "export.notification_queued",
    "NotificationSent": "log.notified.email",
    "NotificationFailed": "export.notification_failed",
    "NotificationRead": "log.notification_read",
    "IncidentHandled": "log.incident_handled",
}


class Rows:
    """Writes in one language and zone."""

    def __init__(self, lang: str, tz: str) -> None:
        self._lang, self._tz = lang, tz

    def labelled(self, rows: Mapping[str, Any]) -> Html:
        """Fields with their labels; those without a value are left out."""
        pairs = [(text(f"export.field.{name}", self._lang), v) for name, v in rows.items() if v is not None]
        return self._list((label, self._value(value)) for label, value in pairs)

    def as_recorded(self, fields: Mapping[str, Any]) -> Html:
        """Fields under their own names, as they stand in the log."""
        return self._list((tag("code", name), self._value(value)) for name, value in fields.items())

    def history(self, events: Iterable["Recorded"], known: Mapping[str, Any]) -> Html:
        """What happened, one item an event; ``known`` has what the sentences need beside it."""
        return tag("ol", *(tag("li", self._happening(event, known)) for event in events))

    def event(self, event: "Recorded") -> Html:
        """One event, with everything that was recorded of it."""
        times = {"occurred_at": event.occurred_at, "recorded_at": event.recorded_at}
        heading = tag("h3", tag("code", event.event))
        head = self.labelled({"event_id": event.event_id, "position": event.position, **times})
        return tag("article", heading, head, self.as_recorded(event.details))

    def _happening(self, event: "Recorded", known: Mapping[str, Any]) -> Html:
        fields = {**event.details, "occurred_at": event.occurred_at.isoformat()}
        told = {name: fields[name] for name in SHOWN if fields.get(name) not in (None, known.get(name))}
        shown = {name: self._readable(name, value) for name, value in told.items()}
        said = tag("p", tag("bdi", self._sentence(event.event, fields, known)), class_="said")
        return join(said, self._moment(event.occurred_at), self.labelled(shown))

    def _sentence(self, name: str, fields: Mapping[str, Any], known: Mapping[str, Any]) -> str:
        key = _OF_INCIDENTS.get(name)
        if key is None:
            return sentence(name, fields, known, lang=self._lang, tz=self._tz)
        actor = fields.get("by") or known.get("sender_id") or text("log.actor.system", self._lang)
        how = f"how.{fields.get('how')}"
        how = text(how if how in texts() else "how.other", self._lang)
        return text(key, self._lang, actor=actor, how=how)

    def _readable(self, name: str, value: Any) -> Any:
        if isinstance(value, bool):
            return text("export.yes" if value else "export.no", self._lang)
        return datetime.fromisoformat(value) if name in _TIMES else value

    def _list(self, pairs: Iterable[tuple[str, Html]]) -> Html:
        return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs))

    def _value(self, value: Any) -> Html:
        if isinstance(value, datetime):
            return self._moment(value)
        if isinstance(value, str):
            return foreign(value)
        return foreign(json.dumps(value, ensure_ascii=False))

    def _moment(self, moment: datetime) -> Html:
        return tag("time", full_datetime(moment, self._lang, self._tz), datetime=moment.isoformat())
