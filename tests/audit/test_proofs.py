"""Proof files: self-contained, offline, and hostile as long as they are not verified."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.audit.proofs import (
    MAX_PROOF_BYTES,
    ProvedEvent,
    ProvedExtension,
    verify_proof,
    write_inclusion,
)
from deliveryledger.audit.signed_note import SigningKey, VerificationKey, encode
from deliveryledger.errors import InvalidProof, NotProved
from tests.audit.signing import EVENTS, KEY, ORIGIN, event_proof, growth_proof, head, signed

GOLDEN = Path(__file__).parent / "golden"
PROOF = event_proof(3)
GROWTH = growth_proof(3)
FORGED = head(3).signed(SigningKey(ORIGIN, bytes(32)))


@pytest.mark.parametrize("size", range(1, 6))
def test_every_event_is_proved_in_every_tree_that_has_it(size: int) -> None:
    for index in range(size):
        proved = verify_proof(event_proof(index, size), KEY)
        assert proved == ProvedEvent(EVENTS[index], index + 1, head(size))


@pytest.mark.parametrize("old", range(6))
def test_growth_is_proved(old: int) -> None:
    assert verify_proof(growth_proof(old).encode(), KEY) == ProvedExtension(head(old), head(5))


def test_a_proof_says_what_it_proves() -> None:
    assert str(verify_proof(PROOF, KEY)) == (
        f"proved: event message-default:msg-3@1 (MessageRegistered) is number 4 of the log {ORIGIN}, "
        "which had 5 events on 2026-11-14 at 08:32:07 UTC"
    )
    assert "only grew, from 3 events on 2026-11-14" in str(verify_proof(GROWTH, KEY))


@pytest.mark.parametrize(("file", "expected"), [("event.tlog-proof", PROOF), ("growth.proof", GROWTH)])
def test_the_files_of_earlier_versions_still_verify(file: str, expected: str) -> None:
    # Frozen: whoever was given a file must be able to verify it for ever.
    kept = (GOLDEN / file).read_text(encoding="utf-8")
    key = VerificationKey.parse((GOLDEN / "key.vkey").read_text(encoding="utf-8"))
    assert verify_proof(kept, key) == verify_proof(expected, KEY)
    assert kept == expected


def test_the_file_has_the_lines_of_the_format() -> None:
    lines = PROOF.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 3"
    assert lines[6] == ""
    assert "\n".join(lines[7:]) == signed(5)


# --- hostile files ----------------------------------------------------------------------------------


def without_line(text: str, number: int) -> str:
    lines = text.split("\n")
    return "\n".join(lines[:number] + lines[number + 1 :])


@pytest.mark.parametrize(
    "proof",
    [
        PROOF.replace("@v1\n", "@v1\n\n"),
        PROOF.replace("index 3", "index 2"),
        PROOF.replace("index 3", "index 5"),
        PROOF.replace(PROOF.split("\n")[1], event_proof(2).split("\n")[1]),
        without_line(PROOF, 3),
        PROOF.replace("\nindex 3\n", "\nindex 3\n" + encode(bytes(32)) + "\n"),
        PROOF.replace(signed(5), signed(4)),
        PROOF.replace(signed(5), head(5).signed(SigningKey(ORIGIN, bytes(32)))),
        GROWTH.replace(GROWTH.split("\n")[1], growth_proof(2).split("\n")[1]),
        GROWTH.replace(signed(5), signed(4)),
        GROWTH.replace(GROWTH.split("\n")[1], "old " + encode(FORGED.encode())),
        without_line(GROWTH, 2),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_proves_nothing(proof: str) -> None:
    with pytest.raises(NotProved):
        verify_proof(proof, KEY)


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "\n\n",
        "c2sp.org/tlog-proof@v1\n\n",
        PROOF.replace("@v1", "@v2"),
        without_line(PROOF, 1),
        without_line(PROOF, 2),
        PROOF.replace("index 3", "index 03"),
        PROOF.replace("index 3", "index -3"),
        PROOF.replace("index 3", "index " + "9" * 5_000),
        PROOF.replace("index 3", "Index 3"),
        PROOF.replace("extra ", "extra  "),
        PROOF.replace("extra A", "extra !"),
        PROOF.replace(PROOF.split("\n")[1], "extra AAAA"),
        PROOF.replace("\nindex 3\n", "\nindex 3\n" + "AAAA\n"),
        PROOF.replace("\nindex 3\n", "\nindex 3\n" + (encode(bytes(32)) + "\n") * 129),
        PROOF[:-1],
        without_line(GROWTH, 1),
        GROWTH.replace("old ", "old !"),
        GROWTH.replace(GROWTH.split("\n")[1], "old AAAA"),
        "x" * (MAX_PROOF_BYTES + 1),
    ],
)
def test_what_is_no_proof_is_refused(proof: str) -> None:
    with pytest.raises(InvalidProof):
        verify_proof(proof, KEY)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidProof):
        verify_proof(b"\xff" + PROOF.encode(), KEY)


def test_as_many_hashes_as_the_limit_allows_are_read_and_prove_nothing() -> None:
    proof = write_inclusion(b"\0" * 24, 0, [bytes(32)] * 128, signed(5))
    with pytest.raises(NotProved):
        verify_proof(proof, KEY)


@given(st.sampled_from([PROOF, GROWTH]), st.data())
def test_no_single_byte_can_be_changed(proof: str, data: st.DataObject) -> None:
    raw = bytearray(proof.encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255))
    if raw[at] != byte:
        raw[at] = byte
        with pytest.raises((InvalidProof, NotProved)):
            verify_proof(bytes(raw), KEY)


@given(st.binary(max_size=400))
def test_whatever_is_read_raises_what_is_documented(raw: bytes) -> None:
    for file in (raw, b"c2sp.org/tlog-proof@v1\n" + raw, PROOF.encode() + raw[:1] + b"\n"):
        with pytest.raises((InvalidProof, NotProved)):
            verify_proof(file, KEY)
