"""``ledger.audit``: checkpoints, the keys that sign them, proofs of events."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from deliveryledger import Ledger
from deliveryledger.audit.checkpoint import claimed_checkpoint
from deliveryledger.audit.leaves import leaf_hash
from deliveryledger.audit.proofs import ProvedEvent, verify_proof
from deliveryledger.audit.signed_note import SigningKey, VerificationKey
from deliveryledger.errors import (
    HistoryChanged,
    NoSuchEvent,
    NotProved,
    SigningKeyUnusable,
)
from deliveryledger.storage.audit_keys import VARIABLE
from tests.storage.audited import fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.db"


def key_of(ledger: Ledger) -> VerificationKey:
    assert ledger.audit.verification_key
    return VerificationKey.parse(ledger.audit.verification_key)


@pytest.mark.parametrize("where", ["file", ":memory:"])
def test_a_checkpoint_made_before_verifies_after_many_more_events(path: Path, where: str) -> None:
    with Ledger.open(path if where == "file" else ":memory:") as ledger:
        fill(ledger, *range(10))
        early = ledger.audit.checkpoint()
        fill(ledger, *range(10, 1_010))
        assert ledger.verify([early])
        growth = ledger.audit.prove_consistency(early.encode())
        proved = verify_proof(growth, key_of(ledger))
        assert str(proved).startswith("proved: the log")
        verification = ledger.verify([early, ledger.audit.checkpoint()])
        assert verification
        assert (verification.covered, [c.size for c in verification.checkpoints]) == (1_010, [10, 1_010])


def test_an_empty_ledger_has_a_checkpoint_and_is_extended() -> None:
    with Ledger.open(":memory:") as ledger:
        early = ledger.audit.checkpoint()
        assert claimed_checkpoint(early).size == 0
        fill(ledger, 1)
        assert ledger.verify([early])
        assert ledger.audit.prove_consistency(early)


def test_without_new_events_the_last_checkpoint_is_returned(path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1)
        note = ledger.audit.checkpoint()
        assert ledger.audit.checkpoint() == note
    with Ledger.open(path) as ledger:
        assert ledger.audit.checkpoint(extending=[note]) == note
        fill(ledger, 2)
        assert claimed_checkpoint(ledger.audit.checkpoint()).size == 2


def test_a_signing_key_is_made_once_for_the_owner_alone(path: Path) -> None:
    with Ledger.open(path) as ledger:
        assert ledger.audit.verification_key is None
        ledger.audit.checkpoint()
        key = ledger.audit.verification_key
    file = path.with_name("deliveries.db.signing-key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert path.with_name("deliveries.db.vkey").read_text() == f"{key}\n"
    with Ledger.open(path) as ledger:
        fill(ledger, 1)
        ledger.audit.checkpoint()
        assert ledger.audit.verification_key == key


def test_a_lost_signing_key_is_not_replaced_in_silence(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.audit.checkpoint()
        path.with_name("deliveries.db.signing-key").unlink()
        fill(ledger, 1)
        with pytest.raises(SigningKeyUnusable, match="no key file"):
            ledger.audit.checkpoint()
        path.with_name("deliveries.db.vkey").unlink()
        assert ledger.audit.checkpoint()


@pytest.mark.parametrize("text", ["", "no key", "PRIVATE+KEY+x+00000000+AAAA"])
def test_a_file_that_is_no_key_is_named(path: Path, text: str) -> None:
    path.with_name("deliveries.db.signing-key").write_text(text)
    with Ledger.open(path) as ledger, pytest.raises(SigningKeyUnusable):
        ledger.audit.checkpoint()


def test_the_key_may_come_from_the_environment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(path) as ledger:
        signer = SigningKey(ledger.audit.origin, os.urandom(32))
        monkeypatch.setenv(VARIABLE, signer.secret_text())
        note = ledger.audit.checkpoint()
        assert not path.with_name("deliveries.db.signing-key").exists()
        assert key_of(ledger) == signer.verification_key
        assert ledger.verify([note], vkey=str(signer.verification_key))


class Module:
    """A hardware module: it signs, and never shows its key."""

    def __init__(self, name: str) -> None:
        self._key = SigningKey(name, os.urandom(32))

    @property
    def verification_key(self) -> VerificationKey:
        return self._key.verification_key

    def sign(self, text: bytes) -> bytes:
        return self._key.sign(text)


@pytest.mark.parametrize("where", ["file", ":memory:"])
def test_a_signer_of_the_callers_own(path: Path, where: str) -> None:
    with Ledger.open(path if where == "file" else ":memory:") as ledger:
        module = Module(ledger.audit.origin)
        note = ledger.audit.checkpoint(module)
        fill(ledger, 1)
        assert verify_proof(ledger.audit.prove("candidate_email-default:cand-1@1", module), key_of(ledger))
        fill(ledger, 2)
        assert verify_proof(ledger.audit.prove_consistency(note, module), key_of(ledger))
        assert not path.with_name("deliveries.db.signing-key").exists()
        assert ledger.verify([note], vkey=module.verification_key)  # type: ignore[arg-type]
        with pytest.raises(SigningKeyUnusable, match="not the one that signed before"):
            ledger.audit.checkpoint(Module(ledger.audit.origin))
        with pytest.raises(SigningKeyUnusable, match="another ledger"):
            ledger.audit.checkpoint(Module("example.com/another"))
        with pytest.raises(NotProved):
            ledger.audit.checkpoint(module, extending=[note.replace("— ", "— x")])


def test_a_kept_checkpoint_that_was_forged_is_not_handed_out(path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1)
        real = ledger.audit.checkpoint()
        forged = claimed_checkpoint(real).signed(SigningKey(ledger.audit.origin, bytes(32)))
        with closing(sqlite3.connect(path.with_name("deliveries.db.audit"))) as connection:
            connection.execute("UPDATE audit_log SET checkpoint = ?", (forged,))
            connection.commit()
        assert verify_proof(ledger.audit.prove("candidate_email-default:cand-1@1"), key_of(ledger))


# --- proving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["file", ":memory:"])
def test_every_event_can_be_proved(path: Path, where: str) -> None:
    with Ledger.open(path if where == "file" else ":memory:") as ledger:
        fill(ledger, *range(300))
        ledger.audit.checkpoint()
        fill(ledger, *range(300, 310))
        for number in (0, 255, 256, 299, 309):
            event = f"candidate_email-default:cand-{number}@1"
            proved = verify_proof(ledger.audit.prove(event), key_of(ledger))
            assert isinstance(proved, ProvedEvent)
            assert (proved.event.event_id, proved.place) == (event, number + 1)
            assert b'"address":"[sealed]"' in proved.event.data
            assert proved.checkpoint.size == (300 if number < 300 else 310)


@pytest.mark.parametrize(
    "event",
    [
        "",
        "candidate_email-default:cand-1",
        "candidate_email-default:cand-1@2",
        "candidate_email-default:cand-1@0",
        "candidate_email-default:cand-1@-1",
        "candidate_email-default:cand-1@x",
        "candidate_email-default:cand-1@" + "9" * 30,
        "candidate_email-default:cand-1@\u0661",
        "\ud800@1",
        "candidate_email-default:cand-2@1",
    ],
)
def test_what_is_not_there_cannot_be_proved(event: str) -> None:
    with Ledger.open(":memory:") as ledger:
        fill(ledger, 1)
        with pytest.raises(NoSuchEvent):
            ledger.audit.prove(event)


def test_a_bound_ledger_proves_its_own_tenants_events_alone() -> None:
    with Ledger.open(":memory:") as ledger:
        acme = ledger.tenant("acme")
        fill(acme, 1)
        fill(ledger, 1)
        assert acme.audit.prove("candidate_email-acme:cand-1@1")
        assert ledger.audit.prove("candidate_email-acme:cand-1@1")
        with pytest.raises(NoSuchEvent):
            acme.audit.prove("candidate_email-default:cand-1@1")


def test_an_event_that_was_altered_after_it_was_signed_is_not_proved(path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1, 2)
        ledger.audit.checkpoint()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TRIGGER ledger_events_are_never_changed;"
            "UPDATE ledger_events SET data = CAST(replace(CAST(data AS TEXT), 'rec-3', 'rec-4') AS BLOB) "
            "WHERE position = 1"
        )
    with Ledger.open(path) as ledger:
        with pytest.raises(HistoryChanged):
            ledger.audit.prove("candidate_email-default:cand-1@1")
        assert ledger.audit.prove("candidate_email-default:cand-2@1")


def test_leaves_do_not_depend_on_positions(path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1)
        row = ledger._services.log.stored(after=0, limit=1)[0]  # type: ignore[attr-defined]
        ledger.audit.follow()
        with ledger.audit._files.open().snapshot() as tree:
            assert tree.leaves(0, 1) == leaf_hash(*row[1:])


def test_an_erasure_leaves_every_proof_valid(path: Path) -> None:
    with Ledger.open(path) as ledger:
        fill(ledger, 1, 2)
        note = ledger.audit.checkpoint()
        proof = ledger.audit.prove("candidate_email-default:cand-1@1")
        assert ledger.verify([note])
        ledger.erase("cand-1", by="dpo-1")
        verification = ledger.verify([note, ledger.audit.checkpoint()])
        assert verification
        assert verification.covered == verification.events > 2
        assert ledger.audit.prove_consistency(note)
        assert isinstance(verify_proof(proof, key_of(ledger)), ProvedEvent)
        assert verify_proof(ledger.audit.prove("candidate_email-default:cand-1@1"), key_of(ledger))
