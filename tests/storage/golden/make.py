"""Makes this version's golden ledger: log, keys, key-encryption key, and what has to come out of them.

``python -m tests.storage.golden.make`` writes the folder of the present format, once per release: a golden
ledger that was released is never made again, because later versions must still read it.
``--texts`` only renews the texts of the cards, whose wording may change.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from deliveryledger import Ledger
from deliveryledger.application.envelope import Envelope
from deliveryledger.domain.aggregate import Event
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.identifiers import (
    message_stream,
    outage_stream,
    parse_stream,
    suppression_filter_stream,
)
from deliveryledger.domain.incident.events import (
    NotificationFailed,
    NotificationQueued,
    NotificationRead,
    NotificationSent,
    WhyNotSent,
)
from deliveryledger.domain.message.events import AutoReplyReceived, ComplaintWithdrawn, HandingOverStarted
from deliveryledger.domain.outage.events import (
    DomainAnswered,
    OutageEnd,
    OutageEnded,
    OutageSuspected,
    UnknownUserCounted,
)
from deliveryledger.domain.reports import Source
from deliveryledger.domain.suppression_filter.events import (
    Cause,
    HoldReleased,
    ProviderRemovalConfirmed,
    ProviderRemovalRefused,
    RemovalApproved,
    SuppressionHeld,
    SuppressionTakenBack,
)
from tests.storage.story import ADDRESSES, POLICIES, START, TEXTS, Story, Ticking

FOLDER = Path(__file__).parent
FORMAT = "0.4.0"
"""The version of the format that is being written: the next release's."""
LEDGER = "ledger.db"
FILES = (LEDGER, f"{LEDGER}.keys", f"{LEDGER}.kek")
LATER = START + timedelta(days=2)
CARDS = [("cand-7", "en"), ("cand-7", "sv"), ("cand-8", "en")]


def rest(story: Story) -> None:
    """Events for which this version has no command, or no provider that reports them."""
    at = START + timedelta(hours=3)
    address = {"scope": "default", "address_key": "1.golden"}
    reported = {"provider": "postmark", "account": "main", "source": Source.ARF, "occurred_at": at}
    hold = {"cause": Cause.HARD_BOUNCE, "reason": FailureReason.MAILBOX_UNKNOWN, "message_id": "msg-1"}
    incident = next(e.stream for e in opened(story.ledger) if e.stream.startswith("incident-"))
    told = {"occurred_at": at, "incident_id": parse_stream(incident).id}
    story.append(
        message_stream("default", "msg-grace-1"),
        AutoReplyReceived(message_id="msg-grace-1", report_id="golden-1", **reported),
        ComplaintWithdrawn(message_id="msg-grace-1", report_id="golden-2", how="not_spam", **reported),
        HandingOverStarted(message_id="msg-grace-1", occurred_at=at, until=at + timedelta(minutes=10)),
    )
    story.append(
        suppression_filter_stream("default", "1.golden"),
        SuppressionHeld(occurred_at=at, outage="outage-1", **hold, **address),
        HoldReleased(occurred_at=at, applied=False, **address),
        ProviderRemovalConfirmed(occurred_at=at, provider="sendgrid", account="main", **address),
        ProviderRemovalRefused(occurred_at=at, provider="postmark", account="main", why="spam", **address),
        RemovalApproved(
            occurred_at=at,
            requested_by="sup-1",
            by="sup-2",
            causes=(Cause.MANUAL,),
            providers=("postmark/main",),
            **address,
        ),
        SuppressionTakenBack(occurred_at=at, batch="batch-1", by="sup-1", causes=(Cause.MANUAL,), **address),
    )
    story.append(
        incident,
        NotificationQueued(
            channel="email", notification_id="n-1", receiver="1.golden", queued_until=at, **told
        ),
        NotificationFailed(
            channel="email",
            notification_id="n-1",
            receiver="1.golden",
            why=WhyNotSent.TRY_LATER,
            permanent=False,
            retry_at=at,
            **told,
        ),
        NotificationSent(channel="email", **told),
        NotificationRead(by="rec-3", **told),
    )


