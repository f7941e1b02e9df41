"""The service behind ``ledger.audit``: follow, sign checkpoints, prove, verify."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from ..application.ports import Clock
from ..audit.checkpoint import Checkpoint, claimed_checkpoint, open_checkpoint
from ..audit.leaves import Row, leaf_data, leaf_hash
from ..audit.leaves import event_id as id_of
from ..audit.merkle import inclusion_proof, root, verify_inclusion
from ..audit.proofs import write_consistency, write_inclusion
from ..audit.signed_note import Signer, VerificationKey
from ..domain.identifiers import parse_stream
from ..errors import InvalidProof, NoSuchEvent
from .audit_checkpoints import Note, changed, claimed_of, consistency, is_signed, read_exported
from .audit_files import AuditFiles
from .audit_follower import AuditFollower
from .audit_keys import SigningKeys
from .audit_report import CheckpointVerdict, Verification
from .audit_verification import Progress, VerifiedLog, Verifier


class AuditedLog(VerifiedLog, Protocol):
    """The event log, as bytes, and whose it is."""

    @property
    def ledger_id(self) -> str:
        """Random id of this ledger."""


class AuditTrail:
    """Proof that history was not changed. Thread-safe. It concerns the whole ledger, not one tenant.

    Made by :meth:`beside`.
    """

    def __init__(
        self, log: AuditedLog, files: AuditFiles, keys: SigningKeys, clock: Clock, owner: str | None = None
    ) -> None:
        self._log = log
        self._files = files
        self._keys = keys
        self._clock = clock
        self._owner = owner

    @classmethod
    def beside(cls, path: Path | None, log: AuditedLog, clock: Clock) -> Self:
        """That of the ledger at ``path`` (None: in memory). Its file is made at first use."""
        return cls(log, AuditFiles(path, log.ledger_id), SigningKeys(path, _origin(log)), clock)

    def of_tenant(self, tenant: str) -> Self:
        """The same, but it proves that tenant's events alone: a proof shows what an event says in clear."""
        return type(self)(self._log, self._files, self._keys, self._clock, tenant)

    @property
    def origin(self) -> str:
        """Name of this log in checkpoints, and of the key that signs them."""
        return _origin(self._log)

    def follow(self) -> int:
        """Record the hashes of the events that are new; returns how many are covered now.

        Cheap when there is nothing new. Raises HistoryChanged if the log does not go on from what is covered.
        """
        return self._files.open().follow(self._log)

    def follow_in_background(self, every: float = 1.0) -> AuditFollower:
        """A thread that follows every so many seconds, beside the write path, until the block is left.

        What fails in it is raised at the end of the ``with`` block, or by the next method called here.
        There is one of them: while it runs, another is refused with CommandRefused.
        """
        return self._files.follow_in_background(self._log, every)

    @property
    def state(self) -> str | None:
        """How that thread is: ``followed``, ``failing`` or ``ended``; None where none was begun."""
        return self._files.state

    @property
    def verification_key(self) -> str | None:
        """The public part of the key that signs; None before the first checkpoint. Publish it elsewhere."""
        key = self._keys.verification_key()
        return str(key) if key else None

    def checkpoint(self, signer: Signer | None = None, *, extending: Iterable[Note] = ()) -> str:
        """Follow, then sign the tree's head; returns the signed note, which is to be kept outside.

        Without new events the last one is returned again. ``extending`` are checkpoints exported earlier.
        Raises HistoryChanged, and signs nothing, if the tree does not extend them and the last one signed
        here; also SigningKeyUnusable.
        """
        self.follow()
        signing = self._keys.signer(signer)
        key = signing.verification_key
        with self._files.open().snapshot() as tree:
            for note in (earlier_notes := list(extending)):
                claimed_of(self.origin, note, "sign a checkpoint")
            earlier = [open_checkpoint(note, key) for note in earlier_notes]
            last = claimed_checkpoint(tree.checkpoint) if tree.checkpoint else None
            found = root(tree.size, tree.node())
            for checkpoint in [*earlier, *([last] if last else [])]:
                consistency(tree, checkpoint, tree.size, found)
            if tree.checkpoint and last and last.size == tree.size and is_signed(tree.checkpoint, key):
                return tree.checkpoint
            size = tree.size
        moment = self._clock().replace(microsecond=0)
        note = Checkpoint(self.origin, size, found, moment).signed(signing)
        self._files.open().keep(note, size)
        return note

    def prove(self, event_id: str, signer: Signer | None = None) -> str:
        """A file that proves an event (``<stream>@<version>``) to anybody who has the verification key.

        It holds the event as it is stored, sealed fields sealed. A checkpoint is signed, by ``signer`` if one
        is given, if none covers the event yet. Raises NoSuchEvent, HistoryChanged, SigningKeyUnusable.
        """
        row = self._find(event_id)
        self.follow()
        with self._files.open().snapshot() as tree:
            index = tree.index_of(row[0], id_of(row))
            note = tree.checkpoint
        if index is None:
            raise changed("prove an event", "the event is not where it was when it was recorded")
        key = self._keys.verification_key()
        if not note or not key or not is_signed(note, key) or claimed_checkpoint(note).size <= index:
            note = self.checkpoint(signer)
        head = claimed_checkpoint(note)
        with self._files.open().snapshot() as tree:
            proof = inclusion_proof(index, head.size, tree.node())
        if not verify_inclusion(leaf_hash(*row[1:]), index, head.size, proof, head.root):
            raise changed("prove an event", "the event is not the one that was signed")
        return write_inclusion(leaf_data(*row[1:]), index, proof, note)

    def prove_consistency(self, old_checkpoint: Note, signer: Signer | None = None) -> str:
        """A file that proves that the log only grew since an exported checkpoint.

        Signs a checkpoint if there are new events. Raises as :meth:`prove`, and NotProved if this ledger's
        key has not signed the old checkpoint.
        """
        old_note = old_checkpoint
        if isinstance(old_note, bytes):
            old_note = old_note.decode("utf-8", "replace")
        key = self._keys.signer(signer).verification_key
        claimed_of(self.origin, old_note, "prove growth")
        old = open_checkpoint(old_note, key)
        note = self.checkpoint(signer)
        new = claimed_checkpoint(note)
        with self._files.open().snapshot() as tree:
            proof = consistency(tree, old, new.size, new.root)
        return write_consistency(old_note, proof, note)

    def verify(
        self,
        checkpoints: Iterable[Note] = (),
        *,
        vkey: str | VerificationKey | None = None,
        progress: Progress | None = None,
    ) -> Verification:
        """Read the whole log, and compare it with its recorded hashes and with exported checkpoints.

        ``vkey`` is the verification key that you keep outside; without it the one beside the ledger is used.
        Changes nothing. Without checkpoints only internal consistency is checked. Raises InvalidProof if what
        is given is no checkpoint or key, or that of another log; a forged one of this log is a finding.
        """
        key = self._verification_key(vkey)
        notes = list(checkpoints)
        if notes and key is None:
            raise InvalidProof("verify the ledger", "no verification key was given or is there", "give vkey=")
        genuine, forged, claimed = read_exported(notes, key, self.origin)
        with self._files.open().snapshot() as recorded:
            kept = recorded.checkpoint
            own = [claimed_checkpoint(kept)] if kept and key and is_signed(kept, key) else []
            verifier = Verifier(self._log, recorded, [*genuine, *own])
            findings = verifier.run(progress or _no_progress)
            size = recorded.size
        verdicts = [
            CheckpointVerdict(size=c.size, time=c.time, holds=c in genuine and verifier.holds(c))
            for c in claimed
        ]
        return Verification(
            events=verifier.events,
            recorded=min(size, verifier.events),
            checkpoints=tuple(sorted(verdicts, key=lambda verdict: verdict.size)),
            findings=(*findings, *forged),
            key=str(key) if key else None,
            key_was_given=vkey is not None,
        )

    def close(self) -> None:
        """Release the connections; a follower ends, and what failed in it is raised."""
        self._files.close()

    def _find(self, event_id: str) -> Row:
        stream, _, version = event_id.rpartition("@")
        is_theirs = self._owner in (None, parse_stream(stream).owner)
        if is_theirs and version.isascii() and version.isdecimal() and len(version) < 19:
            with suppress(UnicodeEncodeError):  # half a surrogate pair is in no stream's name
                row = self._log.stored_at(stream, int(version))
                if row:
                    return row
        raise NoSuchEvent("prove an event", "no event of that id is in the log", "see ledger.history()")

    def _verification_key(self, given: str | VerificationKey | None) -> VerificationKey | None:
        key = (
            VerificationKey.parse(given) if isinstance(given, str) else given or self._keys.verification_key()
        )
        if key and key.name != self.origin:
            raise InvalidProof(
                "verify the ledger", "the key is that of another log", "give this ledger's key"
            )
        return key


def _origin(log: AuditedLog) -> str:
    return f"deliveryledger/{log.ledger_id}"


def _no_progress(_reached: int, _last: int) -> None:
    pass
