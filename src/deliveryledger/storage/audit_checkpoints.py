"""Checkpoints held against one another, and against a tree."""

from ..audit.checkpoint import Checkpoint, claimed_checkpoint, open_checkpoint
from ..audit.merkle import consistency_proof, verify_consistency
from ..audit.signed_note import VerificationKey
from ..audit.verification import Finding, Kind
from ..errors import HistoryChanged, InvalidProof, NotProved
from .audit_snapshot import Snapshot

Note = str | bytes
"""A signed checkpoint, as it was exported."""


def claimed_of(origin: str, note: Note, attempted: str) -> Checkpoint:
    """What a checkpoint claims. Raises InvalidProof if it does not even claim to be of this log."""
    claim = claimed_checkpoint(note)
    if claim.origin != origin:
        raise InvalidProof(
            attempted, "a checkpoint is that of another log", "give the checkpoints of this ledger"
        )
    return claim


def consistency(tree: Snapshot, old: Checkpoint, size: int, found: bytes) -> list[bytes]:
    """The proof that the tree at a size begins with an earlier checkpoint's. Raises HistoryChanged."""
    if old.size <= size:
        proof = consistency_proof(old.size, size, tree.node())
        if verify_consistency(old.size, size, proof, old.root, found):
            return proof
    raise changed("sign a checkpoint", f"the log does not extend the one of size {old.size} that was signed")


def is_signed(note: str, key: VerificationKey) -> bool:
    """Whether the key has signed a checkpoint."""
    try:
        open_checkpoint(note, key)
    except (InvalidProof, NotProved):
        return False
    return True


def read_exported(
    notes: list[Note], key: VerificationKey | None, origin: str
) -> tuple[list[Checkpoint], list[Finding], list[Checkpoint]]:
    """Those that the key has signed, a finding for each of the others, and what they all claim.

    Raises InvalidProof for what is no checkpoint of the log ``origin``.
    """
    genuine: list[Checkpoint] = []
    forged: list[Finding] = []
    claimed: list[Checkpoint] = []
    for note in notes:
        claim = claimed_of(origin, note, "verify the ledger")
        claimed.append(claim)
        try:
            genuine.append(open_checkpoint(note, key) if key else claim)
        except NotProved as error:
            sentence = f"a checkpoint of size {claim.size} was given that is not this log's: {error.obstacle}"
            forged.append(Finding(Kind.FORGED_CHECKPOINT, sentence, place=claim.size))
    return genuine, forged, claimed


def changed(attempted: str, obstacle: str) -> HistoryChanged:
    """The error that says so."""
    return HistoryChanged(attempted, obstacle, "call ledger.verify() with the checkpoints that you exported")
