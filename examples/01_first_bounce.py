"""The shortest way through: a bounce, the card that says why, a corrected address, the message sent again.

python examples/01_first_bounce.py
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from deliveryledger import Ledger
from deliveryledger.inbound import providers
from deliveryledger.inbound.request import WebhookRequest

SECRETS = {"basic_auth": "ats:a-long-random-password"}
SENT = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
REPORTED = SENT + timedelta(minutes=3)

BOUNCE = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "MessageID": "b7bc2f4a",
    "Email": "ada@gmial.com",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
    "BouncedAt": "2026-11-14T09:32:07Z",
}


def postmark_request() -> WebhookRequest:
    """What your web framework hands you, body unparsed."""
    credentials = base64.b64encode(SECRETS["basic_auth"].encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    return WebhookRequest(
        "POST", "https://ats.example/webhooks/postmark", headers, json.dumps(BOUNCE).encode()
    )


def steady_clock() -> Callable[[], datetime]:
    """A second a look, so that every run prints the same. Leave ``clock`` out, and it is the real time."""
    moments = (SENT + timedelta(seconds=second) for second in range(1_000))
    return lambda: next(moments)


def main() -> None:
    """Tell the story on a ledger in memory."""
    with Ledger.open(":memory:", clock=steady_clock()) as ledger:
        ledger.candidate_emails.register("cand-7", "ada@gmial.com", name="Ada Lovelace", by="rec-3")
        message = ledger.messages.register("cand-7", sender="rec-3", subject="Interview")
        ledger.messages.mark_submitted(message.id, provider="postmark", provider_message_id="b7bc2f4a")

        reading = providers.get("postmark").read(postmark_request(), SECRETS, now=REPORTED)
        print(ledger.record(reading))
        print(ledger.record(reading))  # providers repeat themselves; it adds nothing
        print(ledger.candidate_card("cand-7"))
        print("May we write there again?")
        print(ledger.suppression_filters.may_send("ada@gmial.com"))

        ledger.candidate_emails.correct(
            "cand-7", "ada@gmail.com", grounds="typo", by="rec-3", resend=[message.id]
        )
        print(ledger.candidate_card("cand-7", lang="sv"))


if __name__ == "__main__":
    main()
