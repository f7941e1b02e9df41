"""The command ``read-webhook``: what webhook requests say, one a line, without a ledger."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import click

from ..advice.wording import zone
from ..domain.reports import DeliveryReport, Reading
from ..errors import DeliveryLedgerError, Unauthenticated
from ..inbound import providers
from ..inbound.provider import Provider
from ..ledger import utc_now
from .captures import CapturedRequest, Delivery, Secrets, id_of, lines, load_secrets, parse, why
from .exit_codes import ExitCode
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import printable


@dataclass(frozen=True)
class Answer:
    """What became of one line. ``error`` says why there is no reading, without any of the content."""

    id: str | int | None
    reading: Reading | None = None
    error: str | None = None
    is_refused: bool = False
    """Whether the request did not prove where it comes from."""

    @property
    def status(self) -> str:
        """``accepted``, ``noop`` (nothing comes of it), ``unauthenticated`` or ``unreadable``."""
        if self.reading is None:
            return "unauthenticated" if self.is_refused else "unreadable"
        if any(part.index is None for part in self.reading.quarantined):
            return "unreadable"
        said = self.reading.reports or self.reading.ignored or self.reading.quarantined
        return "accepted" if said else "noop"

    def as_json(self) -> dict[str, Any]:
        """The line of an answer to a program."""
        reading = self.reading
        answer: dict[str, Any] = {
            "id": self.id,
            "status": self.status,
            "events": [_event(report) for report in reading.reports] if reading else [],
            "ignored": list(reading.ignored) if reading else [],
            "quarantined": [{"why": q.why, "index": q.index} for q in reading.quarantined] if reading else [],
        }
        return {**answer, "error": self.error} if self.error else answer

    def as_text(self, tz: str) -> Iterator[str]:
        """The lines of an answer to a person."""
        yield f"{self.status:<16} {'' if self.id is None else self.id}".rstrip()
        if self.error:
            yield f"  {self.error}"
        if self.reading is None:
            return
        for report in self.reading.reports:
            when = f"{report.occurred_at.astimezone(zone(tz)):%Y-%m-%d %H:%M}"
            why = ", ".join(filter(None, (report.severity, report.reason)))
            what = f"{report.outcome} ({why})" if why else report.outcome
            yield f"  {when}  {what}  {report.recipient or 'no recipient named'}"
        for why in self.reading.ignored:
            yield f"  ignored      {why}"
        for part in self.reading.quarantined:
            yield f"  quarantined  {part.why}"


def _event(report: DeliveryReport) -> dict[str, Any]:
    return {
        "type": report.outcome,
        "severity": report.severity,
        "reason": report.reason,
        "recipient": report.recipient,
        "provider_message_id": report.provider_message_id,
        "provider_event_id": report.provider_event_id,
        "occurred_at": report.occurred_at.isoformat(),
        "diagnostic": report.diagnostic,
    }


def answer(provider: Provider, line: Delivery, now: datetime, configured: Secrets) -> Answer:
    """Read one line. Whatever it holds, it is answered; the next one is none the worse."""
    name = None if line.is_too_large else id_of(line.raw)
    try:
        captured = parse(CapturedRequest, line)
        secrets = captured.account_in(configured, provider.slug).secrets
        return Answer(name, captured.read(provider, secrets, now=now))
    except DeliveryLedgerError as error:
        return Answer(name, error=why(error), is_refused=isinstance(error, Unauthenticated))
    except Exception as error:
        # Hostile input has no end of ideas; the text is not repeated, it may hold addresses.
        return Answer(name, error=f"read a capture: {type(error).__name__}")


@click.command("read-webhook")
@click.argument("provider", metavar="PROVIDER")
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON file of accounts, as for ingest; they go before secrets in a line.",
)
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def read_webhook(settings: Settings, provider: str, secrets_file: Path | None) -> int:
    """Read webhook requests of PROVIDER, and say what is in them; no ledger is needed.

    Standard input holds one request a line, as JSON: id, method, url, headers, body_b64 (or body, a text),
    account (default: main), secrets (by name: a text, several, or texts by name) and received_at, at which
    the freshness of a signed time is judged. Nothing is fetched: signatures of SNS need certs. Each line is
    answered at once: accepted, noop (authentic, and nothing comes of it), unauthenticated or unreadable.
    With --json the answers are lines of JSON.

    A line that holds no request is answered too, and ends the command with exit code 4.
    """
    adapter = providers.get(provider)
    configured = load_secrets(secrets_file) if secrets_file else {}
    # Who closed standard input has nothing to ask.
    requests: BinaryIO = sys.stdin.buffer if sys.stdin else BytesIO()
    code = ExitCode.OK
    for line in lines(requests, "-"):
        answered = answer(adapter, line, utc_now(), configured)
        if settings.json:
            # With escapes: some servers' words hold characters that end a line for some readers.
            click.echo(json.dumps(answered.as_json()))
        else:
            click.echo(printable("\n".join(answered.as_text(settings.tz))))
        if answered.reading is None and not answered.is_refused:
            code = ExitCode.POISONED
    return code
