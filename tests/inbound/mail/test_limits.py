"""Every limit of a mail, as long as it is kept and one beyond it."""

import time

import pytest

from deliveryledger.domain.reports import Reading
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mail.scanner import DEFAULT_LIMITS, BeyondLimits, Limits, read_headers, scan
from tests.inbound.mail.mails import FAILED, dsn

MIB = 1024 * 1024


def of_size(size: int) -> bytes:
    return dsn(FAILED).ljust(size, b"x")


def with_headers(number: int) -> bytes:
    mail = dsn(FAILED)
    return b"X-Hop: 1\n" * (number - len(scan(mail).headers.fields)) + mail


def with_header_of(size: int) -> bytes:
    return b"X-Long: a\n ".ljust(size, b"b") + b"\n" + dsn(FAILED)


def with_part_header_of(size: int) -> bytes:
    return dsn(FAILED).replace(b"--=_b\n", b"--=_b\n" + b"X-Long: ".ljust(size, b"b") + b"\n", 1)


def nested(depth: int) -> bytes:
    outer = b"Content-Type: multipart/mixed; boundary=x%dx\n\n--x%dx\n"
    return b"".join(outer % (level, level) for level in range(depth - 1)) + dsn(FAILED)


def with_parts(number: int) -> bytes:
    return dsn(FAILED).replace(b"preamble\n", b"preamble\n" + b"--=_b\n\nnothing\n" * (number - 3))


def with_recipients(number: int) -> bytes:
    return dsn(*(FAILED.replace("ada@", f"ada.{each}@") for each in range(number)))


LIMITS = {
    "size": (of_size, MIB),
    "headers": (with_headers, 200),
    "size of a header": (with_header_of, 8 * 1024),
    "size of a part's header": (with_part_header_of, 8 * 1024),
    "depth": (nested, 20),
    "parts": (with_parts, 100),
    "recipients": (with_recipients, 30),
}


def timed(raw: bytes) -> tuple[Reading, float]:
    times = []
    for _ in range(5):
        started = time.process_time()
        reading = read_mail(raw)
        times.append(time.process_time() - started)
    return reading, min(times)


def test_the_limits_are_those_of_the_documents():
    assert Limits(MIB, 200, 8 * 1024, 20, 100, 30) == DEFAULT_LIMITS


@pytest.mark.parametrize(("mail", "limit"), LIMITS.values(), ids=LIMITS)
def test_a_mail_at_a_limit_is_read_and_one_above_is_quarantined_at_once(mail, limit: int):
    at_the_limit, seconds = timed(mail(limit))
    assert at_the_limit.quarantined == ()
    assert at_the_limit.reports[0].outcome == "bounced"
    assert seconds < 0.05

    raw = mail(limit + 1)
    beyond, seconds = timed(raw)
    (whole,) = beyond.quarantined
    assert whole.raw == raw
    assert beyond.reports == ()
    assert seconds < 0.05


def test_many_lines_like_a_boundary_are_beyond_the_limits():
    for number, allowed in ((499, True), (501, False)):
        raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bb\n" * number
        if allowed:
            assert len(scan(raw).parts) == 1
        else:
            with pytest.raises(BeyondLimits):
                scan(raw)


def test_headers_of_a_report_part_are_read_as_far_as_the_limits_allow():
    assert len(read_headers(b"A: b\n" * 300).fields) == 200
    long = b"A: b\nB: " + b"c" * 9_000 + b"\nC: d\n"
    assert read_headers(long).fields == (("a", "b"),)
    assert read_headers(long).get("c") == ""
