"""The command ``ingest``: captured requests and mails, one file or thousands, as often as one likes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import click

from ..application.ports import Clock
from ..application.recording import Recording
from ..errors import InvalidInput, ReplayRefused, StorageError, Unauthenticated
from ..ledger import Ledger, utc_now
from .captures import Delivery, Secrets, deliveries, load_secrets, read_delivery, why
from .exit_codes import ExitCode
from .files import Found, find_files, obstacle_of
from .options import OPERATORS_LANG, Settings, options, pass_settings
from .output import print_json, printable, progress_bar

_MOST_REFUSED = 20
EXPLAINED = {
    "facts": "told us something",
    "repeats": "known already",
    "unmatched": "fit no message; kept, see: deliveryledger intake",
    "quarantined": "could not be read; kept, see: deliveryledger intake",
    "ignored": "of no interest",
    "skipped": "recorded by an earlier run",
    "refused": "not recorded",
}


class Refused(NamedTuple):
    """A file, or a line of one, that was not recorded, and why."""

    file: str
    reason: str


@dataclass
class Ingestion:
    """Takes deliveries one by one, each in a transaction of its own, and counts what became of them."""

    ledger: Ledger
    secrets: Secrets
    tenant: str | None = None
    clock: Clock = utc_now
    recording: Recording = field(default_factory=Recording)
    skipped: int = 0
    refused: list[Refused] = field(default_factory=list)

    def take_file(self, file: Found, name: str, advance: Callable[[int], None]) -> None:
        """Record what a file holds; what cannot be recorded is noted instead. Raises StorageError.

        ``advance`` is told the bytes of each delivery.
        """
        if file.obstacle:
            self.refused.append(Refused(name, f"read a file: {file.obstacle}"))
            return
        try:
            for delivery in deliveries(file.path, name):
                self._take(delivery)
                advance(len(delivery.raw))
        except OSError as error:
            self.refused.append(Refused(name, f"read a file: {obstacle_of(error)}"))

    def _take(self, delivery: Delivery) -> None:
        # Who handed it in for the wrong tenant may do so again for the right one.
        key = f"{delivery.key}:{self.tenant}" if self.tenant else delivery.key
        if self.ledger.was_delivered(key):
            self.skipped += 1
            return
        try:
            reading, owner = read_delivery(
                delivery, self.secrets, now=self.clock(), read_mail=self.ledger.read_mail
            )
            if self.tenant and owner and self.tenant != owner:
                self.refused.append(Refused(delivery.name, "record it: its account is another tenant's"))
                return
            tenant = self.tenant or owner
            self.recording += self.ledger.record(reading, tenant=tenant, delivery_key=key)
            self.recording.ignored += len(reading.ignored)
        except (InvalidInput, Unauthenticated, ReplayRefused) as error:
            self.refused.append(Refused(delivery.name, why(error)))
        except (ValueError, OverflowError) as error:
            # Hostile input has no end of ideas; its text is not repeated, it may hold addresses.
            self.refused.append(Refused(delivery.name, f"record it: {type(error).__name__}"))

    @property
    def counts(self) -> dict[str, int]:
        """How many reports (of skipped and refused: deliveries) became what."""
        return {**asdict(self.recording), "skipped": self.skipped, "refused": len(self.refused)}

    @property
    def exit_code(self) -> ExitCode:
        """Whether everything could be used."""
        return ExitCode.POISONED if self.refused or self.recording.quarantined else ExitCode.OK


def ingest_files(ingestion: Ingestion, files: Sequence[tuple[Found, str]], *, quiet: bool = True) -> None:
    """Take many files, with a progress bar by their sizes."""
    with progress_bar("ingesting", quiet=quiet) as bar:
        bar.reach(0, sum(_size(file.path) for file, _ in files))
        for file, name in files:
            ingestion.take_file(file, name, bar.advance)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def summary(ingestion: Ingestion) -> Iterator[str]:
    """What became of everything, line by line: the counts that are not nought."""
    counts = [(name, number) for name, number in ingestion.counts.items() if number]
    for name, number in counts or [("facts", 0)]:
        yield f"{name:<12}{number:>5}   {EXPLAINED[name]}"


def refusals(ingestion: Ingestion) -> Iterator[str]:
    """What was refused and why, line by line."""
    for file, reason in ingestion.refused[:_MOST_REFUSED]:
        yield printable(f"  {file}: {reason}")
    if (more := len(ingestion.refused) - _MOST_REFUSED) > 0:
        yield f"  and {more} more; --json lists them all"


@click.command()
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    metavar="PATH...",
)
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="DELIVERYLEDGER_SECRETS",
    help="JSON file: {provider or provider/account: {name: secret}} [env: DELIVERYLEDGER_SECRETS].",
)
@options(
    "ledger",
    "tenant",
    tenant="Whose messages are considered (default: everybody's).",
    lang=OPERATORS_LANG,
)
@pass_settings
def ingest(settings: Settings, paths: tuple[Path, ...], secrets_file: Path | None) -> int:
    """Record captured webhook requests and mails.

    PATH is a file, a pipe, a folder, a Maildir, or - for standard input. A .json file holds one request, a
    .jsonl file one a line; everything else is read as a mail or an mbox, or as one request where it begins
    with a brace. What was recorded before is
    skipped, so the same command goes on where it was stopped. What cannot be recorded is listed in the end
    (exit code 4), and so is everything in a folder that is no regular file; only hidden files are left out.
    Makes the ledger if there is none.
    """
    secrets = load_secrets(secrets_file) if secrets_file else {}
    files = [(file, str(file.path)) for file in find_files(paths, without=secrets_file)]
    # As the endpoint does it: what accounts of one tenant say counts for its filter.
    of_tenants = {name: each.tenant for name, each in secrets.items() if each.tenant}
    with settings.open(create=True, accounts=of_tenants) as ledger:
        ingestion = Ingestion(ledger, secrets, settings.tenant)
        try:
            ingest_files(ingestion, files, quiet=settings.json)
        except KeyboardInterrupt:
            _report(ingestion, settings)
            click.echo("interrupted: nothing is half recorded; the same command goes on from here", err=True)
            return ExitCode.INTERRUPTED
        except StorageError:
            _report(ingestion, settings)
            raise
        _report(ingestion, settings)
    return ingestion.exit_code


def _report(ingestion: Ingestion, settings: Settings) -> None:
    if settings.json:
        refused = [entry._asdict() for entry in ingestion.refused]
        print_json({**ingestion.counts, "refused": refused})
        return
    for line in summary(ingestion):
        click.echo(line)
    for line in refusals(ingestion):
        click.echo(line, err=True)
