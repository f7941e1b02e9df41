"""Certificates are fetched once; what could not be fetched is asked for again."""

import threading
import time

import pytest

from deliveryledger.errors import ProofUnavailable
from deliveryledger.inbound.certificates import LIMIT, MAX_KEPT, Absent, FetchedCertificates, certificate_of
from tests.inbound.sns_requests import CERT

URL = "https://sns.example/a.pem"


class Source:
    """Answers in turn with what it was given, or raises it; the last again and again."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _url: str) -> bytes:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_certificate_is_fetched_once():
    source = Source(CERT.encode())
    certificates = FetchedCertificates(source)
    assert [certificates[URL], certificates[URL], certificates.get(URL)] == [CERT] * 3
    assert (source.asked, list(certificates), len(certificates)) == (1, [URL], 1)
    assert URL not in repr(certificates)


def test_from_many_threads_too():
    source = Source(CERT.encode())
    begin = threading.Barrier(8)

    def slow(url: str) -> bytes:
        time.sleep(0.05)
        return source(url)

    certificates = FetchedCertificates(slow)
    found: list[str] = []

    def ask() -> None:
        begin.wait()
        found.append(certificates[URL])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, source.asked) == ([CERT] * 8, 1)


@pytest.mark.parametrize(
    "failure",
    [
        OSError("no route"),
        ValueError("?"),
        ProofUnavailable("a", "b", "c"),
        b"<html>",
        CERT.encode() + b"x" * LIMIT,
    ],
)
def test_a_failure_is_not_kept(failure: bytes | Exception):
    source = Source(failure, CERT.encode())
    certificates = FetchedCertificates(source)
    with pytest.raises(ProofUnavailable) as caught:
        certificates[URL]
    assert URL not in str(caught.value)
    assert certificates[URL] == CERT


def test_what_is_not_there_is_a_key_error_and_not_kept():
    certificates = FetchedCertificates(Source(Absent("a", "b", "c"), CERT.encode()))
    assert URL not in certificates
    assert certificates[URL] == CERT


def test_only_so_many_are_kept():
    source = Source(CERT.encode())
    certificates = FetchedCertificates(source)
    for number in range(MAX_KEPT + 10):
        assert certificates[f"{URL}{number}"] == CERT
    assert len(certificates) == MAX_KEPT
    assert certificates[f"{URL}{MAX_KEPT + 9}"] == CERT
    assert source.asked == MAX_KEPT + 10


def test_an_interruption_frees_whoever_waits():
    def interrupted(_url: str) -> bytes:
        raise KeyboardInterrupt

    certificates = FetchedCertificates(interrupted)
    with pytest.raises(KeyboardInterrupt):
        certificates[URL]
    assert list(certificates) == []


@pytest.mark.parametrize(
    "text", ["", "no PEM", "-----BEGIN CERTIFICATE-----", CERT.replace("M", "!", 5), "\ud800"]
)
def test_what_is_no_certificate_is_none(text: str):
    assert certificate_of(text) is None
