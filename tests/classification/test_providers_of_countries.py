"""Apple, France, Germany, Italy, the North, Russia, Japan, China, North America: marks that only these use."""

# ruff: noqa: E501 (a server's line is one line)

import pytest

from deliveryledger.classification import Evidence, classify
from deliveryledger.classification.profile import Profile
from tests.classification.lines import Lines, reason_of

LINES: Lines = (
    # Apple
    ("550 5.1.1 <ada@example.org>: user does not exist", None, "mailbox_unknown"),
    ("550 5.1.1 <ada@example.org>: user lookup success but no user record found", None, "mailbox_unknown"),
    ("550 5.1.1 <ada@example.org>: inactive email address", None, "mailbox_disabled"),
    ("552 5.2.2 <ada@example.org>: user is over quota", None, "mailbox_full"),
    ("554 st11p00im-smtpin013.me.com ESMTP not accepting connections", None, "sender_blocked"),
    ("421 4.7.1 Messages to ada@example.org deferred due to excessive volume. Try again later", None, "rate_limited"),
    ("550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/HT204137", None, "policy_rejected"),
    ("550 5.7.1 Your message was rejected due to example.org DMARC policy.", None, "authentication_failed"),
    # France
    ("550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR204_416 [416]", None, "mailbox_unknown"),
    ("552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]", None, "mailbox_full"),
    ("550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]", None, "content_rejected"),
    ("550 5.7.1 Mail rejete. Mail rejected. OFR005_506 [506]", None, "content_rejected"),
    ("421 Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104 [104]", None, "rate_limited"),
    ("550 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 [102]", None, "sender_blocked"),
    ("421 Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR004_105 [105]", None, "sender_blocked"),
    ("550 5.5.0 Service refuse. Veuillez essayer plus tard. service refused, please try later. LPN001_108", None, "sender_blocked"),
    ("550 5.5.0 Le compte du destinataire est bloque. The recipient account is blocked. LPN007_426", None, "mailbox_disabled"),
    ("550 5.5.0 SPF: 192.0.2.1 is not allowed to send mail. LPN004_401", None, "authentication_failed"),
    ("421 too many errors from your ip (192.0.2.1), please visit http://postmaster.free.fr/", None, "rate_limited"),
    ("551 5.7.1 Message considere comme spam", None, "content_rejected"),
    # Germany
    ("554-gmx.example (mxgmx104) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is block listed.", None, "sender_blocked"),
    ("554-No SMTP service 554-Bad DNS PTR resource record.", None, "sender_blocked"),
    ("550 Reject due to SPF policy. The originating IP of the message is not permitted by the domain owner", None, "authentication_failed"),
    ("421 Rate limit reached. Please try again later", None, "rate_limited"),
    ("450 Reject due to policy violations.", None, "sender_blocked"),
    ("554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact tosa@example.org to clarify.) (BL)", None, "sender_blocked"),
    ("552 5.2.2 user has exhausted allowed storage space", None, "mailbox_full"),
    ("554 5.2.2 Benutzer hat das Speichervolumen ueberschritten. / User has exhausted allowed storage space.", None, "mailbox_full"),
    ("550 Benutzer hat zuviele Mails auf dem Server. / User has too many messages on the server.", None, "mailbox_full"),
    # Italy
    ("550 5.1.1 unknown or illegal alias: ada@example.org", None, "mailbox_unknown"),
    ("550 5.1.1 User unknown; rejecting", None, "mailbox_unknown"),
    ("550 Relay Disabled", None, "policy_rejected"),
    ("500 5.5.2 bad chars in command", None, "protocol_error"),
    ("552 5.2.2 user is over quota", None, "mailbox_full"),
    # The North and the Baltic
    ("452 4.5.0 policy based throttling ([192.0.2.1])", None, "rate_limited"),
    ("550 5.1.1 User: <ada@example.org> unknown", None, "mailbox_unknown"),
    ("550 User: <ada@example.org> unknown", None, "mailbox_unknown"),
    ("554 5.7.1 rejected: Inactive user", None, "mailbox_disabled"),
    ("550 5.1.1 <ada@example.org>... User unknown", None, "mailbox_unknown"),
    ("451 4.7.3 Please try again later. IP greylisted.", None, "rate_limited"),
    # Russia
    ("550 Message was not accepted -- invalid mailbox. Local mailbox ada@example.org is unavailable: user not found", None, "mailbox_unknown"),
    ("550 Message was not accepted -- invalid mailbox. Local mailbox ada@example.org is unavailable: account is disabled", None, "mailbox_disabled"),
    ("550 message sending for this account is disabled", None, "policy_rejected"),
    ("550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=a1", None, "content_rejected"),
    ("550 Access from ip address 192.0.2.1 blocked. Visit http://help.mail.ru/notspam-support", None, "sender_blocked"),
    ("550 5.7.1 No such user!", None, "mailbox_unknown"),
    ("554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc", None, "content_rejected"),
    ("550 5.7.1 Policy rejection on the target address", None, "mailbox_disabled"),
    ("552 5.2.2 Mailbox size limit exceeded", None, "mailbox_full"),
    ("550 5.7.1 This message was not accepted due to domain owner DMARC policy (RFC 7489)", None, "authentication_failed"),
    # China
    ("550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728", None, "mailbox_unknown"),
    ("550 Mailbox unavailable or access denied. http://service.mail.qq.com/cgi-bin/help?id=20022&&no=1000726", None, "rate_limited"),
    ("550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726", None, "content_rejected"),
    ("550 Ip frequency limited. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000725", None, "rate_limited"),
    ("550 Domain frequency limited.", None, "rate_limited"),
    ("550 SPF check failed.", None, "authentication_failed"),
    ("421 HL:REP 163 smtp1,a1 http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.1", None, "sender_blocked"),
    ("421 HL:ICC 163 smtp1,a1", None, "rate_limited"),
    ("450 MI:DMC 163 smtp1,a1", None, "rate_limited"),
    ("450 DT:RBL 163 smtp1,a1", None, "sender_blocked"),
    ("550 MI:SPF 163 smtp1,a1", None, "authentication_failed"),
    ("554 DT:SPM 163 smtp1,a1 please see http://mail.163.com/help", None, "content_rejected"),
    ("550 RP:TRC 163 smtp1,a1", None, "rate_limited"),
    ("550 MI:STC 163 smtp1,a1", None, "rate_limited"),
    ("554 HL:IPB 163 smtp1,a1", None, "sender_blocked"),
    ("554 HL:IFQ 163 smtp1,a1", None, "rate_limited"),
    ("550 Invalid User: ada@example.org", None, "mailbox_unknown"),
    ("550 User suspended", None, "mailbox_disabled"),
    ("550 User in blacklist", None, "policy_rejected"),
    ("554 IP is rejected, smtp auth error limit exceed", None, "sender_blocked"),
    ("552 Requested mail action aborted: exceed mailsize limit", None, "message_too_large"),
    ("554 RCPT (ada@example.org) dosn't exist", None, "mailbox_unknown"),
    # North America, and others
    ("554 IMTA10 cox 192.0.2.1 blocked. Error Code: CXBL", None, "sender_blocked"),
    ("554 cox 192.0.2.1 blocked. Error Code: IPBL0001. See http://postmaster.cox.net", None, "sender_blocked"),
    ("550 <jobs@example.org> message rejected. Refer to Error Codes section. AUP#CXSNDR", None, "authentication_failed"),
    ("452 <jobs@example.org> sender rejected. Refer to Error Codes section. AUP#CXMXRT", None, "rate_limited"),
    ("554 cox cox 192.0.2.1 rejected - no rDNS. Refer to Error Codes section. AUP#CXDNS", None, "sender_blocked"),
    ("550 5.1.0 <jobs@example.org> sender rejected : AUP#In-1310", None, "sender_blocked"),
    ("554 imp.example ESMTP server not available AUP#I-1010", None, "sender_blocked"),
    ("550 5.1.1 sorry, no mailbox here by that name", None, "mailbox_unknown"),
    ("451 4.7.1 Received too many messages from a new or untrusted IP (G28)", None, "rate_limited"),
    ("450 4.2.1 <ada@example.org>: Mailbox received too much email in a short period of time (G30)", None, "rate_limited"),
    ("450 4.7.1 Client host 192.0.2.1 has no PTR record (G1F)", None, "sender_blocked"),
    ("550 5.4.6 Unusual sending activity detected. Please try after sometime", None, "rate_limited"),
    ("553 Relaying disallowed as ada@example.org", None, "policy_rejected"),
    ("554 Connection refused. 192.0.2.1 has a poor reputation on Cloudmark. IB103", None, "sender_blocked"),
    ("550 5.1.1 <ada@example.org>: Recipient address rejected: Address does not exist", None, "mailbox_unknown"),
    ("The mail server could not deliver mail to ada@example.org. The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.", None, "domain_unknown"),
    ("550-The mail server could not deliver mail to ada@example.org. The account 550-or domain may not exist, they may be blacklisted, or missing the proper dns 550 entries.", None, "domain_unknown"),
    ("550-Verification failed for <jobs@example.org> 550-The mail server could not deliver mail to jobs@example.org. The account 550-or domain may not exist, they may be blacklisted, or missing the proper dns 550-entries. 550 Sender verify failed", None, "policy_rejected"),
)  # fmt: skip
WITH_SERVER = (
    ("550 Requested action not taken: mailbox unavailable", "mx00.mail.com", "mailbox_unknown"),
    ("550 Requested action not taken: mailbox unavailable", "mx00.kundenserver.de", "mailbox_unknown"),
    ("550 Requested action not taken: mailbox unavailable", "mx.example.org", "undetermined"),
    ("450 Requested action not taken: mailbox unavailable", "mx00.mail.com", "server_unavailable"),
    ("550 Unknown user ada@example.org", "mfsmax.docomo.ne.jp", "policy_rejected"),
    ("550 Unknown user ada@example.org", "mx.example.org", "mailbox_unknown"),
    ("550 : User unknown", "lsean.ezweb.ne.jp. (192.0.2.1, the server for the domain ezweb.ne.jp.)", "policy_rejected"),
    ("550 <ada@example.org>: User unknown", "lsean.ezweb.ne.jp", "mailbox_unknown"),
    ("552 Too much mail data ada@example.org", "mfsmax.docomo.ne.jp", "mailbox_full"),
    ("552 Too much mail data ada@example.org", "mx.example.org", "undetermined"),
    ("550 Invalid recipient: <ada@example.org>", "mx.softbank.jp", "mailbox_unknown"),
    ("550 5.1.1 <ada@example.org>: unauthorized sender", "smtp1.privaterelay.appleid.com", "policy_rejected"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "status", "reason"), LINES)
