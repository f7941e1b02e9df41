"""Writes the sample inbox: webhook requests and mails in the providers' true formats, all names invented.

    python examples/make_inbox.py [FOLDER]

The signatures are real; the key is a number that everybody can read here, so it protects nothing.
"""

import base64
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = ec.derive_private_key(20261116, ec.SECP256R1())
PASSWORD = "ats:a-long-random-password"
ANNA, BJORN, CECILIA = "anna.svensson@gmai.com", "bjorn.dahl@posten.example", "cecilia.ek@lador.example"
DAVID, ELIN = "david.holm@bolaget.example", "elin.norberg@brev.example"
STRANGER = "someone.else@brev.example"

ANNA_1, ANNA_2 = "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a0001", "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a0004"
BJORN_1 = "0b7f2d1e-5a30-4a1f-9a57-0c7f6e1a0002"
CECILIA_1, DAVID_1, ELIN_1 = "c3Vu-03HcQ5-JLybO9fX01", "c3Vu-03HcQ5-JLybO9fX02", "c3Vu-03HcQ5-JLybO9fX03"


def public_key() -> str:
    """What SendGrid shows as verification key: base64 of DER."""
    der = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def moment(day_and_time: str) -> str:
    """``16 09:02:11`` as ISO 8601 in UTC; everything happens in November 2026."""
    day, time = day_and_time.split()
    return f"2026-11-{day}T{time}Z"


def unix(day_and_time: str) -> int:
    """The same in seconds."""
    return int(datetime.fromisoformat(moment(day_and_time)).timestamp())


# --- Postmark: one event a request, basic authentication ---------------------------------------------


def postmark(received: str, event: dict[str, Any], password: str = PASSWORD) -> dict[str, Any]:
    """A captured request."""
    return {
        "provider": "postmark",
        "method": "POST",
        "url": "https://ats.example/webhooks/postmark/main",
        "headers": {
            "authorization": "Basic " + base64.b64encode(password.encode()).decode(),
            "content-type": "application/json",
            "user-agent": "Postmark",
        },
        "body": json.dumps({**event, "ServerID": 23, "MessageStream": "outbound", "Metadata": {}}),
        "received_at": moment(received),
    }


def delivery(at: str, recipient: str, message_id: str) -> dict[str, Any]:
    """postmarkapp.com/developer/webhooks/delivery-webhook"""
    return {
        "RecordType": "Delivery",
        "MessageID": message_id,
        "Recipient": recipient,
        "DeliveredAt": moment(at),
        "Details": "smtp;250 2.0.0 OK queued",
        "Tag": "interview",
    }


def bounce(at: str, recipient: str, message_id: str, type_: str, code: int, details: str) -> dict[str, Any]:
    """postmarkapp.com/developer/webhooks/bounce-webhook, and spam-complaint-webhook of the same form"""
    return {
        "RecordType": "SpamComplaint" if type_ == "SpamComplaint" else "Bounce",
        "ID": 4323372036854775807,
        "Type": type_,
        "TypeCode": code,
        "MessageID": message_id,
        "Email": recipient,
        "From": "erik.olsson@foretaget.example",
        "Details": details,
        "BouncedAt": moment(at),
        "Inactive": True,
        "CanActivate": type_ != "SpamComplaint",
        "Subject": "Inbjudan till intervju",
    }


ANNAS_BOUNCE = bounce(
    "16 09:01:24", ANNA, ANNA_1, "HardBounce", 1,
    f"smtp;550 5.1.2 <{ANNA}>: Recipient address rejected: Domain not found",
)  # fmt: skip
LIST_NEWS = {
    "RecordType": "SubscriptionChange",
    "MessageID": ANNA_1,
    "ChangedAt": moment("16 09:01:25"),
    "Recipient": ANNA,
    "Origin": "Recipient",
    "SuppressSending": True,
    "SuppressionReason": "HardBounce",
}


