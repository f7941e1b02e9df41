"""Exchange, Exchange Online and Outlook.com: lines after Microsoft's own tables of non-delivery reports."""

# ruff: noqa: E501 (a server's line is one line)

import pytest

from tests.classification.lines import Lines, reason_of

LINES: Lines = (
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "5.1.10", "mailbox_unknown"),
    ("550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found", "5.1.1", "mailbox_unknown"),
    ("550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", None, "mailbox_unknown"),
    ("550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [AM1.prod.outlook.com]", "5.4.1", "mailbox_unknown"),
    ("550 5.4.1 All recipient addresses rejected : Access denied [DB5.prod.protection.outlook.com]", None, "mailbox_unknown"),
    ("5.1.0 - Unknown address error 550-'5.4.1 Recipient address rejected: Access denied. [DB5.outlook.com]'", "5.1.0", "mailbox_unknown"),
    ("550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", "5.5.0", "mailbox_unknown"),
    ("550 5.4.310 DNS domain example.invalid does not exist [Message=InfoDomainNonexistent]", "5.4.310", "domain_unknown"),
    ("554 5.4.4 SMTPSEND.DNS.NonExistentDomain; nonexistent domain", "5.4.4", "domain_unknown"),
    ("550 5.1.2 DNS.NonExistentDomain", None, "domain_unknown"),
    ("The e-mail account does not exist at the organization this message was sent to.", None, "mailbox_unknown"),
    ("The email address you entered couldn't be found. Check the address and resend.", "5.1.1", "mailbox_unknown"),
    ("550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus.", None, "sender_blocked"),
    ("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your provider since part of their network is on our block list (S3140).", None, "sender_blocked"),
    ("550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal visit the delist portal", None, "sender_blocked"),
    ("550 5.7.511 Access denied, banned sender [192.0.2.1]. To request removal forward this message", None, "sender_blocked"),
    ("550 5.7.501 Service unavailable. Spam abuse detected from IP range.", None, "sender_blocked"),
    ("550 5.7.703 Your message can't be delivered because one or more recipients are blocked by your tenant", None, "sender_blocked"),
    ("550 5.7.705 Access denied, tenant has exceeded threshold", None, "sender_blocked"),
    ("550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", None, "sender_blocked"),
    ("550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains", None, "sender_blocked"),
    ("451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. (S775)", None, "sender_blocked"),
    ("451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77714)", None, "rate_limited"),
    ("550 5.7.508 Access denied, [192.0.2.1] has exceeded permitted limits within 3600 range", None, "rate_limited"),
    ("550 5.2.121 Recipient's per hour message receive limit from specific sender exceeded.", None, "rate_limited"),
    ("550 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour.", None, "rate_limited"),
    ("550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", None, "rate_limited"),
    ("550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit", None, "rate_limited"),
    ("421 RP-001 The mail server IP connecting to Outlook.com server has exceeded the rate limit allowed.", None, "rate_limited"),
    ("550 SC-001 Mail rejected by Outlook.com for policy reasons.", None, "content_rejected"),
    ("550 DY-001 Mail rejected by Outlook.com. We generally do not accept email from dynamic IP's.", None, "sender_blocked"),
    ("550 OU-002 Mail rejected by Outlook.com for policy reasons.", None, "sender_blocked"),
    ("550 5.7.509 Access denied, sending domain example.org does not pass DMARC verification", None, "authentication_failed"),
    ("550 5.7.515 Access denied, sending domain example.org doesn't meet the required authentication level.", None, "authentication_failed"),
    ("550 5.7.23 The message was rejected because of Sender Policy Framework violation", None, "authentication_failed"),
    ("450 4.7.26 Service does not accept messages sent over IPv6 unless they pass either SPF or DKIM validation", None, "authentication_failed"),
    ("550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to recipient", None, "policy_rejected"),
    ("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", None, "policy_rejected"),
    ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", None, "policy_rejected"),
    ("550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy", None, "policy_rejected"),
    ("550 5.7.64 TenantAttribution; Relay Access Denied [ValidationStatus=]", None, "policy_rejected"),
    ("550 5.7.505 Access denied, banned recipient.", None, "policy_rejected"),
    ("550 5.7.507 Access denied, rejected by recipient.", None, "policy_rejected"),
    ("550 5.7.520 Access denied, Your organization does not allow external forwarding.", None, "policy_rejected"),
    ("550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant", None, "content_rejected"),
    ("550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds", None, "content_rejected"),
    ("550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", None, "message_too_large"),
    ("550 5.3.4 RESOLVER.RST.SendSizeLimit.Org; message too large for this organization", None, "message_too_large"),
    ("554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded", "5.2.2", "mailbox_full"),
    ("550 5.2.1 STOREDRV.Deliver.Exception:AccountDisabledException; account disabled", None, "mailbox_disabled"),
    ("550 5.4.6 RESOLVER.FWD.Loop; recipient forwarding loop detected", None, "routing_error"),
    ("554 5.4.14 Hop count exceeded - possible mail loop ATTR1 [AM1.prod.outlook.com]", None, "routing_error"),
    ("554 5.4.12 SMTP; Hop count exceeded - possible mail loop detected on message id", None, "routing_error"),
    ("550 4.4.7 QUEUE.Expired; message expired", "4.4.7", "server_unavailable"),
    ("550 5.4.300 Message expired -> 451 4.4.0 temporary failure", None, "server_unavailable"),
    ("550 5.4.316 Message expired, connection refused(Socket error code 10061)", None, "server_unavailable"),
    ("550 5.4.312 Message expired, DNS query failed(DNS error InfoNoRecords)", None, "server_unavailable"),
    ("432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded; RecipientThreadLimitExceeded", None, "server_unavailable"),
    ("450 4.7.321 starttls-not-supported: Destination mail server must support TLS to receive mail.", None, "protocol_error"),
    ("550 5.7.323 tlsa-invalid: The domain failed DANE validation.", None, "protocol_error"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "status", "reason"), LINES)
def test_microsoft_means(words: str, status: str | None, reason: str):
    assert reason_of(words, status) == reason
