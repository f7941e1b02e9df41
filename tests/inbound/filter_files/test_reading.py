"""What providers' exports say, as the pages that ``formats.py`` names describe them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deliveryledger.application.filter_rows import FilterRow, RefusedRow
from deliveryledger.domain.failure_reason import FailureReason
from deliveryledger.domain.suppression_filter.events import Cause
from deliveryledger.errors import UnknownFormat
from deliveryledger.inbound.filter_files import FORMATS, FilterFiles

AT = datetime(2024, 5, 6, 18, 11, 58, tzinfo=UTC)
EPOCH = int(AT.timestamp())
C = Cause

FILES: dict[str, tuple[str | None, str, list[Cause]]] = {
    "ours, CSV": (
        None,
        "address,cause,reason,since,expires_at,by,messages_stopped\n"
        "a@b.example,complaint,,2024-05-06T18:11:58+00:00,,sup-1,3\n",
        [C.COMPLAINT],
    ),
    "ours, JSON lines": (
        None,
        '{"address": "a@b.example", "cause": "manual", "reason": null, "since": "2024-05-06T18:11:58+00:00", '
        '"expires_at": null, "by": "sup-1", "messages_stopped": 3}\n',
        [C.MANUAL],
    ),
    "Postmark, JSON": (
        None,
        """{"Suppressions":[
{"EmailAddress":"a@b.example","SuppressionReason":"ManualSuppression","Origin":"Recipient",
 "CreatedAt":"2024-05-06T14:11:58-04:00"},
{"EmailAddress":"a@b.example","SuppressionReason":"ManualSuppression","Origin":"Customer",
 "CreatedAt":"2024-05-06T14:11:58-04:00"},
{"EmailAddress":"a@b.example","SuppressionReason":"HardBounce","Origin":"Recipient",
 "CreatedAt":"2024-05-06T14:11:58-04:00"},
{"EmailAddress":"a@b.example","SuppressionReason":"SpamComplaint","Origin":"Recipient",
 "CreatedAt":"2024-05-06T14:11:58-04:00"}]}""",
        [C.UNSUBSCRIBE, C.MANUAL, C.HARD_BOUNCE, C.COMPLAINT],
    ),
    "Postmark, CSV": (
        None,
        "Email Address,Suppression Reason,Origin,Created At\n"
        "a@b.example,HardBounce,Recipient,2024-05-06T18:11:58Z\n",
        [C.HARD_BOUNCE],
    ),
    "SendGrid, bounces, CSV": (
        "sendgrid-bounces",
        f'status,reason,email,created\n5.1.1,"550 5.1.1 no, such ""user""",a@b.example,{EPOCH}\n',
        [C.HARD_BOUNCE],
    ),
    "SendGrid, bounces, JSON": (
        "sendgrid-bounces",
        f'[{{"created": {EPOCH}, "email": "a@b.example", "reason": "550 5.1.1 [x]", "status": "5.1.1"}}]',
        [C.HARD_BOUNCE],
    ),
    "SendGrid, invalid, CSV": (
        None,
        "email,reason,created\na@b.example,Known bad domain,2024-05-06 18:11:58\n",
        [C.PROVIDER_LIST],
    ),
    "SendGrid, spam reports, JSON": (
        None,
        f'[{{"created": {EPOCH}, "email": "a@b.example", "ip": "192.0.2.1"}}]',
        [C.COMPLAINT],
    ),
    "SendGrid, unsubscribes, CSV": (
        "sendgrid-unsubscribes",
        f"email,created\na@b.example,{EPOCH}\n",
        [C.UNSUBSCRIBE],
    ),
    "Mailgun, bounces, JSON": (
        None,
        '{"items":[{"address":"a@b.example","code":"550","error":"No such mailbox",'
        '"created_at":"Mon, 06 May 2024 18:11:58 UTC"}],"paging":{"next":"<url>"}}',
        [C.HARD_BOUNCE],
    ),
    "Mailgun, bounces, CSV": (
        None,
        'address,code,error,created_at\na@b.example,550,"No, such",Mon 06 May 2024 18:11:58 GMT\n'.replace(
            "Mon 06", '"Mon, 06'
        ).replace("GMT", 'GMT"'),
        [C.HARD_BOUNCE],
    ),
    "Mailgun, complaints, JSON": (
        None,
        '{"items":[{"address":"a@b.example","created_at":"Mon, 06 May 2024 18:11:58 UTC"}]}',
        [C.COMPLAINT],
    ),
    "Mailgun, unsubscribes, JSON": (
        None,
        '{"items":[{"address":"a@b.example","tags":["*"],"created_at":"Mon, 06 May 2024 18:11:58 UTC"}]}',
        [C.UNSUBSCRIBE],
    ),
    "Amazon SES, list, JSON": (
        None,
        '{"SuppressedDestinationSummaries": [{"EmailAddress": "a@b.example", "Reason": "BOUNCE",'
        ' "LastUpdateTime": "2024-05-06T20:11:58+02:00"}], "NextToken": "x"}',
        [C.HARD_BOUNCE],
    ),
    "Amazon SES, a job's CSV without header": (
        None,
        "a@b.example,BOUNCE\na@b.example, COMPLAINT\n",
        [C.HARD_BOUNCE, C.COMPLAINT],
    ),
    "Amazon SES, a job's JSON lines": (
        None,
        '{"emailAddress":"a@b.example","reason":"COMPLAINT"}\n{"emailAddress":"a@b.example","reason":"BOUNCE"}\n',
        [C.COMPLAINT, C.HARD_BOUNCE],
    ),
}  # fmt: skip


