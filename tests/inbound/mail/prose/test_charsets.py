"""Text of bytes whose charset is declared rightly, wrongly or not at all."""

import pytest

from deliveryledger.inbound.mail.prose.charsets import decoded, header_text, text_of
from deliveryledger.inbound.mail.scanner import scan

SENTENCES = [
    ("Adressen hittades inte, vänligen kontrollera stavningen", "iso-8859-1"),
    ("Получатель не найден", "koi8-r"),
    ("Получатель не найден", "windows-1251"),
    ("宛先のメールアドレスが見つかりません", "iso-2022-jp"),
    ("宛先のメールアドレスが見つかりません", "shift_jis"),
    ("收件人不存在", "gb2312"),
    ("收件者不存在", "big5"),
    ("받는 사람을 찾을 수 없습니다", "euc-kr"),
    ("收件人不存在", "utf-8"),
    ("L'adresse électronique n'a pas été trouvée – désolé", "windows-1252"),
]


@pytest.mark.parametrize(("sentence", "charset"), SENTENCES)
def test_a_declared_charset_is_used(sentence: str, charset: str):
    assert decoded(sentence.encode(charset), charset) == sentence


def test_a_wrong_declaration_gives_way_to_utf_8():
    assert decoded("hittades inte på servern".encode(), "us-ascii") == "hittades inte på servern"
    assert decoded("收件人不存在".encode(), "no-such-charset") == "收件人不存在"


def test_japanese_in_seven_bits_is_known_without_a_declaration():
    assert decoded("宛先不明".encode("iso-2022-jp"), "") == "宛先不明"


def test_utf_7_is_read():
    assert decoded(b"Zustellung +/v8-", "unicode-1-1-utf-7").startswith("Zustellung")


def test_a_character_that_a_limit_cuts_is_dropped():
    assert decoded("kunde inte levereras å".encode()[:-1], "utf-8") == "kunde inte levereras "


@pytest.mark.parametrize("charset", ["base64", "hex", "zlib", "rot13", "idna", "punycode", "unicode_escape"])
def test_a_codec_that_is_no_charset_is_not_used(charset: str):
    assert decoded("å\\u0041".encode(), charset) == "å\\u0041"


@pytest.mark.parametrize("charset", ["", "utf-16", "utf-7", "iso-2022-jp", "gb18030", "x" * 50, "\x00"])
def test_whatever_the_bytes_there_is_a_text(charset: str):
    assert isinstance(decoded(bytes(range(256)) * 3, charset), str)


def test_line_ends_are_made_simple():
    mail = scan(b"Content-Type: text/plain; charset=latin-1\r\n\r\none\r\ntwo\rthree")
    assert text_of(mail.parts[0], 100) == "one\ntwo\nthree"


def test_an_encoded_subject_is_read():
    assert header_text("=?utf-8?q?Ol=C3=A4sligt?= =?utf-8?b?IGJyZXY=?=") == "Oläsligt brev"
    assert header_text("=?utf-8?b?====?= =?x?y?z?=") != ""
