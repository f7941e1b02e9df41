"""Certificates are fetched once; what could not be fetched is asked for again."""

import threading
import time

import pytest

from deliveryledger.errors import ProofUnavailable
from deliveryledger.inbound import certificates as module
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
def test_a_failure_is_not_kept(failure: bytes | Exception, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_PAUSE", 0)
    source = Source(failure, CERT.encode())
    certificates = FetchedCertificates(source)
    with pytest.raises(ProofUnavailable) as caught:
        certificates[URL]
    assert URL not in str(caught.value)
    assert certificates[URL] == CERT


def test_what_is_not_there_is_a_key_error_and_not_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_PAUSE", 0)
    certificates = FetchedCertificates(Source(Absent("a", "b", "c"), CERT.encode()))
    assert URL not in certificates
    assert certificates[URL] == CERT


@pytest.mark.parametrize(
    ("failure", "raised"), [(OSError("no route"), ProofUnavailable), (Absent("a", "b", "c"), KeyError)]
)
def test_what_could_not_be_had_is_not_asked_for_again_at_once(
    failure: Exception, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_PAUSE", 0.2)
    source = Source(failure, CERT.encode())
    certificates = FetchedCertificates(source)
    for _ in range(3):
        with pytest.raises(raised) as caught:
            certificates[URL]
        assert URL not in str(caught.value)
    assert source.asked == 1
    time.sleep(0.25)
    assert (certificates[URL], source.asked) == (CERT, 2)


@pytest.mark.parametrize("same", [False, True])
def test_only_so_many_threads_wait_for_fetches_that_hang(same: bool):
    """The others are told at once to come again; whoever sends requests chooses the addresses."""
    hangs = threading.Event()
    source = Source(CERT.encode())

    def slow(url: str) -> bytes:
        assert hangs.wait(20)
        return source(url)

    certificates = FetchedCertificates(slow)
    answered: list[object] = []

    def ask(number: int) -> None:
        try:
            answered.append(certificates[URL if same else f"{URL}{number}"])
        except ProofUnavailable as error:
            answered.append(type(error))

    threads = [threading.Thread(target=ask, args=[number]) for number in range(40)]
    for thread in threads:
        thread.start()
    at_most = module._MOST_WAITING + 1 if same else module._MOST_FETCHES
    deadline = time.monotonic() + 20
    while len(answered) < 40 - at_most and time.monotonic() < deadline:
        time.sleep(0.01)
    assert answered == [ProofUnavailable] * (40 - at_most)
    hangs.set()
    for thread in threads:
        thread.join()
    assert answered.count(CERT) == at_most
    assert source.asked == (1 if same else at_most)
    assert certificates[f"{URL}another"] == CERT


def test_the_systems_authorities_are_read_once():
    assert module._trusted() is module._trusted()


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
