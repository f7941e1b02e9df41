"""A million mutated payloads over every provider: each has a typed outcome, soon.

``python -m tests.torture.payloads [--count N] [--seed S]`` changes the providers' examples (and the project's
corpus, where it is beside this checkout) at random and reads each with and without verification. Reports must
be fit to be recorded, quarantined parts and evidence to be read again, and no text may repeat the content.
A failure is printed with its number: ``--seed S --number N`` reads that one alone, and shows the traceback.
"""

import base64
import random
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from deliveryledger.domain.reports import REPORT, Reading
from deliveryledger.errors import InvalidInput, Unauthenticated
from deliveryledger.inbound import providers
from deliveryledger.inbound.provider import Provider
from deliveryledger.inbound.request import WebhookRequest
from tests.inbound.corpus import cases
from tests.inbound.examples import EXAMPLES, Example
from tests.inbound.requests import ADA, NOW
from tests.torture import numbered
from tests.torture.mutations import mutated, mutated_headers

BAR = 0.05
"""Seconds of processor time that one payload of at most 100 kB may take."""
WRITTEN_BY_HAND = (
    b"", b"[]", b"{}", b"[{}]", b"null", b"[[]]", b'{"a": 1}\n{"a": 2}\n', b"a=b&c=%7B%7D", b"\xef\xbb\xbf[]",
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', b"[" + b"{}," * 5_000 + b"{}]",
)  # fmt: skip


def seeds(example: Example) -> list[bytes]:
    """Bodies that are right, or nearly."""
    good, bad = example.good, example.bad
    kinds = [kind.split("/")[0] for kind in providers.get(example.slug).about.events]
    found = [example.body(good), example.body(bad), *(example.body(example.of_kind(k, good)) for k in kinds)]
    if example.is_batch:
        found += [example.body(good, bad, good), example.body(*[good] * 60), example.body()]
    return [*found, *(base64.b64decode(c["body_b64"]) for c in CASES if c["esp"] == example.slug)]


CASES = list(cases())
SEEDS = {slug: seeds(example) for slug, example in EXAMPLES.items()}
SLUGS = sorted(SEEDS)


@dataclass(frozen=True)
class Payload:
    """Number ``number`` of a seed: always the same."""

    slug: str
    body: bytes
    request: WebhookRequest | None

    @classmethod
    def of(cls, seed: int, number: int) -> "Payload":
        """Made anew from its number."""
        dice = random.Random(f"{seed}/{number}")
        slug = SLUGS[number % len(SLUGS)]
        body = dice.choice(SEEDS[slug] if dice.random() < 0.97 else WRITTEN_BY_HAND)
        body = mutated(body, dice.choice(SEEDS[dice.choice(SLUGS)]), dice)
        return cls(slug, body, request_of(EXAMPLES[slug], body, dice))


def request_of(example: Example, body: bytes, dice: random.Random) -> WebhookRequest | None:
    """The body as the provider would sign it, or beside another one's signature; headers may be wrong."""
    try:
        request = example.sign(body)
    except Exception:  # signing belongs to the examples, and may want a body that it can read
        request = replace(example.sign(example.body(example.good)), body=body)
    method = dice.choice(("POST", "POST", "POST", "POST", "PUT", "post", "", "GET"))
    try:
        return WebhookRequest(method, request.url, mutated_headers(dict(request.headers), dice), request.body)
    except InvalidInput:
        return None


def read(payload: Payload, provider: Provider, secrets: Any) -> str:
    """Both ways of reading; the word is of the verified one. Raises whatever goes wrong."""
    check(provider, provider.reread(payload.body, account="main", received_at=NOW))
    if payload.request is None:
        return "refused"
    try:
        reading = provider.read(payload.request, secrets, now=NOW)
    except (Unauthenticated, InvalidInput):
        return "refused"
    check(provider, reading)
    return "read" if reading.reports else "quarantined" if reading.quarantined else "nothing"


def check(provider: Provider, reading: object) -> None:
    """A reading whose parts can be recorded, and read again. Raises AssertionError, and what these raise."""
    assert isinstance(reading, Reading)
    for text in (*reading.ignored, *(part.why for part in reading.quarantined)):
        assert ADA not in text, "a text repeats the content"
        assert len(text) < 200, "a text is long"
        assert text.isprintable(), "a text holds what the content says"
    for report in reading.reports[:3]:
        assert REPORT.validate_json(report.as_json()).fact_key == report.fact_key
    parts = [part.raw for part in reading.quarantined[:2]] + [r.raw for r in reading.reports[:2] if r.raw]
    for raw in parts:
        again = provider.reread(raw, account="main", received_at=NOW)
        assert isinstance(again, Reading)


def torture(numbers: Sequence[int], seed: int) -> numbered.Tally:
    """Read these payloads, in this process."""

    def case(number: int) -> numbered.Case:
        payload = Payload.of(seed, number)
        provider, secrets = providers.get(payload.slug), EXAMPLES[payload.slug].secrets
        return numbered.Case(payload.slug, lambda: read(payload, provider, secrets), str)

    return numbered.tally_of(case, numbers)


def show(seed: int, number: int) -> None:
    """Read one payload, and let it fail."""
    payload = Payload.of(seed, number)
    print(f"{payload.slug}, {len(payload.body)} bytes: {payload.body[:3_000]!r}")
    try:
        print(read(payload, providers.get(payload.slug), EXAMPLES[payload.slug].secrets))
    except Exception:
        traceback.print_exc(file=sys.stdout)


if __name__ == "__main__":
    raise SystemExit(numbered.main(__doc__ or "", torture, show, chunk=2_000, bar=BAR))