def read(tmp_path: Path, content: str | bytes, name: str | None = None) -> list[FilterRow | RefusedRow]:
    file = tmp_path / "list.txt"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows = FilterFiles([file], name=name)
    first = list(rows())
    assert list(rows()) == first  # it is asked twice
    return first


@pytest.mark.parametrize("kind", FILES)
def test_an_export_is_read_as_its_provider_describes_it(tmp_path: Path, kind: str):
    name, content, causes = FILES[kind]
    since = None if "job" in kind else AT
    assert read(tmp_path, content, name) == [FilterRow("a@b.example", cause, None, since) for cause in causes]


NAMES = {
    "ours, CSV": "deliveryledger",
    "ours, JSON lines": "deliveryledger",
    "Postmark, JSON": "postmark",
    "Postmark, CSV": "postmark",
    "SendGrid, invalid, CSV": "sendgrid-invalid-emails",
    "SendGrid, spam reports, JSON": "sendgrid-spam-reports",
    "Mailgun, bounces, JSON": "mailgun-bounces",
    "Mailgun, bounces, CSV": "mailgun-bounces",
    "Mailgun, complaints, JSON": "mailgun-complaints",
    "Mailgun, unsubscribes, JSON": "mailgun-unsubscribes",
    "Amazon SES, list, JSON": "amazon-ses",
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_format_may_be_named_all_the_same(tmp_path: Path, kind: str):
    _, content, _ = FILES[kind]
    assert read(tmp_path, content, NAMES[kind]) == read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "candidates"),
    [
        ("email,created\na@b.example,1715019118\n", {"sendgrid-spam-reports", "sendgrid-unsubscribes"}),
        ("status,reason,email,created\n5.1.1,x,a@b.example,1\n", {"sendgrid-bounces"}),
        ("name,phone\nAda,123\n", {each.name for each in FORMATS}),
    ],
    ids=["two lists", "a list that looks like another", "none"],
)
def test_what_may_be_several_formats_has_to_be_named(tmp_path: Path, content: str, candidates: set[str]):
    with pytest.raises(UnknownFormat) as refused:
        read(tmp_path, content)
    assert set(refused.value.candidates) == candidates
    assert "Ada" not in str(refused.value)


def test_a_format_that_does_not_fit_is_refused(tmp_path: Path):
    with pytest.raises(UnknownFormat):
        read(tmp_path, "email,created\na@b.example,1\n", "amazon-ses")
    with pytest.raises(UnknownFormat, match="no format of that name"):
        FilterFiles([], name="sendmail")


def test_who_left_one_tag_gets_other_mail(tmp_path: Path):
    content = 'address,tags,created_at\na@b.example,"[news]",2024-05-06\nb@b.example,*,2024-05-06\n'
    refused, taken = read(tmp_path, content)
    assert isinstance(refused, RefusedRow)
    assert "tag" in refused.why
    assert isinstance(taken, FilterRow)
    assert taken.cause is Cause.UNSUBSCRIBE


def test_causes_reasons_and_ends_of_ours_are_kept(tmp_path: Path):
    content = (
        "address,cause,reason,since,expires_at,by,messages_stopped\n"
        "'=1+1@b.example,escalation,mailbox_full,2024-05-06T18:11:58Z,2099-01-01T00:00:00Z,,0\n"
        "''quoted@b.example,hard_bounce,mailbox_unknown,2024-05-06T18:11:58Z,,,0\n"
    )
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    assert read(tmp_path, content) == [
        FilterRow("=1+1@b.example", Cause.ESCALATION, FailureReason.MAILBOX_FULL, AT, ends),
        FilterRow("'quoted@b.example", Cause.HARD_BOUNCE, FailureReason.MAILBOX_UNKNOWN, AT),
    ]
