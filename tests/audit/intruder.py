"""A ledger of some messages on real files, and an intruder who has them: plain sqlite3, triggers dropped."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deliveryledger import Ledger
from deliveryledger.audit.checkpoint import Checkpoint, claimed_checkpoint
from deliveryledger.audit.leaves import leaf_hashes
from deliveryledger.audit.signed_note import Signer, SigningKey, VerificationKey
from deliveryledger.audit.tiles import Recount
from deliveryledger.audit.verification import Kind
from deliveryledger.storage.audit_report import Verification

DROP_TRIGGERS = """
DROP TRIGGER ledger_events_are_never_changed;
DROP TRIGGER ledger_events_are_never_deleted;
"""
RENUMBER = """
UPDATE ledger_events SET position = -position WHERE position >= {place};
UPDATE ledger_events SET position = {by} - position WHERE position < 0;
"""
Cover = Literal["leaves the audit file", "deletes it", "computes it anew"]
# Each candidate has EmailRegistered, MessageRegistered, MessageSubmitted; number 22 begins the eighth.
ADDRESSED = "candidate_email-default:cand-7@1"
REGISTERED = "message-default:msg-7@1"
SUBMITTED = "message-default:msg-7@2"
COVERS: tuple[Cover, ...] = ("leaves the audit file", "deletes it", "computes it anew")


@dataclass
class Crime:
    """A ledger's folder; ``notes`` are the exported checkpoints, which the intruder cannot reach."""

    path: Path
    notes: list[str]
    vkey: str

    def sql(self, script: str) -> None:
        """Change the log, as somebody with the file in his hands does."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(DROP_TRIGGERS + script)

    def ids(self) -> list[str]:
        """The events of the log, in order."""
        with closing(sqlite3.connect(self.path)) as connection:
            rows = connection.execute("SELECT stream || '@' || version FROM ledger_events ORDER BY position")
            return [row[0] for row in rows]

    def cover_up(self, how: Cover) -> None:
        """What the intruder does to the recorded hashes."""
        if how == "leaves the audit file":
            return
        for file in self.path.parent.glob(f"{self.path.name}.audit*"):
            file.unlink()
        if how == "computes it anew":
            with Ledger.open(self.path) as ledger:
                ledger.audit.follow()

    def verify(self, *, notes: list[str] | None = None) -> Verification:
        """What the owner sees who has kept checkpoints and key elsewhere."""
        with Ledger.open(self.path) as ledger:
            return ledger.verify(self.notes if notes is None else notes, vkey=self.vkey)

    def copy(self, folder: Path) -> Path:
        """A copy of everything, as a backup makes it."""
        return Path(shutil.copytree(self.path.parent, folder))

    def restore(self, folder: Path) -> None:
        """Put an older copy of everything back."""
        shutil.rmtree(self.path.parent)
        shutil.copytree(folder, self.path.parent)


def populate(path: Path, numbers: range) -> None:
    """Three events for each number."""
    with Ledger.open(path) as ledger:
        for number in numbers:
            ledger.candidate_emails.register(f"cand-{number}", f"ada{number}@example.org", by="rec-3")
            message = f"msg-{number}"
            ledger.messages.register(f"cand-{number}", sender="rec-3", subject="Hello", message_id=message)
            ledger.messages.mark_submitted(message, provider="postmark", provider_message_id=f"pm-{number}")


def checkpoint(path: Path, signer: Signer | None = None) -> str:
    """The note that is exported."""
    with Ledger.open(path) as ledger:
        return ledger.audit.checkpoint(signer)


def forge(path: Path, signer: SigningKey) -> str:
    """A checkpoint over the log as it is, without asking whether it extends anything."""
    with Ledger.open(path) as ledger:
        rows = ledger._services.log.stored(after=0, limit=1_000_000)  # type: ignore[attr-defined]
        tree = Recount([])
        tree.add(leaf_hashes(rows))
        return Checkpoint(ledger.audit.origin, tree.size, tree.root(tree.size)).signed(signer)


def stolen_key(path: Path) -> SigningKey:
    """The signing key that lies beside the ledger."""
    return SigningKey.parse(path.with_name(path.name + ".signing-key").read_text(encoding="utf-8"))


def size_of(note: str) -> int:
    return claimed_checkpoint(note).size


def another_key(vkey: str) -> SigningKey:
    """A key of the same name, which is not the ledger's."""
    return SigningKey(VerificationKey.parse(vkey).name, bytes(32))


def kinds(verification: Verification) -> list[Kind]:
    return [finding.kind for finding in verification.findings]


def is_bracketed(verification: Verification) -> bool:
    """What the checkpoints alone say: it held at 18, and does not at 30."""
    rewritten = [finding for finding in verification.findings if finding.kind is Kind.REWRITTEN]
    assert [verdict.holds for verdict in verification.checkpoints] == [True, False]
    return [finding.between for finding in rewritten] == [(18, 30)]