# --- SendGrid: many events a request, an ECDSA signature over time and body --------------------------


def sendgrid(signed: str, *events: dict[str, Any]) -> dict[str, Any]:
    """A captured request, signed. The body ends in CR LF, as SendGrid's does: the signature covers it."""
    body = "[" + ",\r\n".join(json.dumps(event) for event in events) + "]\r\n"
    timestamp = str(unix(signed))
    # Deterministic (RFC 6979), so that writing the inbox again changes nothing.
    signature = KEY.sign(timestamp.encode() + body.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
    return {
        "provider": "sendgrid",
        "method": "POST",
        "url": "https://ats.example/webhooks/sendgrid/main",
        "headers": {
            "content-type": "application/json;charset=utf-8",
            "user-agent": "SendGrid Event API",
            "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
            "x-twilio-email-event-webhook-timestamp": timestamp,
        },
        "body": body,
        "received_at": moment(signed).replace("Z", ".400000Z"),
    }


def event(name: str, at: str, email: str, message_id: str, **fields: Any) -> dict[str, Any]:
    """twilio.com/docs/sendgrid/for-developers/tracking-events/event"""
    return {
        "email": email,
        "event": name,
        "timestamp": unix(at),
        "smtp-id": f"<{message_id}@geopod-ismtpd-5>",
        "sg_event_id": f"{message_id[-2:]}-{name}-{at[3:5]}{at[6:8]}",
        "sg_message_id": f"{message_id}.recvd-7d8b5c6f4-abcde-1-6AB9B9F3-2D.0",
        **fields,
    }


FULL = {"reason": "552 5.2.2 The recipient's mailbox is over quota", "status": "5.2.2"}
GONE = {
    "reason": f"550 5.1.1 <{DAVID}>: Recipient address rejected: User unknown in virtual mailbox table",
    "status": "5.1.1",
}
BATCHES = [
    # The final bounce comes before the deferral that went before it.
    sendgrid("16 09:20:00", event("bounce", "16 09:19:40", CECILIA, CECILIA_1, type="bounce", tls=1, **FULL)),
    sendgrid(
        "16 09:21:00",
        event("deferred", "16 09:02:10", CECILIA, CECILIA_1, response="452 4.2.2 over quota", attempt="1"),
        event("delivered", "16 09:02:31", DAVID, DAVID_1, response="250 2.0.0 OK", tls=1),
        # A poisoned event: its time is no time. The others of the batch must not suffer.
        {**event("delivered", "16 09:02:40", ELIN, ELIN_1), "timestamp": "a moment ago"},
        event("delivered", "16 09:02:41", ELIN, ELIN_1, response="250 2.0.0 OK", tls=1),
        # Some other system sends through the same account: we never heard of this message.
        event("delivered", "16 09:03:02", STRANGER, "c3Vu-03HcQ5-JLybO9fX99", response="250 OK"),
    ),
]
DAVIDS_BOUNCE = sendgrid(
    "17 02:15:00",
    event("bounce", "17 02:14:09", DAVID, DAVID_1, type="bounce", bounce_classification="", **GONE),
)


# --- Mails ------------------------------------------------------------------------------------------

RETURNED = """\
From: Erik Olsson <erik.olsson@foretaget.example>
To: {recipient}
Subject: Inbjudan till intervju
Message-ID: <{message_id}>
X-DeliveryLedger-Message-ID: {own_id}
"""

NOTIFICATION = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.bolaget.example>
To: bounces@foretaget.example
Subject: Undelivered Mail Returned to Sender
Date: Tue, 17 Nov 2026 02:14:07 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"

--dsn
Content-Type: text/plain; charset=us-ascii

Your message was accepted, and could not be delivered afterwards.

--dsn
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.bolaget.example
Arrival-Date: Mon, 16 Nov 2026 09:02:31 +0000

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {words}

--dsn
Content-Type: text/rfc822-headers

{returned}
--dsn--
"""

FEEDBACK = """\
From: Feedback <feedback@posten.example>
To: fbl@foretaget.example
Subject: FW: Inbjudan till intervju
Date: {date}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="arf"

--arf
Content-Type: text/plain; charset=us-ascii

{explanation}

--arf
Content-Type: message/feedback-report

Feedback-Type: {type}
User-Agent: Posten-Feedback/1.0
Version: 1
Original-Rcpt-To: <{recipient}>
Original-Mail-From: <bounces@foretaget.example>
Reporting-MTA: dns; mx.posten.example

--arf
Content-Type: message/rfc822

{returned}
Välkommen på intervju!
--arf--
"""


def late_bounce() -> str:
    """RFC 3464: the server had taken the message, and looked for the mailbox later."""
    returned = RETURNED.format(recipient=DAVID, message_id=f"{DAVID_1}@foretaget.example", own_id="msg-104")
    return NOTIFICATION.format(recipient=DAVID, words=GONE["reason"], returned=returned)


def feedback(type_: str, date: str, explanation: str) -> str:
    """RFC 5965; ``not-spam`` is of RFC 6430."""
    # Postmark makes the Message-ID of its id; a mail is believed by that, not by what anybody can write.
    returned = RETURNED.format(recipient=BJORN, message_id=f"{BJORN_1}@mtasv.net", own_id="msg-102")
    return FEEDBACK.format(type=type_, date=date, explanation=explanation, recipient=BJORN, returned=returned)


# --- The inbox --------------------------------------------------------------------------------------


def inbox() -> dict[str, str]:
    """File name -> content."""
    complaint = bounce("16 09:31:02", BJORN, BJORN_1, "SpamComplaint", 512, "")
    requests = {
        "1-first-morning/0901-anna-hard-bounce.json": postmark("16 09:01:26", ANNAS_BOUNCE),
        "1-first-morning/0901-anna-list-news.json": postmark("16 09:01:27", LIST_NEWS),
        "1-first-morning/0902-bjorn-delivered.json": postmark(
            "16 09:02:13", delivery("16 09:02:11", BJORN, BJORN_1)
        ),
        "1-first-morning/0911-anna-hard-bounce-again.json": postmark("16 09:11:26", ANNAS_BOUNCE),
        "1-first-morning/0930-forged.json": postmark(
            "16 09:30:00", bounce("16 09:29:00", ELIN, ELIN_1, "HardBounce", 1, ""), "ats:guessed"
        ),
        "1-first-morning/0931-bjorn-complaint.json": postmark("16 09:31:05", complaint),
        "2-next-day/1002-anna-delivered.json": postmark(
            "16 10:02:20", delivery("16 10:02:18", "anna.svensson@gmail.com", ANNA_2)
        ),
        "2-next-day/0215-david-bounce-again.json": DAVIDS_BOUNCE,
        "secrets.json": {"postmark": {"basic_auth": PASSWORD}, "sendgrid": {"public_key": public_key()}},
    }
    files = {name: json.dumps(content, indent=2) + "\n" for name, content in requests.items()}
    files["1-first-morning/0920-sendgrid.jsonl"] = "".join(json.dumps(batch) + "\n" for batch in BATCHES)
    files["1-first-morning/0932-bjorn-complaint.eml"] = feedback(
        "abuse", "Mon, 16 Nov 2026 09:31:02 +0000", "A recipient marked this message as spam."
    )
    files["2-next-day/0214-david-late-bounce.eml"] = late_bounce()
    files["2-next-day/0745-bjorn-not-spam.eml"] = feedback(
        "not-spam", "Tue, 17 Nov 2026 07:45:30 +0000", "A recipient moved this message back to the inbox."
    )
    return files


def main(folder: Path) -> None:
    """Write every file."""
    for name, content in inbox().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="\n")
    print(f"wrote {len(inbox())} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "inbox")
