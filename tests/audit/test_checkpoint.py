"""Checkpoints: the body of a signed note, in the form of C2SP tlog-checkpoint."""

from dataclasses import replace

import pytest

from deliveryledger.audit.checkpoint import Checkpoint, claimed_checkpoint, open_checkpoint
from deliveryledger.audit.signed_note import SigningKey, sign_note
from deliveryledger.errors import InvalidProof, NotProved
from tests.audit.signing import KEY, MOMENT, ORIGIN, SIGNER, head, signed

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
BODY = f"{ORIGIN}\n20852163\n{ROOT}\ntime 2026-11-14T08:32:07Z\n"


def test_its_text_has_the_lines_of_the_format() -> None:
    lines = head(5).text().split("\n")
    assert lines[:2] == [ORIGIN, "5"]
    assert lines[3:] == ["time 2026-11-14T08:32:07Z", ""]
    assert replace(head(5), time=None).text().count("\n") == 3


def test_is_read_as_it_was_written() -> None:
    assert open_checkpoint(signed(5), KEY) == head(5)
    assert claimed_checkpoint(signed(0).encode()) == head(0)
    untimed = Checkpoint(ORIGIN, 2**62, bytes(32))
    assert open_checkpoint(untimed.signed(SIGNER), KEY) == untimed


def test_lines_that_we_do_not_know_are_ignored() -> None:
    note = sign_note(BODY + "something new\n", SIGNER)
    read = open_checkpoint(note, KEY)
    assert (read.size, read.time) == (20852163, MOMENT)


def test_a_checkpoint_of_another_log_is_not_proved() -> None:
    note = sign_note(BODY.replace("0123", "3210", 1), SIGNER)
    with pytest.raises(NotProved):
        open_checkpoint(note, KEY)


def test_a_claim_is_read_whoever_signed_it() -> None:
    forged = head(5).signed(SigningKey(ORIGIN, bytes(32)))
    assert claimed_checkpoint(forged) == head(5)
    with pytest.raises(NotProved):
        open_checkpoint(forged, KEY)


@pytest.mark.parametrize(
    "body",
    [
        f"{ORIGIN}\n5\n",
        BODY.replace("20852163", "020852163"),
        BODY.replace("20852163", "-1"),
        BODY.replace("20852163", "+1"),
        BODY.replace("20852163", "1_0"),
        BODY.replace("20852163", "٣"),
        BODY.replace("20852163", "1" * 20),
        BODY.replace("20852163", ""),
        BODY.replace(ROOT, ROOT[:-4]),
        BODY.replace(ROOT, ROOT.replace("=", "")),
        BODY.replace(ROOT, ROOT.replace("2I=", "2J=")),
        BODY.replace("08:32", "25:32"),
        BODY.replace("Z\n", "+01:00\n"),
        BODY.replace(ORIGIN, ""),
        BODY + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(InvalidProof):
        claimed_checkpoint(sign_note(body, SIGNER))
