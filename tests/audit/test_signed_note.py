"""Signed notes: the vectors of the format's first implementation, and whatever is nearly a note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.audit.signed_note import (
    MAX_NOTE_BYTES,
    SigningKey,
    VerificationKey,
    open_note,
    sign_note,
    text_of,
)
from deliveryledger.errors import InvalidProof, NotProved

# From the documentation of golang.org/x/mod/sumdb/note.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"
KEY = VerificationKey.parse(PUBLIC)
SIGNER = SigningKey.parse(SECRET)
OTHER = SigningKey("witness.example", bytes(range(32)))
NAMESAKE = SigningKey("PeterNeumann", bytes(range(32)))


def test_signs_as_the_first_implementation_does() -> None:
    assert sign_note(TEXT, SIGNER) == NOTE
    assert open_note(NOTE, KEY) == TEXT
    assert open_note(NOTE.encode(), KEY) == TEXT


def test_keys_are_written_as_they_are_read() -> None:
    assert str(KEY) == PUBLIC
    assert str(SIGNER.verification_key) == PUBLIC
    assert SIGNER.secret_text() == SECRET
    assert VerificationKey.parse(f" {PUBLIC}\n") == KEY


def test_a_signing_key_never_shows_itself() -> None:
    assert SECRET[-20:] not in repr(SIGNER) + str(SIGNER)
    assert repr(SIGNER.seed) not in repr(SIGNER)


def test_signatures_of_others_are_ignored_and_may_stand_on_either_side() -> None:
    other = sign_note(TEXT, OTHER).rpartition("\n\n")[2]
    namesake = sign_note(TEXT, NAMESAKE).rpartition("\n\n")[2]
    assert open_note(f"{NOTE}{other}{namesake}", KEY) == TEXT
    assert open_note(f"{TEXT}\n{namesake}{other}— PeterNeumann {SIGNATURE}\n", KEY) == TEXT


def test_a_note_may_have_empty_lines() -> None:
    text = "one\n\n\ntwo\n"
    assert open_note(sign_note(text, SIGNER), KEY) == text


def test_sixteen_signatures_are_accepted() -> None:
    others = [SigningKey(f"witness-{n}", bytes([n]) * 32) for n in range(16)]
    note = NOTE + "".join(sign_note(TEXT, other).rpartition("\n\n")[2] for other in others)
    assert open_note(note, KEY) == TEXT


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("problem is", "problem was"),
        NOTE.replace("x08go/ZJ", "x08go/ZK"),
        NOTE + NOTE.rpartition("\n\n")[2].replace("x08go/ZJ", "x08go/ZK"),
        sign_note(TEXT, OTHER),
        sign_note(TEXT, NAMESAKE),
    ],
    ids=["text", "signature", "one of two signatures", "another key", "a key of the same name"],
)
def test_what_the_key_has_not_signed_is_not_proved(note: str) -> None:
    with pytest.raises(NotProved):
        open_note(note, KEY)


BROKEN = [
    "",
    "\n",
    TEXT,
    NOTE[:-1],
    NOTE.replace("\n\n", "\n"),
    NOTE.replace("— ", "- "),
    NOTE.replace("— PeterNeumann ", "— PeterNeumann"),
    NOTE.replace("— PeterNeumann ", "—  "),
    NOTE.replace("— PeterNeumann ", "— Peter+Neumann "),
    NOTE.replace("is the", "is\tthe"),
    NOTE.replace("\n", "\r\n"),
    NOTE.replace(SIGNATURE, SIGNATURE[:-1]),
    NOTE.replace(SIGNATURE, SIGNATURE + " "),
    NOTE.replace("AM=", "AN="),  # the same bytes, spelt another way
    NOTE.replace(SIGNATURE, "x08goA=="[:4]),
    NOTE.replace(SIGNATURE, ""),
    NOTE + "\n",
    NOTE + "and more\n",
    "x" * MAX_NOTE_BYTES + NOTE,
]


@pytest.mark.parametrize("note", BROKEN)
def test_what_is_no_note_is_refused(note: str) -> None:
    for read in (lambda: open_note(note, KEY), lambda: text_of(note)):
        with pytest.raises(InvalidProof):
            read()


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidProof):
        open_note(NOTE.encode().replace(b"think", b"\xff"), KEY)


def test_the_largest_note_is_read() -> None:
    text = "x" * (MAX_NOTE_BYTES - len(sign_note("x\n", SIGNER).encode()) + 1) + "\n"
    note = sign_note(text, SIGNER)
    assert len(note.encode()) == MAX_NOTE_BYTES
    assert open_note(note, KEY) == text
    with pytest.raises(InvalidProof):
        open_note("x" + note, KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "PeterNeumann",
        PUBLIC.replace("c74f20a3", "c74f20a4"),
        PUBLIC.replace("c74f20a3", "C74F20A3"),
        PUBLIC.replace("Peter", "Paul"),
        PUBLIC.replace("Peter", "Peter "),
        PUBLIC.replace("+ARpc", "+AhpcA"),
        PUBLIC[:-4],
        PUBLIC + "AAAA",
        PUBLIC.replace("PeterNeumann", ""),
        "x" * 2_000,
        SECRET,
    ],
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidProof):
        VerificationKey.parse(key)


@pytest.mark.parametrize(
    "key", ["", PUBLIC, SECRET.replace("c74f20a3", "c74f20a4"), SECRET[:-4], SECRET.replace("KEY+", "KEY+ ")]
)
def test_what_is_no_signing_key_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(InvalidProof) as refused:
        SigningKey.parse(key)
    assert "AYEK" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\tbed", "non breaking"])
def test_a_key_with_a_name_that_no_note_can_carry_signs_nothing(name: str) -> None:
    with pytest.raises(InvalidProof):
        sign_note(TEXT, SigningKey(name, bytes(32)))


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(0, 255))
def test_no_single_byte_can_be_changed(at: int, byte: int) -> None:
    raw = bytearray(NOTE.encode())
    if raw[at] != byte:
        raw[at] = byte
        with pytest.raises((InvalidProof, NotProved)):
            open_note(bytes(raw), KEY)


@given(st.binary(max_size=300))
def test_whatever_is_read_raises_what_is_documented(raw: bytes) -> None:
    with pytest.raises((InvalidProof, NotProved)):
        open_note(raw, KEY)
    with pytest.raises(InvalidProof):
        VerificationKey.parse(raw.decode("latin-1"))
