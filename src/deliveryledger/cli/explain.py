"""The command ``explain``: why a mail was read as it was; what decided, and what would have come next."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

import click

from ..advice.next_steps import reason_sentence
from ..advice.plans import BY_REASON
from ..advice.wording import text
from ..classification import Evidence, classify
from ..classification.evidence import find_phase
from ..classification.trail import Step, trail
from ..domain.reports import Attribution, DeliveryReport
from ..errors import InvalidInput
from ..inbound.mail import read_mail
from ..inbound.mail.kinds import answer, report_of, unopened
from ..inbound.mail.prose.report_text import report_text
from ..inbound.mail.scanner import BeyondLimits, Mail, scan
from ..inbound.mailboxes import FoundMail, mails_in
from .exit_codes import ExitCode
from .files import obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import fitted, print_json, printable

_STATUS: Final = re.compile(r"^status:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_SPOKE: Final = re.compile(r"\bhost ([\w.-]{1,255}\.[\w-]{1,63})", re.IGNORECASE)
_MOST_STATUSES: Final = 10
_FIELDS: Final = (
    # Where an address may stand, and what a person calls that; the first that holds it is told.
    ("original-recipient", "the field Original-Recipient: the address as it was sent to"),
    ("final-recipient", "the field Final-Recipient: the address that failed in the end"),
    ("original-rcpt-to", "the field Original-Rcpt-To of the feedback report"),
    ("x-failed-recipients", "the field X-Failed-Recipients"),
    ("x-actual-recipient", "the field X-Actual-Recipient"),
    ("to", "the field To of the returned message, or of the bounce itself"),
    ("from", "the field From"),
)
_IN_TEXT: Final = "the text of the mail"
_ENCODED: Final = "an address that it is written into (VERP), or a part that had to be decoded"


def explain_mail(mail: FoundMail) -> dict[str, Any]:
    """Everything that is known of one mail, and of each recipient why."""
    if mail.obstacle:
        return {**unopened(mail.name, mail.obstacle), "ignored": []}
    reading = read_mail(mail.raw, received_at=datetime.now(UTC))
    try:
        scanned = scan(mail.raw)
    except BeyondLimits:
        scanned = None
    about = answer(mail.name, reading)
    about["reports"] = [_explained(report, scanned) for report in reading.reports]
    return {**about, "ignored": list(reading.ignored)}


def _explained(report: DeliveryReport, mail: Mail | None) -> dict[str, Any]:
    steps = steps_of(report, mail)
    return {
        **report_of(report),
        "outcome": report.outcome,
        "recipient_found": found_in(report, mail) if report.recipient else None,
        "message_id": report.message_id,
        "provider_message_id": report.provider_message_id,
        "remote_mta": report.remote_mta,
        "rules_version": report.rules_version,
        "steps": [step._asdict() for step in steps],
    }


def steps_of(report: DeliveryReport, mail: Mail | None) -> tuple[Step, ...]:
    """What decided, and what the next rules would have said; nothing for what is no failure."""
    if report.reason is None:
        return ()
    for evidence in _evidence(report, mail):
        if classify(evidence).rule == report.rule:
            return trail(evidence)
    decisive = Step(report.rule or "unknown", report.reason, "the reader", "the form of the mail", True)
    rest = trail(next(_evidence(report, mail)))
    return (decisive, *(step._replace(is_decisive=False) for step in rest))


def _evidence(report: DeliveryReport, mail: Mail | None) -> Iterator[Evidence]:
    """What the reader may have looked at: the server's words with each status of the mail, then its text."""
    texts = [part.text for part in mail.parts] if mail else []
    statuses = [each for content in texts for each in _STATUS.findall(content)][:_MOST_STATUSES]
    human = report_text(mail).written if mail else ""
    spoke = _SPOKE.search(human)
    hosts = dict.fromkeys((report.remote_mta, spoke[1] if spoke else None))
    phases = dict.fromkeys((None, find_phase(human)))
    for words in (report.diagnostic or "", " ".join(human.split())):
        for status, host, phase in product(dict.fromkeys((report.status, *statuses)), hosts, phases):
            yield Evidence.gather(words, status=status, remote_mta=host, phase=phase)