def test_the_provider_means(words: str, status: str | None, reason: str):
    assert reason_of(words, status) == reason


@pytest.mark.parametrize(("words", "remote_mta", "reason"), WITH_SERVER)
def test_the_server_that_says_so_decides_what_it_means(words: str, remote_mta: str, reason: str):
    assert reason_of(words, None, remote_mta) == reason
    host = remote_mta.split()[0].rstrip(".")
    assert reason_of(f"host {host}[192.0.2.1] said: {words}", None) == reason


def test_a_profile_may_believe_japanese_carriers():
    evidence = Evidence.gather("550 Unknown user", remote_mta="mfsmax.docomo.ne.jp")
    assert classify(evidence).reason == "policy_rejected"
    assert classify(evidence, Profile(believe_carriers=True)).reason == "mailbox_unknown"


def test_who_knows_japanese_candidates_may_believe_their_carriers():
    words = "550 Unknown user ada@docomo.ne.jp"
    evidence = Evidence.gather(words, remote_mta="mfsmax.docomo.ne.jp")
    assert classify(evidence, Profile()).reason == "policy_rejected"
    believing = Profile.of({"DELIVERYLEDGER_BELIEVE_CARRIERS": "1"})
    assert classify(evidence, believing).reason == "mailbox_unknown"