def outages(story: Story) -> None:
    """A domain that answered, and one that had an outage."""
    domain = {"tenant": "default", "domain_key": "0d" * 16}
    at, name = story.clock.now, outage_stream("default", domain["domain_key"])
    counted = {**domain, "occurred_at": at, "message_id": "msg-ada-1"}
    outage = {**domain, "occurred_at": at, "outage": "outage-2"}
    story.append(
        name,
        UnknownUserCounted(address_key="1." + "0a" * 16, **counted),
        DomainAnswered(**counted),
        OutageSuspected(
            **outage, addresses=10, message_id="msg-ada-1", until=at + timedelta(days=1), policy_version="1"
        ),
        OutageEnded(**outage, how=OutageEnd.RECOVERED),
    )


def reclassified(story: Story) -> None:
    """A bounce that earlier rules had taken for something else; its evidence is kept."""
    story.send("cand-8", "msg-grace-5", "sg-grace-5")
    failed = {"reason": TEXTS["soft diagnostic"], "status": "4.2.2", "type": "bounce"}
    reading = story.report("bounce", ADDRESSES["grace"], "sg-grace-5", **failed)
    misread = (r._replace(reason=FailureReason.UNDETERMINED, rules_version="0") for r in reading.reports)
    story.ledger.record(reading.model_copy(update={"reports": tuple(misread)}))
    story.ledger.reclassify(by="op-1", record=True)


def erasure(story: Story) -> None:
    """A candidate whose key was destroyed."""
    story.ledger.candidate_emails.register("cand-9", "forgotten@example.org", name="Nobody", by="rec-3")
    story.ledger.erase("cand-9", by="dpo")


def opened(ledger: Ledger) -> Iterator[Envelope]:
    """Every event of the log, with its personal fields."""
    yield from ledger._services.log.read(after=0, limit=10_000)


def line(envelope: Envelope) -> str:
    """One event as a line of JSON."""
    event: Event = envelope.event
    place = f'{{"stream":"{envelope.stream}","version":{envelope.version},"position":{envelope.position}'
    recorded = f'"recorded_at":"{envelope.recorded_at.isoformat()}","name":"{type(event).__name__}"'
    return f'{place},{recorded},"event":{event.model_dump_json(exclude_none=True, exclude=_added(event))}}}'


def _added(event: Event) -> set[str]:
    """Fields that were added after the first release and say nothing here."""
    known = {"subjects": (), "filter_entries": (), "as_administrator": False}
    return {field for field, nothing in known.items() if getattr(event, field, None) == nothing}


def texts(folder: Path, ledger: Ledger) -> None:
    """The cards as they are shown."""
    for candidate, lang in CARDS:
        card = ledger.candidate_card(candidate, lang=lang, tz="Europe/Stockholm")
        (folder / f"card-{candidate}.{lang}.txt").write_text(f"{card}\n")


def renew_texts() -> None:
    """Write the cards of every golden ledger as this version words them."""
    for folder in sorted(path for path in FOLDER.iterdir() if (path / LEDGER).exists()):
        with tempfile.TemporaryDirectory() as name:
            for file in FILES:
                shutil.copy(folder / file, Path(name) / file)
            with Ledger.open(Path(name) / LEDGER, clock=lambda: LATER) as ledger:
                texts(folder, ledger)


def make() -> None:
    """Make the golden ledger of the present format."""
    folder = FOLDER / FORMAT
    folder.mkdir()
    with tempfile.TemporaryDirectory() as name:
        made, clock = Path(name), Ticking()
        with Ledger.open(made / LEDGER, clock=clock, policies=POLICIES) as ledger:
            story = Story(ledger, clock)
            story.tell()
            rest(story)
            outages(story)
            reclassified(story)
            erasure(story)
            (folder / "events.jsonl").write_text("".join(f"{line(e)}\n" for e in opened(ledger)))
            clock.now = LATER
            texts(folder, ledger)
        for file in FILES:
            shutil.copy(made / file, folder / file)
            (folder / file).chmod(0o644)


def main() -> None:
    """Make the golden ledger, or renew the texts."""
    if "--texts" in sys.argv:
        renew_texts()
    elif (FOLDER / FORMAT / LEDGER).exists():
        sys.exit(f"{FORMAT} is there; a golden ledger that was released is never made again")
    else:
        make()


if __name__ == "__main__":
    main()
