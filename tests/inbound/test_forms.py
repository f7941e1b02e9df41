"""Posted forms: two encodings, one list of fields; hostile bytes are refused fast, without a word of them."""

import time
from contextlib import suppress
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.inbound.forms import MAX_FIELDS, MAX_NAME, by_name, fields
from deliveryledger.inbound.request import MAX_BODY

BOUNDARY = "a1B2'()+_,./:=? -xX"
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\\r\n', exclude_categories=["Cs"]), max_size=20
)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
FORMS = st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=8)
FIELD = 'Content-Disposition: form-data; name="{}"'


def multipart(*parts: tuple[str, str], boundary: str = BOUNDARY) -> bytes:
    """A multipart body of (header, content)."""
    body = "".join(f"--{boundary}\r\n{header}\r\n\r\n{content}\r\n" for header, content in parts)
    return f"{body}--{boundary}--\r\n".encode()


def refusal(body: bytes) -> str:
    with pytest.raises(ValueError, match=r"form|field") as error:
        fields(body)
    assert error.value.__cause__ is None or error.value.__suppress_context__
    return str(error.value)


@given(FORMS)
def test_both_encodings_give_the_same_fields_in_order(form):
    encoded = urlencode(form).encode()
    parts = [(FIELD.format(name), value) for name, value in form]
    assert fields(encoded) == form
    assert fields(multipart(*parts, boundary="never-in-the-values-0f1e2d3c4b5a69788796")) == form


@given(st.binary(max_size=300))
def test_any_bytes_are_fields_or_refused(body):
    for each in (body, b"--b\r\n" + body, b"--b\r\n" + body + b"\r\n--b--", b"a=" + body):
        with suppress(ValueError):
            assert all(isinstance(text, str) for pair in fields(each) for text in pair)


@given(st.binary(max_size=60).filter(lambda value: b"\r\n--b" not in value))
def test_bytes_that_are_not_utf_8_come_back_as_they_were(value):
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n%s\r\n--b--' % value
    for body in (b"a=" + quote_plus(value).encode(), part):
        assert [text.encode("utf-8", "surrogateescape") for _, text in fields(body)] == [value]


def test_files_are_skipped():
    body = multipart(
        (FIELD.format("event"), "bounced"),
        (
            FIELD.format("attachment-1") + '; filename="message.mime"\r\nContent-Type: message/rfc822',
            "To: ada",
        ),
        (FIELD.format("attachment-2") + "; filename*=utf-8''m.mime", "To: ada"),
        (FIELD.format("code"), "550"),
    )
    assert fields(body) == [("event", "bounced"), ("code", "550")]


@pytest.mark.parametrize(
    "header",
    [
        'content-disposition:form-data;name="a"',
        "Content-Type: text/plain\r\nCONTENT-DISPOSITION: form-data; name=a",
        'Content-Disposition: FORM-DATA ; NAME="a"',
    ],
)
def test_headers_are_read_whatever_their_case_and_space(header: str):
    assert fields(multipart((header, "1"))) == [("a", "1")]


@pytest.mark.parametrize(
    "header",
    [
        "X-Nothing: here",
        "Content-Disposition: form-data",
        'Content-Disposition: attachment; name="a"',
        'Content-Disposition: form-data; name="a"; name="b"',
        'Content-Disposition: form-data; name="a" trailing',
        'Content-Disposition: form-data; name="a\\"; filename=\\"b"',
        'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"',
        'Content-Disposition: form-data; name="a"\r\nX: ' + "x" * 9_000,
    ],
)
def test_a_part_that_could_be_read_in_two_ways_is_refused(header: str):
    refusal(multipart((header, "1")))


def test_a_name_that_looks_like_a_parameter_is_a_name():
    name = "a; filename=b"
    assert fields(multipart((FIELD.format(name), "1"))) == [(name, "1")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"&&",
        b"ada",
        b"ada=1&lovelace",
        b"ada=1\nlovelace=2",
        b"{}",
        b"--ada\r\n",
        b"--ada\r\n\r\n--ada",
        b"--ada\n--ada--",
        b"--ada\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--ada",
        b"--ada\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--ada-- and more",
        b"--ada\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--adage\r\n\r\n--ada--",
        b"--" + b"a" * 71 + b"\r\n\r\n--" + b"a" * 71 + b"--",
    ],
)
def test_what_is_no_form_is_refused_without_a_word_of_it(body: bytes):
    assert "ada" not in refusal(body)


def test_numbers_and_sizes_are_limited():
    fields(b"&".join([b"a=1"] * MAX_FIELDS))
    refusal(b"&".join([b"a=1"] * (MAX_FIELDS + 1)))
    part = (FIELD.format("a"), "1")
    assert len(fields(multipart(*[part] * MAX_FIELDS))) == MAX_FIELDS
    refusal(multipart(*[part] * (MAX_FIELDS + 1)))
    refusal(b"a" * (MAX_NAME + 1) + b"=1")
    refusal(b"a=" + b"x" * MAX_BODY)


@pytest.mark.parametrize("share", [0.25, 1])
def test_the_largest_hostile_body_is_read_in_seconds(share: float):
    size = int(MAX_BODY * share)
    field = b'--b\r\nContent-Disposition: form-data; name="a"'
    bodies = (
        b"a=" + b"%41" * (size // 3 - 1),
        b"a=&" * (size // 3),
        b"--" + b"-" * 70 + b"\r\n" + b"-" * (size - 100),
        b"--" + b"a" * 70 + b"\r\n" + (b"\r\n--" + b"a" * 69) * (size // 74),
        b"--b\r\n" + b"\r\n" * (size // 2 - 10),
        (field + b" ;" * 4_000 + b"\r\n\r\n\r\n") * (size // 8_200),
    )
    start = time.perf_counter()
    for body in bodies:
        with suppress(ValueError):
            fields(body)
    # About two seconds, most of them for the first; what is not linear would take hours.
    assert time.perf_counter() - start < 30 * share + 5


def test_fields_by_name_are_refused_where_a_name_comes_twice():
    assert by_name([("a", "1"), ("A", "2")]) == {"a": "1", "A": "2"}
    with pytest.raises(ValueError, match="twice"):
        by_name([("a", "1"), ("a", "1")])
