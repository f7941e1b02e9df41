"""Mails in files, folders, mbox files and Maildirs, and on standard input."""

import tracemalloc
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mailboxes import mails_in
from tests.inbound.mail.mails import FAILED, dsn

LETTER = b"Subject: Hello\n\nJust a letter.\n"
AT = b"Sat Nov 14 11:45:00 2026"


def mbox(*mails: bytes) -> bytes:
    return b"".join(b"From daemon@example.org " + AT + b"\n" + mail + b"\n" for mail in mails)


def found(path: Path, **options: int) -> dict[str, bytes]:
    return {str(Path(mail.name).relative_to(path.parent)): mail.raw for mail in mails_in(path, **options)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mails"


def test_a_file_is_one_mail_byte_for_byte(file: Path) -> None:
    file.write_bytes(b"Subject: x\r\n\r\n>From here\r\n\0\xff")
    assert found(file) == {"mails": file.read_bytes()}


def test_an_empty_file_is_an_empty_mail(file: Path) -> None:
    file.write_bytes(b"")
    assert found(file) == {"mails": b""}


def test_an_mbox_is_known_by_its_lines_and_its_mails_are_numbered(file: Path) -> None:
    file.write_bytes(mbox(LETTER, dsn(FAILED), LETTER))
    assert found(file) == {"mails:1": LETTER, "mails:2": dsn(FAILED), "mails:3": LETTER}
    assert read_mail(found(file)["mails:2"]).reports


@pytest.mark.parametrize(
    "line",
    [
        b"From MAILER-DAEMON Sat Nov 14 11:45:00 2026",
        b"From MAILER-DAEMON  Sat Nov  4 11:45:00 2026",
        b"From - Sat Nov 14 11:45:00 2026",
        b"From 1234@xxx Sat Nov 14 11:45:00 +0000 2026",
        b"From a@b Sat Nov 14 11:45 CET 2026",
        b"From a@b Sat Nov 14 11:45:00 2026 +0100",
        b'From "Ada Lovelace"@example.org Sat Nov 14 11:45:00 2026\r',
    ],
)
def test_separators_are_known_in_the_forms_that_programs_write(file: Path, line: bytes) -> None:
    file.write_bytes(b"".join([line, b"\n", LETTER, b"\n", line, b"\n", LETTER, b"\n"]))
    assert list(found(file).values()) == [LETTER, LETTER]


@pytest.mark.parametrize(
    "line",
    [
        b"From now on we write every day.",
        b"From a@b Sat Nov 14 11:45:00 2026\nhe wrote to me, without a header",
        b"From a@b, Sat 14 Nov\nSubject: no date",
        b" From a@b Sat Nov 14 11:45:00 2026\nSubject: indented",
    ],
)
def test_what_only_looks_like_a_separator_belongs_to_the_mail(file: Path, line: bytes) -> None:
    mail = b"Subject: x\n\nHello\n\n" + line + b"\nBye\n"
    file.write_bytes(mbox(mail, LETTER))
    assert found(file) == {"mails:1": mail, "mails:2": LETTER}


def test_quoted_from_lines_lose_one_quotation_mark(file: Path) -> None:
    file.write_bytes(mbox(b"Subject: x\n\n>From me\n>>From you\n> From them\n", LETTER))
    assert found(file)["mails:1"] == b"Subject: x\n\nFrom me\n>From you\n> From them\n"


def test_content_length_is_not_believed(file: Path) -> None:
    file.write_bytes(mbox(b"Content-Length: 9999\n" + LETTER, LETTER))
    assert len(found(file)) == 2


def test_an_mbox_with_one_mail_has_the_name_of_its_file(file: Path) -> None:
    file.write_bytes(mbox(LETTER))
    assert found(file) == {"mails": LETTER}


def test_a_file_called_eml_is_one_mail_whatever_it_quotes(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mbox(LETTER, LETTER))
    assert found(tmp_path / "one.eml") == {"one.eml": mbox(LETTER, LETTER)}


def test_an_mbox_with_windows_line_ends_and_blank_lines_above_is_one(file: Path) -> None:
    file.write_bytes(b"\r\n\r\n" + mbox(LETTER, LETTER).replace(b"\n", b"\r\n"))
    assert list(found(file).values()) == [LETTER.replace(b"\n", b"\r\n")] * 2


@pytest.mark.parametrize("in_mbox", [False, True])
def test_of_a_mail_above_the_limit_comes_the_beginning_and_is_refused_as_too_long(
    file: Path, in_mbox: bool
) -> None:
    mail = LETTER + b"x" * 3_000_000
    file.write_bytes(mbox(mail, LETTER) if in_mbox else mail)
    (first, *others) = found(file, limit=1_000_000).values()
    assert first == mail[:1_000_001]
    assert others == [LETTER] * in_mbox
    (part,) = read_mail(found(file)["mails:1" if in_mbox else "mails"]).quarantined
    assert "longer than" in part.why


@pytest.mark.parametrize("length", [999, 1_000])
def test_a_mail_at_the_limit_comes_whole(file: Path, length: int) -> None:
    mail = LETTER.ljust(length - 1, b"x") + b"\n"
    file.write_bytes(mbox(mail, mail))
    assert list(found(file, limit=1_000).values()) == [mail, mail]


def test_a_large_mbox_is_not_loaded_whole(file: Path) -> None:
    with file.open("wb") as stream:
        for _ in range(400):
            stream.write(mbox(LETTER + b"x" * 99_999))
    tracemalloc.start()
    try:
        assert sum(1 for _ in mails_in(file)) == 400
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_folder_is_read_with_its_folders_in_the_order_of_the_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    for name in ("c.eml", "a", "b/1.txt", ".hidden"):
        (folder / name).write_bytes(LETTER)
    (folder / "b" / "2").write_bytes(mbox(LETTER, LETTER))
    assert list(found(folder)) == ["in/a", "in/b/1.txt", "in/b/2:1", "in/b/2:2", "in/c.eml"]


def test_of_a_maildir_what_was_delivered_is_read_and_nothing_else(tmp_path: Path) -> None:
    for name in ("cur/1:2,S", "new/2", "tmp/3", "dovecot-uidlist", "old/4", ".Junk/cur/5", ".Junk/new/6"):
        path = tmp_path / "user" / "Maildir" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(LETTER)
    names = ["Maildir/cur/1:2,S", "Maildir/new/2"]
    assert list(found(tmp_path / "user" / "Maildir")) == names
    assert list(found(tmp_path / "user")) == [f"user/{name}" for name in names]


def test_what_cannot_be_read_in_a_folder_is_named_with_its_obstacle(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "letter").write_bytes(LETTER)
    assert [(Path(mail.name).name, mail.raw, mail.obstacle) for mail in mails_in(tmp_path)] == [
        ("gone", b"", "it is a link that leads nowhere"),
        ("letter", LETTER, None),
    ]


def test_what_is_named_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(mails_in(tmp_path / "gone"))


def test_standard_input_is_read_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(mbox(LETTER, LETTER))))
    assert [(mail.name, mail.raw) for mail in mails_in("-")] == [("-:1", LETTER), ("-:2", LETTER)]


def test_a_separator_takes_no_longer_the_longer_its_line_is(file: Path) -> None:
    line = b"From " + b"Sat Nov " * 200_000 + b"\n"
    file.write_bytes(mbox(LETTER + line, LETTER))
    assert len(found(file)) == 2


def test_a_name_that_is_empty_is_no_folder() -> None:
    with pytest.raises(FileNotFoundError):
        list(mails_in(""))


def test_standard_input_that_was_closed_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(OSError, match="closed"):
        list(mails_in("-"))
