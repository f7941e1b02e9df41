"""The exact bytes of the events in a JSON body."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.inbound.json_parts import cut, member, split

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=3)
HOSTILE = [
    b"", b" ", b"{", b"}", b"[", b"]", b"{}x", b"[]x", b"{,}", b'{"a"}', b'{"a":}', b'{"a":1,', b'{"a" 1}',
    b"{1:2}", b"{'a':1}", b'{"a":1}}', b'{"a":1}{}', b"null", b"7", b'"a"', b"\xff", b"\x00",
    b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
]  # fmt: skip
SPACES = ("", " ", "\n", "\r\n", "\t ")


def spaced(value: dict[str, Any], order: random.Random) -> tuple[bytes, dict[str, str]]:
    """The object with arbitrary white space and either form of letters, and the text of each member."""
    texts = {
        name: json.dumps(each, ensure_ascii=order.random() < 0.5, indent=order.choice((None, 1)))
        for name, each in value.items()
    }
    members = []
    for name, text in texts.items():
        a, b, c, d = (order.choice(SPACES) for _ in range(4))
        members.append(f"{a}{json.dumps(name)}{b}:{c}{text}{d}")
    body = order.choice(SPACES) + "{" + ",".join(members) + "}" + order.choice(SPACES)
    return body.encode("utf-8", "surrogatepass"), texts


@given(OBJECTS, st.randoms(use_true_random=False))
def test_a_member_is_found_with_its_exact_bytes(value: dict[str, Any], order: random.Random):
    body, texts = spaced(value, order)
    for name, text in texts.items():
        found = member(body, name)
        assert found == text.encode("utf-8", "surrogatepass")
        assert json.loads(found.decode("utf-8", "surrogatepass")) == value[name]


@given(OBJECTS, st.text())
def test_a_member_is_there_exactly_if_a_parser_finds_it(value: dict[str, Any], name: str):
    assert (member(json.dumps(value).encode(), name) is not None) == (name in value)


def test_of_several_of_one_name_the_last_counts_as_for_parsers():
    body = b'{"a": 1, "b": 2, "a": [3], "\\u0061": {"x":  4}}'
    assert member(body, "a") == b'{"x":  4}'
    assert json.loads(body)["a"] == {"x": 4}


def test_a_member_inside_another_is_not_meant():
    assert member(b'{"a": {"b": 1}, "c": "\\"b\\": 2"}', "b") is None


def test_numbers_of_any_length_and_bytes_that_are_no_letters_pass_as_they_are():
    number = b"1" + b"0" * 5_000
    assert member(b'{"a": ' + number + b"}", "a") == number
    assert member(b'{"a": "\xff\xfe", "b": 1}', "a") == b'"\xff\xfe"'
    assert member(b'\xef\xbb\xbf {"a": 1}', "a") == b"1"


@pytest.mark.parametrize("body", HOSTILE)
def test_what_is_no_object_is_refused_without_its_content(body: bytes):
    with pytest.raises(ValueError, match=r"^the body is no JSON object$"):
        member(body, "a")


@pytest.mark.parametrize("body", [each for each in HOSTILE if each != b"[]"])
def test_what_is_no_object_and_no_array_cannot_be_split(body: bytes):
    with pytest.raises(ValueError, match=r"^the body is no JSON object and no array of them$"):
        split(body)


@given(st.lists(OBJECTS, max_size=3), st.randoms(use_true_random=False))
def test_an_array_is_split_into_the_exact_bytes_of_its_elements(
    values: list[dict[str, Any]], order: random.Random
):
    parts = [spaced(value, order)[0].strip() for value in values]
    body = b" [ " + b" ,\r\n".join(parts) + b"\t]\r\n"
    assert split(body) == parts
    if values:
        assert cut(body, len(parts)) == parts


def test_strings_that_look_like_the_space_between_events_do_not_cut_them():
    tricky = [b'{"a": "} , {"}', b'{"b": [{}, {}]}', b'{"c": "\\"},{"}']
    assert cut(b"[" + b",".join(tricky) + b"]", 3) == tricky


@pytest.mark.parametrize("body", [b"{}", b' {"a": 1} \r\n'])
def test_one_object_is_its_own_part(body: bytes):
    assert split(body) == cut(body, 1) == [body.strip()]


@given(st.binary(max_size=100))
def test_any_bytes_have_parts_or_are_refused(body: bytes):
    refusals = []
    for read in (split, lambda each: member(each, "a")):
        try:
            read(body)
        except ValueError as error:
            refusals.append(str(error))
    assert all(text.startswith("the body is no JSON object") for text in refusals)
