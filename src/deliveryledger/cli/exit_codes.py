"""What the process answers, so that scripts can tell one failure from another."""

from enum import IntEnum

from ..errors import AuditError, DeliveryLedgerError, InvalidInput, KeyStoreError, StorageError


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    STORAGE = 3
    POISONED = 4
    TAMPERED = 5
    INTERRUPTED = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.OK: "done",
    ExitCode.REFUSED: (
        "refused, or unknown: a rule says no, or there is no such candidate; or what `anonymise` made is "
        "read in another way, or still names somebody and is not handed out"
    ),
    ExitCode.USAGE: (
        "the command was called in a way that cannot be meant; or the file to be written is there already"
    ),
    ExitCode.STORAGE: (
        "the ledger's files, keys or backups: missing, locked, full, damaged, foreign, or there already "
        "where a backup is to be; or the output cannot be written"
    ),
    ExitCode.POISONED: (
        "`ingest` went through, but some of its input was refused or quarantined; or a line given to "
        "`read-webhook` or `suggest` held no request, a file given to `read-mail` could not be opened, or "
        "one given to `cv-addresses` could not be read"
    ),
    ExitCode.TAMPERED: "history was changed, or a checkpoint or proof does not hold",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C; the ledger is whole, and the same command goes on",
}
"""What a person is told about each code."""


def exit_code_of(error: DeliveryLedgerError) -> ExitCode:
    """The code that an error ends a command with."""
    match error:
        case StorageError() | KeyStoreError():
            return ExitCode.STORAGE
        case AuditError():
            return ExitCode.TAMPERED
        case InvalidInput():
            return ExitCode.USAGE
        case _:
            return ExitCode.REFUSED
