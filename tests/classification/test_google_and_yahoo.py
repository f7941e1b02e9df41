"""Gmail, Yahoo, AOL and the providers that Yahoo serves: lines after their own tables of errors."""

# ruff: noqa: E501 (a server's line is one line)

import pytest

from tests.classification.lines import Lines, reason_of

_SEE = "https://support.google.com/mail/?p="
LINES: Lines = (
    (f"550-5.1.1 The email account that you tried to reach does not exist. {_SEE}NoSuchUser a1 - gsmtp", "5.1.1", "mailbox_unknown"),
    ("553 5.1.2 We weren't able to find the recipient domain. Please check for any spelling errors", None, "domain_unknown"),
    ("553-5.1.3 The recipient address <ada@@example.org> is not a valid RFC-5321 address. - gsmtp", "5.1.3", "address_malformed"),
    (f"550 5.2.1 The email account that you tried to reach is disabled. {_SEE}DisabledUser", None, "mailbox_disabled"),
    ("550 5.2.1 The email account that you tried to reach is inactive.", None, "mailbox_disabled"),
    (f"452-4.2.2 The recipient's inbox is out of storage space. {_SEE}OverQuotaTemp", None, "mailbox_full"),
    (f"552-5.2.2 The recipient's inbox is out of storage space and inactive. {_SEE}OverQuotaPerm", None, "mailbox_full"),
    (f"450-4.2.1 The user you are trying to contact is receiving mail at a rate that {_SEE}ReceivingRate", None, "rate_limited"),
    ("450 4.2.1 The user you are trying to contact is receiving email too quickly.", None, "rate_limited"),
    (f"421-4.7.28 Gmail has detected an unusual rate of mail originating from your SPF domain {_SEE}UnsolicitedRateLimitError", None, "rate_limited"),
    ("550 5.4.5 Daily user sending limit exceeded.", None, "rate_limited"),
    ("550 5.4.5 Daily SMTP relay limit exceeded for this user.", None, "rate_limited"),
    ("550 5.4.5 Daily user sending quota exceeded.", None, "rate_limited"),
    (f"421-4.7.0 Our system has detected an unusual rate of unsolicited mail originating from your IP address. {_SEE}UnsolicitedIPError", None, "sender_blocked"),
    (f"550-5.7.1 The IP you're using to send mail is not authorized to send email directly to our servers. {_SEE}NotAuthorizedError", None, "sender_blocked"),
    ("550 5.7.1 Our system has detected that this message is suspicious due to the very low reputation of the sending domain.", None, "sender_blocked"),
    (f"550-5.7.1 Our system has detected that this message is likely unsolicited mail. {_SEE}UnsolicitedMessageError", None, "content_rejected"),
    (f"552-5.7.0 This message was blocked because its content presents a potential security issue. {_SEE}BlockedMessage", None, "content_rejected"),
    (f"550-5.7.1 This message is not RFC 5322 compliant. {_SEE}RfcMessageNonCompliant", None, "content_rejected"),
    (f"550-5.7.26 This mail has been blocked because the sender is unauthenticated. {_SEE}UnauthenticatedMail", None, "authentication_failed"),
    (f"550-5.7.1 This message does not meet IPv6 sending guidelines regarding PTR records. {_SEE}IPv6AuthError", None, "authentication_failed"),
    ("550 5.7.30 DKIM authentication didn't pass: fails authentication", None, "authentication_failed"),
    (f"552 5.2.3 Your message exceeded Google's message size limits. {_SEE}MaxSizeError", None, "message_too_large"),
    ("550 5.7.1 The user or domain that you are sending to (or from) has a policy that prohibited the mail that you sent.", None, "policy_rejected"),
    ("550 5.7.1 This message violates example.org email policy. - gcdp a1 - gsmtp", None, "policy_rejected"),
    ("421 4.7.0 IP not in whitelist for RCPT domain, closing connection.", None, "policy_rejected"),
    ("421 4.7.0 TLS required for RCPT domain, closing connection.", None, "protocol_error"),
    ("We're writing to let you know that the group you tried to contact (ada) may not exist, or you may not have permission to post messages to the group.", None, "policy_rejected"),
    ("DNS Error: DNS type 'mx' lookup of example.invalid responded with code NXDOMAIN", "4.0.0", "domain_unknown"),
    ("Google tried to deliver your message, but it was rejected by the recipient domain. The error that the other server returned was: 550 550 5.1.1 user unknown (state 14).", None, "mailbox_unknown"),
    ("Google tried to deliver your message, but it was rejected by the recipient domain. The error that the other server returned was: 500 Remote server does not support TLS (state 6).", None, "protocol_error"),
    ("Your message wasn't delivered to ada@example.org because the address couldn't be found, or is unable to receive mail. The response was: 550 5.7.1 Message rejected as spam", None, "content_rejected"),
    ("Your message wasn't delivered to ada@example.org because the domain example.org couldn't be found.", None, "domain_unknown"),
    ("Your message wasn't delivered to ada@example.org because the address couldn't be found, or is unable to receive mail.", None, "mailbox_unknown"),
    # Yahoo and AOL
    ("554 delivery error: dd This user doesn't have a yahoo.example account (ada@example.org) [0] - mta1", None, "mailbox_unknown"),
    ("554 delivery error: dd ada@example.org is no longer valid. [-20] - mta1", None, "mailbox_unknown"),
    ("552 1 Requested mail action aborted, mailbox not found", None, "mailbox_unknown"),
    ("554 delivery error: dd Requested mail action aborted, mailbox not found - mta1", "5.0.0", "mailbox_unknown"),
    ("554 30 Sorry, your message to ada@example.org cannot be delivered. This mailbox is disabled (554.30).", None, "mailbox_disabled"),
    ("554 delivery error: dd Sorry, your message cannot be delivered. This account has been disabled or discontinued [#102].", None, "mailbox_disabled"),
    ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", None, "rate_limited"),
    ("421 4.7.1 [TS03] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.", None, "sender_blocked"),
    ("553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred", None, "sender_blocked"),
    ("553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list", None, "sender_blocked"),
    ("421 4.7.0 [GL01] Message from (192.0.2.1) temporarily deferred", None, "rate_limited"),
    ("554 Message not allowed - [PH01] Email not accepted for policy reasons.", None, "content_rejected"),
    ("554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes", None, "policy_rejected"),
    ("451 Message temporarily deferred due to unresolvable RFC.5321 from domain", None, "authentication_failed"),
    ("554 5.7.1 (HVU:B1) http://postmaster.info.aol.com/errors/554hvub1.html", None, "content_rejected"),
    ("554 5.7.1 (RTR:BL) The IP address you are using to connect to AOL is on a list", None, "sender_blocked"),
    ("421 4.7.1 (DYN:T1) http://postmaster.info.aol.com/errors/421dynt1.html", None, "sender_blocked"),
    ("552 5.2.2 The email account that you tried to reach is over quota", None, "mailbox_full"),
    # AT&T, Comcast, Verizon
    ("550 5.2.1 <ada@example.org>... Addressee unknown, relay=[192.0.2.1]", None, "mailbox_unknown"),
    ("553 5.3.0 flpd575 DNSBL:RBL 521< 192.0.2.1 >_is_blocked.For assistance forward this error", None, "sender_blocked"),
    ("521-192.0.2.1 blocked by sbc:blacklist.mailrelay.att.net.", None, "sender_blocked"),
    ("550 5.7.1 Connections not accepted from servers without a valid sender domain. Fix reverse DNS for 192.0.2.1", None, "sender_blocked"),
    ("550 5.1.1 Not our Customer", None, "mailbox_unknown"),
    ("554 5.7.1 resimta-a1 comcast 192.0.2.1 Comcast block for spam. BL000010", None, "sender_blocked"),
    ("421 4.1.0 192.0.2.1 Throttled - try again later. Please see http://postmaster.comcast.net RL000003", None, "rate_limited"),
    ("552 5.2.0 Message rejected for spam or virus content", None, "content_rejected"),
    ("571 Email from 192.0.2.1 is currently blocked by Verizon Online's anti-spam system.", None, "sender_blocked"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "status", "reason"), LINES)
def test_google_or_yahoo_means(words: str, status: str | None, reason: str):
    assert reason_of(words, status) == reason
