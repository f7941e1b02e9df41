"""``read-webhook``: every line is answered, whatever it holds; a ledger is not needed."""

import base64
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deliveryledger.cli import captures
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.inbound.request import WebhookRequest
from tests.cli.conftest import PASSWORD, Cli, Ran, capture
from tests.inbound.corpus import ABSENT, cases, wrong
from tests.inbound.requests import ADA, KEY, NOW, public, signed

BOUNCE = {
    "event": "bounce", "email": ADA, "timestamp": 1794657598, "sg_event_id": "e-1", "type": "bounce",
    "sg_message_id": "Zk3aQ.filter0002", "status": "5.1.1", "reason": "550 5.1.1 user unknown",
}  # fmt: skip


def line(request: WebhookRequest, **more: Any) -> dict[str, Any]:
    return {
        "id": "r-1",
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body_b64": base64.b64encode(request.body).decode(),
        "secrets": {"public_key": public(KEY)},
        "received_at": NOW.isoformat(),
        **more,
    }


def stdin(*entries: Mapping[str, Any] | str) -> bytes:
    texts = (entry if isinstance(entry, str) else json.dumps(entry) for entry in entries)
    return "".join(f"{text}\n" for text in texts).encode()


def answers(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(each) for each in ran.out.splitlines()]


def ask(cli: Cli, *entries: Mapping[str, Any] | str) -> list[dict[str, Any]]:
    return answers(cli("read-webhook", "sendgrid", "--json", stdin=stdin(*entries)))


def sendgrid(*events: Any, **more: Any) -> dict[str, Any]:
    return line(signed(json.dumps(events).encode()), **more)


def test_an_authentic_request_is_answered_with_its_events(cli: Cli):
    (answer,) = ask(cli, sendgrid(BOUNCE))
    assert answer == {
        "id": "r-1",
        "status": "accepted",
        "events": [
            {
                "type": "bounced",
                "severity": "hard",
                "reason": "mailbox_unknown",
                "recipient": ADA,
                "provider_message_id": "Zk3aQ",
                "provider_event_id": "e-1",
                "occurred_at": "2026-11-14T11:59:58+00:00",
                "diagnostic": "550 5.1.1 user unknown",
            }
        ],
        "ignored": [],
        "quarantined": [],
    }


def test_what_is_ignored_or_quarantined_is_said_without_its_content(cli: Cli):
    (answer,) = ask(cli, sendgrid({"event": "delivered"}, {**BOUNCE, "timestamp": {"at": ADA}}, BOUNCE))
    assert (answer["status"], len(answer["events"]), len(answer["ignored"])) == ("accepted", 1, 1)
    assert [part["index"] for part in answer["quarantined"]] == [1]
    assert ADA not in json.dumps([answer["ignored"], answer["quarantined"]])


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (sendgrid(), "noop"),
        (line(WebhookRequest("HEAD", "", {}, b"")), "noop"),
        (line(signed(b"{")), "unreadable"),
        (sendgrid(BOUNCE, secrets={}), "unauthenticated"),
        (sendgrid(BOUNCE, secrets={"certs": {"https://sns.example/a.pem": "PEM"}}), "unauthenticated"),
        (sendgrid(BOUNCE, secrets={"public_key": ["other", public(KEY)]}), "accepted"),
        (sendgrid(BOUNCE, received_at=(NOW + timedelta(hours=1)).isoformat()), "unauthenticated"),
        (sendgrid(BOUNCE, received_at=None), "unauthenticated"),
    ],
)
def test_the_status_says_what_became_of_it(cli: Cli, entry: dict[str, Any], status: str):
    (answer,) = ask(cli, entry)
    assert answer["status"] == status


def test_a_body_may_be_a_text(cli: Cli):
    request = signed(json.dumps([BOUNCE]).encode())
    (answer,) = ask(cli, {**line(request, body=request.body.decode()), "body_b64": None})
    assert answer["status"] == "accepted"


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("no json", None),
        ("[]", None),
        ("[" * 100_000, None),
        ('{"id": "r-1", "headers": 7}', "r-1"),
        ('{"id": 7, "body_b64": "not base64"}', 7),
        ('{"id": "r-1", "secrets": "hunter2"}', "r-1"),
        ('{"id": "r-1", "received_at": "0001-01-01T00:00:00+14:00"}', "r-1"),
        ('{"id": {"a": 1}, "url": 5}', None),
        ('{"id": true, "url": 5}', None),
        ('{"id": %s, "url": 5}' % ("9" * 5_000), None),
        ('{"id": "%s", "url": 5}' % ("x" * 5_000), None),
        (json.dumps({"id": "r-1", "headers": {str(number): "" for number in range(300)}}), "r-1"),
    ],
)
def test_a_line_that_holds_no_request_is_answered_and_the_next_one_is_read(cli: Cli, entry: str, name: Any):
    ran = cli("read-webhook", "sendgrid", "--json", stdin=stdin(entry, sendgrid(BOUNCE)))
    first, second = answers(ran)
    assert (first["id"], first["status"], first["events"]) == (name, "unreadable", [])
    assert "hunter2" not in first["error"]
    assert second["status"] == "accepted"
    assert ran.code == ExitCode.POISONED


