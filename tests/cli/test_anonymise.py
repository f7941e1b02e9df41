"""``anonymise``: nothing of anybody is left, and the mail is read as before."""

import base64
from email import message_from_bytes
from email.header import Header
from pathlib import Path

import pytest

from deliveryledger.cli.anonymise import anonymise_mail
from deliveryledger.cli.exit_codes import ExitCode
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mail.anonymising import Anonymised, differences, leaks
from deliveryledger.inbound.mail.anonymising.check import texts_of
from deliveryledger.inbound.mail.kinds import kind_of
from deliveryledger.inbound.mailboxes import FoundMail, mails_in
from tests.cli.conftest import Cli
from tests.inbound.corpus import CORPUS
from tests.inbound.mail.mails import ADA, FAILED, arf, dsn, part, report

SAMPLES = Path(__file__).parents[1] / "inbound" / "mail" / "samples"
MAILS = CORPUS.parent / "bounces" / "messages"
WORDS = f"Dear Ada Lovelace, <{ADA}> does not exist at host mx1.firma.example.net[93.184.216.34].\n"
RETURNED = """\
Return-Path: <bounces+ada=example.org@lists.ats.example.net>
Received: from WINBOX (unknown [93.184.216.35]) by mail.ats.example.net with ESMTP id 4Xk2983746ABC
Message-ID: <20261114114500.4711.AbCdEf@mail.ats.example.net>
DKIM-Signature: v=1; a=rsa-sha256; d=ats.example.net; b=SGVsbG8gQWRhIExvdmVsYWNl
From: Grace Hopper <grace@ats.example.net>
To: Ada Lovelace <ada@example.org>
Subject: Interview at the Analytical Engine
"""


