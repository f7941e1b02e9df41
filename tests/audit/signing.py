"""A key, a small log of five events, and its checkpoints, for the tests of files."""

from datetime import UTC, datetime

from deliveryledger.audit.checkpoint import Checkpoint
from deliveryledger.audit.leaves import Leaf, leaf_data, leaf_hash
from deliveryledger.audit.merkle import consistency_proof, inclusion_proof
from deliveryledger.audit.proofs import write_consistency, write_inclusion
from deliveryledger.audit.signed_note import SigningKey
from tests.audit.test_merkle import mth, node_of

ORIGIN = "deliveryledger/0123456789abcdef0123456789abcdef"
SIGNER = SigningKey(ORIGIN, bytes(range(32)))
KEY = SIGNER.verification_key
MOMENT = datetime(2026, 11, 14, 8, 32, 7, tzinfo=UTC)
EVENTS = [
    Leaf(f"message-default:msg-{n}", 1, "MessageRegistered", b'{"recorded_at":"2026-11-14","n":%d}' % n)
    for n in range(5)
]
LEAVES = [leaf_hash(*event) for event in EVENTS]


def head(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, mth(LEAVES[:size]), MOMENT)


def signed(size: int) -> str:
    return head(size).signed(SIGNER)


def event_proof(index: int, size: int = 5) -> str:
    path = inclusion_proof(index, size, node_of(LEAVES))
    return write_inclusion(leaf_data(*EVENTS[index]), index, path, signed(size))


def growth_proof(old: int, new: int = 5) -> str:
    return write_consistency(signed(old), consistency_proof(old, new, node_of(LEAVES)), signed(new))
