"""The export as a page for people: one HTML file, for a screen, a telephone or paper. No script, no links."""

from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

from ..advice.wording import full_datetime, language, text
from .export_rows import Rows
from .markup import Html, foreign, tag

if TYPE_CHECKING:
    from .candidate_export import CandidateExport

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def export_page(export: "CandidateExport") -> str:
    """The whole page. Raises InvalidInput for a time zone that does not exist."""
    return _Page(export).document()


class _Page:
    """A page in one language and zone."""

    def __init__(self, export: "CandidateExport") -> None:
        self._export = export
        self._lang = language(export.lang)
        self._rows = Rows(self._lang, export.tz)

    def document(self) -> str:
        title = self._text("title", candidate=self._export.candidate_id)
        style = files(__package__).joinpath("export_page.css").read_text(encoding="utf-8")
        head = tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="robots", content="noindex"),
            tag("title", title),
            # Ours, without anything of a candidate's in it; a style sheet is no text and is not escaped.
            Html(f"<style>\n{style}</style>"),
        )
        body = tag("body", tag("main", tag("h1", title), *self._introduction(), *self._sections()))
        return f"<!DOCTYPE html>\n{tag('html', head, body, lang=self._lang)}\n"

    def _introduction(self) -> Iterable[Html]:
        export = self._export
        at = full_datetime(export.exported_at, export.lang, export.tz)
        yield tag("p", self._text("intro"))
        yield tag("p", self._text("as_of", at=at, position=export.as_of_position))
        if export.notice:
            yield tag("p", export.notice, class_="notice", role="note")

    def _sections(self) -> Iterable[Html]:
        if self._export.is_empty:
            return
        yield self._section("registration", [self._registration()])
        yield self._section("addresses", self._addresses())
        yield self._section("cv", self._cv_findings())
        yield self._section("messages", self._messages())
        yield self._section("filter", self._filter_entries())
        yield self._section("incidents", self._incidents())
        yield self._section("reports", self._waiting())
        yield self._section("raw", self._raw_reports())
        yield self._section("events", map(self._rows.event, self._export.events), "events.intro")

    def _section(self, name: str, parts: Iterable[Html], introduction: str | None = None) -> Html:
        found = list(parts)
        intro = [tag("p", self._text(introduction))] if introduction else []
        empty = [] if found else [tag("p", self._text("none"), class_="none")]
        return tag("section", tag("h2", self._text(name)), *intro, *found, *empty, id=name)

    def _registration(self) -> Html:
        export = self._export
        rows = {"candidate_id": export.candidate_id, "tenant": export.tenant, "name": export.name}
        return self._rows.labelled({**rows, "address": export.address})

    def _addresses(self) -> Iterable[Html]:
        for address in self._export.addresses:
            rows = {
                "address": address.address,
                "previous": address.previous,
                "grounds": text(f"export.grounds.{address.grounds}", self._lang),
                "evidence": address.evidence,
                "by": address.by,
                "occurred_at": address.occurred_at,
                "on_filter": address.on_filter_text or self._text("not_on_filter"),
            }
            yield tag("article", self._rows.labelled(rows))

    def _cv_findings(self) -> Iterable[Html]:
        for found in self._export.cv_findings:
            rows = found.model_dump(include={"address", "document", "page", "occurred_at"})
            yield tag("article", self._rows.labelled(rows))

    def _messages(self) -> Iterable[Html]:
        for message in self._export.messages:
            rows = {
                "recipient": message.recipient,
                "sender_id": message.sender_id,
                "from_address": message.from_address,
                "profile_url": message.profile_url,
                "message_id": message.id,
                "resend_of": message.resend_of,
            }
            known = {**rows, "subject": message.subject}
            history = self._rows.history(message.history, known)
            yield tag("article", tag("h3", foreign(message.subject)), self._rows.labelled(rows), history)

    def _filter_entries(self) -> Iterable[Html]:
        for entry in self._export.recipient_filter:
            heading = tag("h3", foreign(entry.address or entry.address_key))
            yield tag("article", heading, self._rows.history(entry.history, {"recipient": entry.address}))

    def _incidents(self) -> Iterable[Html]:
        for incident in self._export.incidents:
            heading = tag("h3", foreign(incident.sender_id or incident.id))
            history = self._rows.history(incident.history, {"sender_id": incident.sender_id})
            yield tag("article", heading, history)

    def _waiting(self) -> Iterable[Html]:
        for report in self._export.unmatched_reports:
            yield tag("article", self._rows.as_recorded({"id": report.id, **report.report}))

    def _raw_reports(self) -> Iterable[Html]:
        for report in self._export.raw_reports:
            rows = report.model_dump(include={"message_id", "provider", "account", "source", "received_at"})
            written = report.base64 or "" if report.text is None else report.text
            encoded = [tag("p", self._text("base64"))] if report.text is None else []
            content = tag("pre", written, dir="auto", translate="no")
            yield tag("article", self._rows.labelled(rows), *encoded, content)

    def _text(self, key: str, **values: object) -> str:
        return text(f"export.{key}", self._lang, **values)