def encoded(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


BASE64 = report(
    "delivery-status",
    [
        f"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{encoded(WORDS)}",
        part("message/delivery-status", f"Reporting-MTA: dns; mail.ats.example.net\n\n{FAILED}"),
        part("message/rfc822", f"{RETURNED}\nHello Ada, the salary is 1000.\n"),
        'Content-Type: application/pdf; name="ada.pdf"\nContent-Transfer-Encoding: base64\n\n'
        + encoded("Curriculum vitae of Ada Lovelace"),
    ],
    f"Subject: {Header('Undeliverable: Interview at the Analytical Engine', 'utf-8').encode()}\n"
    "To: grace@ats.example.net\n",
)
QUOTED_PRINTABLE = report(
    "delivery-status",
    [
        "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<p>Ada=20Lovelace &lt;ada=40example.org&gt; f=F6rsvann; "
        '<a href=3D"mailto:ada%40example.org">ada</a>\n',
        part("message/delivery-status", f"Reporting-MTA: dns; mail.ats.example.net\n\n{FAILED}"),
        part("text/rfc822-headers", RETURNED),
    ],
)
PROSE = f"""\
From: Mail Delivery Subsystem <MAILER-DAEMON@mail.ats.example.net>
To: grace@ats.example.net
Subject: Returned mail: User unknown

The original message was received at Sat, 14 Nov 2026 11:45:00 +0000

   ----- The following addresses had permanent fatal errors -----
<{ADA}>

   ----- Transcript of session follows -----
... while talking to mx1.firma.example.net.:
>>> RCPT To:<{ADA}>
<<< 550 5.1.1 <{ADA}>... User unknown
550 5.1.1 <{ADA}>... User unknown

   ----- Original message follows -----

{RETURNED}
Hello Ada, the salary is 1000.
""".encode()
OWN = {
    "dsn": dsn(FAILED),
    "two recipients": dsn(FAILED, FAILED.replace("ada@", "bob@").replace("5.1.1", "5.2.2")),
    "complaint": arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: {ADA}\nSource-IP: 93.184.216.34\n"),
    "base64": BASE64,
    "quoted-printable": QUOTED_PRINTABLE,
    "prose": PROSE,
}
SECRETS = (
    *(ADA, "ada=example", "lovelace", "grace", "hopper", "analytical engine", "ats.example.net", "firma"),
    *("93.184.216", "4711.abcdef", "4xk2983746abc", "winbox", "sgvsbg8", "salary", "vitae"),
)


@pytest.mark.parametrize("name", OWN)
def test_it_is_read_as_before(name: str):
    assert differences(OWN[name], Anonymised(OWN[name]).raw) == []


@pytest.mark.parametrize("name", OWN)
def test_nothing_of_anybody_is_left_in_any_encoding(name: str):
    made = Anonymised(OWN[name])
    everything = "\n".join(texts_of(made.raw)).lower()
    assert leaks(OWN[name], made) == []
    assert [secret for secret in SECRETS if secret in everything] == []


def test_the_structure_stays():
    before, after = message_from_bytes(BASE64), message_from_bytes(Anonymised(BASE64).raw)
    assert [each.get_content_type() for each in before.walk()] == [
        each.get_content_type() for each in after.walk()
    ]
    assert [each.keys() for each in before.walk()] == [each.keys() for each in after.walk()]
    kept = "does not exist at host mx1."
    assert kept in after.get_payload(0).get_payload(decode=True).decode()
    status = after.get_payload(1).as_string()
    assert "Diagnostic-Code: smtp; 550 5.1.1 <person" in status
    assert " rejected: User unknown" in status


def test_the_same_address_becomes_the_same_everywhere():
    text = "\n".join(texts_of(Anonymised(BASE64).raw))
    (recipient,) = {each.recipient for each in read_mail(Anonymised(BASE64).raw).reports}
    assert recipient is not None
    local, _, domain = recipient.partition("@")
    assert f"bounces+{local}={domain}@" in text
    assert f"To: Name1 Name4 <{recipient}>" in text or f"<{recipient}>" in text


def test_a_provider_is_kept_and_its_customers_name_is_not():
    mail = dsn(
        FAILED.replace("mx.example.org", "contoso-com.mail.protection.outlook.com").replace(
            "example.org", "gmail.com"
        )
    )
    text = Anonymised(mail).raw.decode()
    assert "@gmail.com" in text
    assert ".mail.protection.outlook.com" in text
    assert "contoso" not in text


def test_codes_times_and_versions_are_no_addresses():
    words = "550 5.7.1 AS(42003) S3140 Postfix 3.6.4 at 12:30:00, see https://support.google.com/mail/?p=NoSuchUser"
    text = Anonymised(f"Subject: Test\n\n{words}\n".encode()).raw.decode()
    assert words in text


def test_one_mail_goes_to_standard_output(cli: Cli, tmp_path: Path):
    (tmp_path / "mail.eml").write_bytes(dsn(FAILED))
    ran = cli("anonymise", "mail.eml")
    assert kind_of(read_mail(ran.out.encode())) == "bounce"
    assert ADA not in ran.out
    assert ran.err.splitlines()[0] == "mail.eml: anonymised, and read as before"
    assert ran.code == ExitCode.OK


def test_several_go_into_a_folder_under_names_that_say_nothing(cli: Cli, tmp_path: Path):
    for name, raw in OWN.items():
        (tmp_path / f"ada {name}.eml").write_bytes(raw)
    ran = cli("anonymise", *sorted(tmp_path.glob("*.eml")), "-o", "out")
    written = sorted((tmp_path / "out").iterdir())
    assert len(written) == len(OWN)
    assert all(file.name.startswith("mail-") for file in written)
    assert ran.out.count("read as before") == len(OWN)
    assert cli("anonymise", *sorted(tmp_path.glob("*.eml")), "-o", "out").code == ExitCode.OK


def test_several_without_a_folder_are_a_usage_error(cli: Cli, tmp_path: Path):
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(dsn(FAILED))
    assert cli("anonymise", "a.eml", "b.eml").code == ExitCode.USAGE


@pytest.mark.parametrize("arguments", [["missing.eml"], ["missing.eml", "-o", "out"], ["large.eml"]])
def test_what_cannot_be_read_is_told(cli: Cli, tmp_path: Path, arguments: list[str]):
    (tmp_path / "large.eml").write_bytes(b"x" * 2_000_000)
    ran = cli("anonymise", *arguments)
    assert "not anonymised: " in ran.out + ran.err
    assert ran.code == ExitCode.REFUSED


def test_a_folder_that_cannot_be_made_is_a_usage_error(cli: Cli, tmp_path: Path):
    (tmp_path / "mail.eml").write_bytes(dsn(FAILED))
    assert cli("anonymise", "mail.eml", "-o", "mail.eml/out").code == ExitCode.USAGE


def test_a_difference_and_a_leak_are_told_without_content():
    assert differences(
        dsn(FAILED), dsn(FAILED.replace("5.1.1", "5.2.2").replace("User unknown", "full"))
    ) == [
        "severity of report 1: hard → soft",
        "reason of report 1: mailbox_unknown → mailbox_full",
        "rule of report 1: phrase.unknown_user → phrase.quota",
        "status of report 1: 5.1.1 → 5.2.2",
    ]
    made = Anonymised(BASE64)
    made.raw = BASE64
    assert leaks(BASE64, made) == ["6 addresses", "4 names", "1 subjects"]


def unfit(mail: FoundMail) -> bool:
    outcome = anonymise_mail(mail)
    return not outcome.is_fit or bool(outcome.differences)


def test_every_sample_is_made_fit():
    assert [
        mail.name for file in sorted(SAMPLES.rglob("*.eml")) for mail in mails_in(file) if unfit(mail)
    ] == []


@pytest.mark.skipif(not MAILS.exists(), reason="the corpus is not here")
def test_nearly_every_mail_of_the_corpus_is_made_fit_and_none_leaks():
    outcomes = [anonymise_mail(mail) for mail in mails_in(MAILS)]
    assert [each.file for each in outcomes if each.leaks] == []
    assert sum(bool(each.differences) for each in outcomes) <= len(outcomes) // 100


@pytest.mark.parametrize(
    "line",
    [
        "Received: from x (unknown [IPv6:2a00:1450::1b])",
        "From: MAILER-DAEMON@mail.ats.example.net\nX-Authenticated-User: ghopper",
        "Content-Description: CV of Charlotte Lovelace",
        "Subject: x\n\nhost 77-53-12-99.tbcn.telia.com said: no",
        "Subject: x\n\ncall +46 70 123 45 67",
        "Subject: x\n\n 19121212-1212",
        "Subject: x\n\n> From: Charlotte Byron <cb@ats.example.net>\n> Sent: today\n\nCharlotte wrote",
    ],
)
def test_what_stands_for_a_person_goes(line: str):
    made = Anonymised(f"To: a@b.example\n{line}\n".encode()).raw.decode()
    for word in ("1450", "ghopper", "Charlotte", "77-53", "123 45", "1212-", "Byron"):
        assert word not in made


def test_a_time_zone_is_no_telephone_number():
    line = b"Date: Mon, 4 Mar 2024 10:11:12 +0100\n\nat 10:11 +0100 2024 on Monday\n"
    assert Anonymised(line).raw == line


def test_comments_in_comments_are_no_end():
    assert Anonymised(b"To: " + b"(" * 20_000 + b"\n\nx").raw