def test_a_line_that_is_too_long_is_answered(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(captures, "MAX_CAPTURE", 2_000)
    first, second = ask(cli, sendgrid(BOUNCE, padding="x" * 9_000), sendgrid(BOUNCE))
    assert "longer than 2000 bytes" in first["error"]
    assert second["status"] == "accepted"


def test_refusals_are_answers_and_no_failure(cli: Cli):
    ran = cli("read-webhook", "sendgrid", "--json", stdin=stdin(sendgrid(BOUNCE, secrets={})))
    assert ran.code == ExitCode.OK


def test_a_person_reads_lines(cli: Cli):
    entries = stdin(
        sendgrid({**BOUNCE, "reason": "550 5.1.1 \x1b[2J"}), sendgrid(BOUNCE, id=2, secrets={}), "no json"
    )
    ran = cli("read-webhook", "sendgrid", "--tz", "Europe/Stockholm", stdin=entries)
    assert ran.out == (
        "accepted         r-1\n"
        f"  2026-11-14 12:59  bounced (hard, mailbox_unknown)  {ADA}\n"
        "unauthenticated  2\n"
        "  accept a request for sendgrid: no secret is configured; configure at least one of: basic_auth, "
        "bearer_token, custom_header, public_key\n"
        "unreadable\n"
        "  read a capture: it is no JSON object; see docs/how-to/ingest-captures.md\n"
    )


@pytest.mark.parametrize(
    ("secrets", "remedy"),
    [
        ({"signing_key": "x"}, "use: basic_auth, bearer_token, custom_header, public_key"),
        ({"public_key": "x"}, ""),
    ],
)
def test_a_refusal_names_the_secrets_that_the_provider_uses_and_no_answer_of_http(
    cli: Cli, secrets: dict[str, str], remedy: str
):
    (answer,) = ask(cli, sendgrid(BOUNCE, secrets=secrets))
    assert remedy in answer["error"]
    assert "401" not in answer["error"]


def test_the_accounts_of_the_endpoint_are_read_from_a_file_and_go_before_secrets_in_a_line(
    cli: Cli, tmp_path: Path
):
    accounts = {
        "sendgrid/eu": {"public_key": public(KEY), "tenant": "acme"},
        "sendgrid": {"public_key": "other"},
    }
    (tmp_path / "accounts.json").write_text(json.dumps(accounts))
    entries = stdin(sendgrid(BOUNCE, account="eu", secrets=None), sendgrid(BOUNCE))
    ran = cli("read-webhook", "sendgrid", "--json", "--secrets", "accounts.json", stdin=entries)
    assert [each["status"] for each in answers(ran)] == ["accepted", "unauthenticated"]


def test_an_unknown_provider_is_a_usage_error(cli: Cli):
    assert cli("read-webhook", "carrier-pigeon").code == ExitCode.USAGE


def test_each_line_is_answered_before_the_next_one_comes(tmp_path: Path):
    command = [sys.executable, "-m", "deliveryledger", "read-webhook", "sendgrid", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdin
        assert process.stdout
        for number in range(2):
            process.stdin.write(stdin(sendgrid(BOUNCE, id=number)))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(timeout=30) == 0
    assert list(tmp_path.iterdir()) == []


def test_secrets_of_a_capture_may_be_texts_by_name(cli: Cli, tmp_path: Path):
    refused = capture(secrets={"basic_auth": PASSWORD, "certs": {"https://sns.example/a.pem": "PEM"}})
    (tmp_path / "capture.json").write_text(json.dumps(refused))
    (entry,) = cli("ingest", "capture.json", "--json").json["refused"]
    assert "a configured secret is of a kind it does not use" in entry["reason"]


@pytest.mark.skipif(next(cases(), None) is None, reason=ABSENT)
def test_the_command_answers_the_whole_corpus_as_expected():
    by_provider: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases():
        by_provider[case["esp"]].append(case)
    complaints = []
    for slug, theirs in by_provider.items():
        command = [Path(sys.executable).with_name("deliveryledger"), "read-webhook", slug, "--json"]
        ran = subprocess.run(command, input=stdin(*theirs), capture_output=True, check=True)
        found = [json.loads(each) for each in ran.stdout.splitlines()]
        assert [each["id"] for each in found] == [case["id"] for case in theirs]
        for case, answer in zip(theirs, found, strict=True):
            complaints += [(case["id"], why) for why in wrong(case, answer["status"], answer["events"])]
    assert complaints == []