def found_in(report: DeliveryReport, mail: Mail | None) -> str:
    """Where the recipient stands, in words for a person."""
    how = "" if report.attribution is Attribution.REPORTED else "inferred from "
    if mail is None or report.recipient is None:
        return f"{how}{_IN_TEXT}"
    address = re.escape(report.recipient)
    texts = [mail.raw.decode("utf-8", "replace"), *(part.text for part in mail.parts)]
    for name, where in _FIELDS:
        field = re.compile(rf"^{name}:.{{0,500}}{address}", re.IGNORECASE | re.MULTILINE)
        if any(field.search(content) for content in texts):
            return how + where
    is_in_text = any(re.search(address, content, re.IGNORECASE) for content in texts)
    return how + (_IN_TEXT if is_in_text else _ENCODED)


@click.command()
@click.argument("file", metavar="FILE")
@options("lang", lang=OPERATORS_LANG)
@pass_settings
def explain(settings: Settings, file: str) -> int:
    """Say why a mail is read as it is: which rule decided on what, and what the next ones would have said.

    FILE holds a mail, or several (an mbox, a folder, or - for standard input). The answer shows what is in
    the mail, addresses too; no ledger is needed.
    """
    try:
        explained = [explain_mail(mail) for mail in mails_in(file)]
    except OSError as error:
        raise InvalidInput("read a file", obstacle_of(error), "name a file that you may read") from None
    if settings.json:
        print_json(explained)
    else:
        for number, each in enumerate(explained):
            lines = ("", *as_text(each)) if number else as_text(each)
            click.echo(printable(fitted("\n".join(lines), 100)))
    return ExitCode.OK


def as_text(explained: dict[str, Any]) -> Iterator[str]:
    """What a person reads about one mail."""
    yield explained["file"]
    kind = explained["kind"].replace("_", " ")
    yield f"  read as     {kind}" + (f", {explained['feedback_type']}" if explained["feedback_type"] else "")
    if explained["error"]:
        yield f"  unreadable  {explained['error']}"
    for why in explained["ignored"]:
        yield f"  ignored     {why}"
    for report in explained["reports"]:
        yield ""
        yield from _report_text(report)


def _report_text(report: dict[str, Any]) -> Iterator[str]:
    yield f"  recipient   {report['recipient'] or 'none named'}"
    if report["recipient_found"]:
        yield f"  found in    {report['recipient_found']}"
    if report["message_id"] or report["provider_message_id"]:
        ours = f"our id {report['message_id']}" if report["message_id"] else ""
        theirs = f"Message-ID {report['provider_message_id']}" if report["provider_message_id"] else ""
        yield f"  refers to   {', '.join(filter(None, (ours, theirs)))}"
    codes = (("status", report["status"]), ("reply code", report["reply_code"]))
    said = [report["action"] or report["outcome"], *(f"{name} {value}" for name, value in codes if value)]
    yield f"  says        {', '.join(said)}"
    if report["remote_mta"]:
        yield f"  server      {report['remote_mta']}"
    if report["diagnostic"]:
        yield f"  words       {' '.join(report['diagnostic'].split())}"
    if report["reason"]:
        yield f"  reason      {report['reason']}, {report['severity']}: {_sentence(report)}"
        yield f"  what to do  {text(BY_REASON[report['reason']].advice, 'en')}"
    for number, step in enumerate(report["steps"]):
        title = "decided by  " if number == 0 else "then        " if number == 1 else "            "
        yield f"  {title}{step['rule']} → {step['reason']}, on {step['on']}"
        yield f"                ({step['source']})"


def _sentence(report: dict[str, Any]) -> str:
    return reason_sentence(report["reason"], lang="en")
