"""Where an address begins and ends."""

import time

import pytest

from deliveryledger.inbound.mail.addresses import each_in, first_in, without


@pytest.mark.parametrize(
    "address",
    [
        "_ada@example.org",
        "-ada@example.org",
        ".ada@example.org",
        "ada{1}@example.org",
        "ada`x@example.org",
        "o'brien@example.org",
        '"ada@home"@example.org',
        '"a\\"b"@example.org',
        "ada@räksmörgås.example",
        "ada@[192.0.2.55]",
        "ada@[IPv6:2001:db8::1]",
        "ада@пример.example",
    ],
)
def test_an_address_is_read_whole(address: str):
    assert first_in(f"to <{address}>: user unknown") == address


@pytest.mark.parametrize(
    "text",
    [
        "\u201cada@example.org\u201d",
        "\u201eada@example.org\u201c",
        "\u00abada@example.org\u00bb",
        "{ada@example.org}",
        "**ada@example.org**",
        "_ada@example.org_",
        "\ufeffada@example.org",
        "\u202aada@example.org\u202c",
        "宛先ada@example.orgに",
        "ส่งถึงada@example.orgได้",
        "rcpt=ada@example.org,status=bounced",
        "smtp/ada@example.org/",
        "ada@example.org-user unknown",
        "ada@example.org...",
    ],
)
def test_marks_and_words_around_it_are_none_of_it(text: str):
    assert list(each_in(text)) == ["ada@example.org"]


def test_others_are_replaced_whatever_stands_around_them():
    text = "to \u201cAda@example.org\u201d and bob@example.net"
    assert without(text, frozenset({"ada@example.org"}), "X") == "to \u201cX\u201d and bob@example.net"


@pytest.mark.parametrize("piece", ["@", "a@", '"a', '"\\', "a@a.", "\u4e00a", "<", "=", "a.", "_-"])
def test_no_text_makes_the_search_slow(piece: str):
    text = piece * 8_000 + " ada@example.org"
    started = time.process_time()
    list(each_in(text))
    without(text, frozenset({"ada@example.org"}), "X")
    assert time.process_time() - started < 0.1
