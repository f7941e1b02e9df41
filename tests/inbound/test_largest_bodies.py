"""The largest bodies, made to be expensive: what strangers send costs next to nothing, before any proof.

Bounds are of processor time, some five times what was measured, and of memory in multiples of the body.
"""

import json
import time
import tracemalloc

import pytest

from deliveryledger.errors import Unauthenticated
from deliveryledger.inbound import providers
from deliveryledger.inbound.json_parts import MAX_DEPTH, MAX_EVENTS, member, split
from deliveryledger.inbound.request import MAX_BODY, WebhookRequest
from tests.inbound.examples import EXAMPLES
from tests.inbound.examples.mailgun import proof
from tests.inbound.requests import NOW
from tests.inbound.test_forms import FIELD, multipart

SIZE = MAX_BODY - 1_000
TWO_MIB = 2 * 1024 * 1024 - 1_000
PART = b'--x\r\nContent-Disposition: form-data; name="a"'


def filled(before: bytes, unit: bytes, after: bytes = b"", size: int = SIZE) -> bytes:
    return before + unit * ((size - len(before) - len(after)) // len(unit)) + after


STRANGERS = {
    "unisender: arrays": ("unisender_go", filled(b'{"auth":"x","e":[', b"[],", b"[]]}")),
    "unisender: objects": ("unisender_go", filled(b'{"auth":"%s","e":[' % (b"0" * 32), b"{},", b"{}]}")),
    "unisender: auth": ("unisender_go", filled(b"{", b'"auth":"%s",' % (b"0" * 32), b'"a":1}')),
    "unisender: almost auth": ("unisender_go", filled(b"{", b'"auth":       ', b'"a":1}')),
    "unisender: keys": ("unisender_go", filled(b'{"auth":"x","e":{', b'"":1,', b'"":1}}')),
    "mailgun: arrays": ("mailgun", filled(b'{"signature":{"token":"t"},"event-data":[', b"[],", b"[]]}")),
    "mailgun: small": ("mailgun", filled(b'{"signature":{"a":[', b"[],", b"[]]}}", TWO_MIB)),
    "mailgun: names": ("mailgun", filled(b"{", b'"\\u0041":[],', b'"":1}', 120_000)),
    "mailgun: percent": ("mailgun", filled(b"token=a&x=", b"%")),
    "mailgun: octets": ("mailgun", filled(b"token=a&x=", b"%41", size=TWO_MIB)),
    "mailgun: header": ("mailgun", filled(b"token=a&message-headers=[", b"[],", b"[]]", TWO_MIB)),
    "mandrill: percent": ("mandrill", filled(b"mandrill_events=", b"%")),
    "mandrill: octets": ("mandrill", filled(b"mandrill_events=", b"%41")),
    "mandrill: slashes": ("mandrill", filled(b"mandrill_events=%41", b"\\")),
    "mandrill: no UTF-8": ("mandrill", filled(b"mandrill_events=%41", b"\xff")),
    "mandrill: parameters": (
        "mandrill",
        filled(b"", PART + b"; a=b" * 1_500 + b"\r\n\r\nv\r\n", b"--x--\r\n"),
    ),
    "mandrill: lines": ("mandrill", filled(b"", PART + b"\r\na" * 2_600 + b"\r\n\r\nv\r\n", b"--x--\r\n")),
    "ses: arrays": ("amazon_ses", filled(b'{"Type":"Notification","x":[', b"[],", b"[]]}")),
    "deep": ("unisender_go", filled(b'{"auth":', b"[")),
}


@pytest.mark.parametrize(("slug", "body"), STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_is_refused_before_anything_is_built_of_the_body(slug: str, body: bytes):
    example, provider = EXAMPLES[slug], providers.get(slug)
    headers = example.sign(example.body(example.good)).headers
    request = WebhookRequest("POST", "https://ats.example/hooks", headers, body)

    def refuse() -> None:
        with pytest.raises(Unauthenticated):
            provider.verify(request, example.secrets, now=NOW)

    started = time.process_time()
    refuse()
    assert time.process_time() - started < 1  # 0.2 s at most; it was 0.7 to 7
    tracemalloc.start()
    refuse()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 5.5 * max(len(body), 200_000)  # it was up to 190 times the body


def test_a_value_is_cut_out_without_being_built():
    body = filled(b'{"a":[', b"[],{},", b'"\\"]"],"b":7}')
    started = time.process_time()
    assert member(body, "b") == b"7"
    assert time.process_time() - started < 2  # 0.3 s
    tracemalloc.start()
    assert split(b"[" + body + b"]") == [body]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.5 * len(body)


def test_a_value_that_is_nested_too_deep_is_none():
    for brackets in (b"[]", b"{}"):
        most = brackets[:1] * MAX_DEPTH + brackets[1:] * MAX_DEPTH
        assert member(b'{"a":%s}' % most, "a") == most
        with pytest.raises(ValueError, match="no JSON object"):
            member(b'{"a":[%s]}' % most, "a")


MANY = b'{"events":[' + b",".join([b'{"event":"spam","email":"a@b"}'] * 4_000) + b"]}\n"


@pytest.mark.parametrize(
    ("slug", "body"),
    [
        ("mailtrap", MANY * 80),
        ("mailtrap", (b'{"events":[' + b"{}," * 9_000 + b"{}]}\n") * 380),
        ("mailtrap", b'{"event":[],"email":"a@b.c"}\n' * (MAX_EVENTS + 1)),
        ("unisender_go", b'{"events_by_user":[' + b",".join([MANY] * 80) + b"]}"),
        ("unisender_go", filled(b'{"events_by_user":[', b'{"events":[{},{},{}]},', b"{}]}")),
        ("sparkpost", filled(b"[", b'{"msys":{}},', b"{}]")),
        ("mandrill", filled(b"mandrill_events=[", b"{},", b"{}]")),
    ],
)
def test_events_are_counted_over_the_whole_body(slug: str, body: bytes):
    assert len(body) < MAX_BODY
    started = time.process_time()
    reading = providers.get(slug).reread(body, account="main", received_at=NOW)
    assert time.process_time() - started < 4  # 0.6 s
    (part,) = reading.quarantined
    assert (part.why, part.raw, part.index) == (f"the body has more than {MAX_EVENTS} events", body, None)
    assert (reading.reports, reading.ignored) == ((), ())


def test_the_most_events_of_several_lines_or_users_are_read():
    events = [{"event": "spam", "email": f"{number}@example.org"} for number in range(MAX_EVENTS // 2)]
    line = json.dumps({"events": events}).encode()
    read = providers.get("mailtrap").reread(line + b"\n" + line, account="main", received_at=NOW)
    assert len(read.reports) == MAX_EVENTS
    statuses = [{"event_data": {"status": "spam", "email": event["email"]}} for event in events]
    body = json.dumps({"auth": "", "events_by_user": [{"events": statuses}] * 2}).encode()
    read = providers.get("unisender_go").reread(body, account="main", received_at=NOW)
    assert len(read.reports) == MAX_EVENTS


def test_what_was_rejected_for_many_is_kept_for_each_without_the_senders_variables():
    to = ", ".join(f"{number}@example.org" for number in range(500))
    event = {
        "event": "rejected", "timestamp": 1794657598, "message": {"headers": {"to": to, "message-id": "m@x"}},
        "user-variables": {"deliveryledger_message_id": "msg-1", "more": "x" * 1_000_000},
    }  # fmt: skip
    body = json.dumps({"signature": proof(), "event-data": event}).encode()
    reports = providers.get("mailgun").reread(body, account="main", received_at=NOW).reports
    assert len(reports) == 500
    assert sum(len(report.raw or b"") for report in reports) < len(body)
    alone = providers.get("mailgun").reread(reports[7].raw or b"", account="main", received_at=NOW).reports
    assert [(each.recipient, each.message_id) for each in alone] == [("7@example.org", "msg-1")]


def test_a_mail_that_came_back_as_a_file_of_a_form_does_not_count():
    fields = {
        **proof(),
        "event": "bounced",
        "recipient": "ada@example.org",
        "code": "550",
        "Message-Id": "<m@x>",
    }
    file = (FIELD.format("attachment-1") + '; filename="message.mime"', "x" * 5_000_000)
    body = multipart(file, *((FIELD.format(name), value) for name, value in fields.items()))
    example = EXAMPLES["mailgun"]
    request = WebhookRequest("POST", "https://ats.example/hooks", {}, body)
    assert providers.get("mailgun").read(request, example.secrets, now=NOW).reports
    longer = multipart(
        (FIELD.format("x"), "x" * 3_000_000), *((FIELD.format(n), v) for n, v in fields.items())
    )
    reading = providers.get("mailgun").reread(longer, account="main", received_at=NOW)
    assert [part.why for part in reading.quarantined] == ["the form is longer than what is read"]
