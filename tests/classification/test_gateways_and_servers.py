"""Security gateways, and mail servers that anybody may run: lines after their documentation."""

# ruff: noqa: E501 (a server's line is one line)

import pytest

from deliveryledger.classification import Evidence, classify
from tests.classification.lines import Lines, reason_of

LINES: Lines = (
    # Mimecast
    ("550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550", None, "mailbox_unknown"),
    ("550 Administrative prohibition - envelope blocked - https://community.mimecast.com/docs/DOC-1369#550", None, "policy_rejected"),
    ("550 Rejected by header-based Anti-Spoofing policy: jobs@example.org", None, "policy_rejected"),
    ("550 Envelope blocked - User Domain Entry", None, "policy_rejected"),
    ("550 csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com", None, "sender_blocked"),
    ("550 Local CT IP Reputation Policy - (Reject)", None, "sender_blocked"),
    ("421 Sender address blocked", None, "sender_blocked"),
    ("451 Internal resources are temporarily unavailable", None, "rate_limited"),
    ("451 IP temporarily blacklisted", None, "sender_blocked"),
    ("554 Email rejected due to security policies - MCSpamSignature.sa.16.4", None, "content_rejected"),
    ("554 Maximum email size exceeded.", None, "message_too_large"),
    ("550 Message bounced due to Content Examination Policy", None, "content_rejected"),
    ("554 Mail loop detected", None, "routing_error"),
    # Proofpoint
    ("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", None, "sender_blocked"),
    ("550 5.7.0 Local Policy Violation", None, "policy_rejected"),
    ("550 5.7.1 <ada@example.org>: Recipient address rejected: User email address is marked as invalid.", None, "mailbox_unknown"),
    ("550 5.1.1 User Unknown", None, "mailbox_unknown"),
    ("452 4.3.1 Insufficient system resources", "4.3.1", "server_unavailable"),
    # Barracuda
    ("550 cuda_nsu 5.1.1 <ada@example.org> Recipient address rejected: User unknown", None, "mailbox_unknown"),
    ("550 No such user (ada@example.org)", None, "mailbox_unknown"),
    ("550 permanent failure for one or more recipients (ada@example.org:blocked)", None, "policy_rejected"),
    ("550 permanent failure for one or more recipients (ada@example.org:550 5.1.1 no such recipient)", None, "mailbox_unknown"),
    ("550 rejecting spoofed message", None, "authentication_failed"),
    ("554 Service unavailable; Client host [192.0.2.1] blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/", None, "sender_blocked"),
    ("550 Blocked", None, "undetermined"),
    # Cisco
    ("554 mx1.example.org Your access to this mail system has been rejected due to the sending MTA's poor reputation.", None, "sender_blocked"),
    ("550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.", None, "sender_blocked"),
    ("452 #4.5.3 Too many recipients", None, "rate_limited"),
    ("5.1.1 - Bad destination email address 550-'5.1.1 unknown recipient' (delivery attempts: 0)", "5.1.1", "mailbox_unknown"),
    ("5.1.0 - Unknown address error 550-'5.7.1 sender rejected by policy'", "5.1.0", "policy_rejected"),
    ("5.3.0 - Other mail system problem 554-'Message rejected as spam' (delivery attempts: 0)", "5.3.0", "content_rejected"),
    ("5.1.2 - Bad destination host 'DNS Hard Error looking up example.invalid (MX):  NXDomain'", "5.1.2", "domain_unknown"),
    ("5.4.7 - Delivery expired (message too old) 'timeout' (delivery attempts: 12)", "5.4.7", "server_unavailable"),
    # Symantec, Trend Micro, Hornetsecurity, lists
    ("553-Message filtered. Refer to the Troubleshooting page at http://www.symanteccloud.com/troubleshooting", None, "content_rejected"),
    ("501 Connection rejected by policy [7.7] 30510, please visit www.messagelabs.com/support", None, "sender_blocked"),
    ("553 you are trying to use me [server-1.example.org] as a relay, but I have not been configured to let you", None, "policy_rejected"),
    ("550-Invalid recipient <ada@example.org> (#5.1.1)", None, "mailbox_unknown"),
    ("550 Service unavailable; Client host [192.0.2.1] blocked using Trend Micro RBL+. Please see http://www.mail-abuse.com/cgi-bin/lookup", None, "sender_blocked"),
    ("554 5.5.4 IP sender address with a negative reputation", None, "sender_blocked"),
    ("554 5.6.2 Spam Link rejected", None, "content_rejected"),
    ("554 5.7.1 unknown domain or unknown recipient (LDAP check)", None, "policy_rejected"),
    ("550 5.7.1 unknown host", None, "policy_rejected"),
    ("550 5.7.1 The domain does not exist", "5.7.1", "policy_rejected"),
    ("550 5.1.7 No such domain", None, "policy_rejected"),
    ("550 5.1.8 unknown user", None, "policy_rejected"),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using ix.dnsbl.manitu.net", None, "sender_blocked"),
    ("550 Blocked by SORBS, see http://dnsbl.sorbs.net", None, "sender_blocked"),
    ("550 JunkMail rejected - see hostkarma.junkemailfilter.com", None, "sender_blocked"),
    ("550-REJECTED - Blacklisted URL in message. See http://lookup.uribl.com.", None, "content_rejected"),
    ("554 5.7.1 Message contains a URL listed by SURBL", None, "content_rejected"),
    # Postfix
    ("550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in virtual mailbox table", None, "mailbox_unknown"),
    ("550 5.1.1 <ada@example.org>: Recipient address rejected: undeliverable address: host said: 550 no such user", None, "mailbox_unknown"),
    ("450 4.1.1 <ada@example.org>: Recipient address rejected: unverified address: Address verification in progress", None, "server_unavailable"),
    ("554 5.7.1 <ada@example.org>: Recipient address rejected: Access denied", None, "policy_rejected"),
    ("550 5.1.8 <jobs@example.org>: Sender address rejected: Domain not found", None, "policy_rejected"),
    ("450 4.2.0 <ada@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example.org", None, "rate_limited"),
    ("450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", None, "sender_blocked"),
    ("504 5.5.2 <mail>: Helo command rejected: need fully-qualified hostname", None, "sender_blocked"),
    ("552 5.3.4 Message size exceeds fixed limit", None, "message_too_large"),
    ("Host or domain name not found. Name service error for name=example.invalid type=MX: Host not found", "5.4.4", "domain_unknown"),
    ("Host or domain name not found. Name service error for name=example.org type=MX: Host not found, try again", "4.4.3", "server_unavailable"),
    ("Domain example.org does not accept mail (nullMX)", "5.1.0", "domain_unknown"),
    ("connect to mx.example.org[192.0.2.1]:25: Connection timed out", "4.4.1", "server_unavailable"),
    ("lost connection with mx.example.org[192.0.2.1] while receiving the initial server greeting", "4.4.2", "server_unavailable"),
    ("mail for example.org loops back to myself", "5.4.6", "routing_error"),
    ("TLS is required, but was not offered by host mx.example.org[192.0.2.1]", "5.7.4", "protocol_error"),
    ("unknown user: \"ada\"", "5.1.1", "mailbox_unknown"),
    ("maildir delivery failed: error writing message: Disk quota exceeded", "5.2.2", "mailbox_full"),
    ("bad address syntax", "5.1.3", "address_malformed"),
    ("delivery temporarily suspended: connect to mx.example.org: Connection refused", "4.4.1", "server_unavailable"),
    # Vade, before Open-Xchange
    ("550 5.7.1 Connection refused - 192.0.2.1 blocked by Vade Threat List - OXSEU001_101", None, "sender_blocked"),
    ("550 5.7.1 Connection refused - OXSUS0001_105", None, "sender_blocked"),
    ("421 4.2.1 Connection deferred - OXSEU001_110", None, "rate_limited"),
    ("421 4.2.1 Connection deferred - OXSEU001_103", None, "server_unavailable"),
    ("550 5.7.1 Connection refused - OXSUS001_403", None, "policy_rejected"),
    # Trend Micro
    ("550 5.7.1 Your email messages have been blocked by the recipient OR by Trend Micro Email Reputation Service.", None, "sender_blocked"),
    ("Recipient address rejected: Mail from <192.0.2.1> was refused due to the sender IP found in ERS-DUL.", None, "sender_blocked"),
    # Who greets with a refusal
    ("554 mx.example.org ESMTP not accepting messages", None, "sender_blocked"),
    ("554 mx.example.org ESMTP not accepting connections", None, "sender_blocked"),
    ("554 mx.example.org 192.0.2.1 blocked.", None, "sender_blocked"),
    # Exim
    ("451 Could not complete recipient verify callout", None, "server_unavailable"),
    ("550 Could not complete sender verify callout", None, "policy_rejected"),
    ("550 Unrouteable address", None, "mailbox_unknown"),
    ("550 Unknown user", None, "mailbox_unknown"),
    ("all hosts for 'example.org' have been failing for a long time (and retry time not reached)", None, "server_unavailable"),
    ("retry timeout exceeded", None, "server_unavailable"),
    ("550 Verification failed for <jobs@example.org> 550 Sender verify failed", None, "policy_rejected"),
    ("all relevant MX records point to non-existent hosts", None, "domain_unknown"),
    ("550 Callout verification failed: 550 unknown user", None, "policy_rejected"),
    ("552 mailbox is full: retry timeout exceeded", None, "mailbox_full"),
    # Sendmail, qmail, Courier, others
    ("550 5.1.1 <ada@example.org>... User unknown", None, "mailbox_unknown"),
    ("550 5.1.2 <ada@example.invalid>... Host unknown (Name server: example.invalid: host not found)", None, "domain_unknown"),
    ("553 5.1.8 <jobs@example.org>... Domain of sender address jobs@example.org does not exist", None, "policy_rejected"),
    ("451 4.1.8 Domain of sender address jobs@example.org does not resolve", None, "policy_rejected"),
    ("550 5.7.1 <ada@example.org>... Relaying denied. Proper authentication required.", None, "policy_rejected"),
    ("554 5.3.5 Local configuration error", None, "server_unavailable"),
    ("554 5.0.0 MX list for example.org. points back to mx.example.org", "5.3.5", "server_unavailable"),
    ("Sorry, no mailbox here by that name. (#5.1.1)", None, "mailbox_unknown"),
    ("Sorry, I couldn't find any host named example.invalid. (#5.1.2)", None, "domain_unknown"),
    ("sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", None, "policy_rejected"),
    ("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)", None, "server_unavailable"),
    ("This message is looping: it already has my Delivered-To line. (#5.4.6)", None, "routing_error"),
    ("450 4.2.2 Mailbox full. I'm not going to try again; this message has been in the queue too long.", None, "mailbox_full"),
    ("User ada not listed in public Name & Address Book", None, "mailbox_unknown"),
    ("No matching directory entry for ada", None, "mailbox_unknown"),
    ("550 5.1.1 Mailbox \"ada\" does not exist", None, "mailbox_unknown"),
    ("550 5.2.1 The email address you entered has been deleted: account has been removed", None, "mailbox_unknown"),
    ("550 5.1.6 recipient no longer on server: ada@example.org", None, "mailbox_unknown"),
    ("Unable to deliver message after multiple retries, giving up.", None, "server_unavailable"),
    ("Delivery failed 10 attempts", None, "server_unavailable"),
    ("You are not a member of this mailing list", None, "policy_rejected"),
    ("550 5.7.1 Recipient doesn't want your mail", None, "policy_rejected"),
    ("550 Please use the smtp server of your ISP.", None, "sender_blocked"),
    ("550 5.7.1 Unauthenticated senders not allowed", None, "policy_rejected"),
    ("535 5.7.8 Error: authentication failed: invalid user or password", None, "policy_rejected"),
    ("500 5.5.1 Command unrecognized", None, "protocol_error"),
    ("554 5.7.1 Message scored too high: virus found", None, "content_rejected"),
    ("552 5.7.0 attachment type .exe is not allowed", None, "content_rejected"),
    ("554 5.7.7 too many equal X-headers", None, "content_rejected"),
    ("550 5.1.1 sorry, mailbox of sender unknown", None, "policy_rejected"),
    ("550 5.1.1 no such sender: user unknown", None, "policy_rejected"),
    ("553 5.1.0 MAIL FROM user unknown", None, "policy_rejected"),
    ("450 4.7.1 Too much mail from this host: user unknown counter", None, "rate_limited"),
    ("550 5.7.1 Your IP address was not found in DNS", "5.1.1", "policy_rejected"),
    ("421 4.3.2 Service not available, closing transmission channel", None, "server_unavailable"),
    ("550 5.7.1 You are not allowed to contact this user", None, "policy_rejected"),
    ("550 5.2.1 This mailbox has been suspended and will be removed: unknown address after that", None, "mailbox_disabled"),
    ("550 5.2.2 mailbox exceeded its limit; recipient unknown to quota service", None, "mailbox_full"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "status", "reason"), LINES)
def test_the_gateway_or_server_means(words: str, status: str | None, reason: str):
    assert reason_of(words, status) == reason


@pytest.mark.parametrize(
    "words",
    [
        "SMTP error from remote mail server after MAIL FROM:<jobs@example.org> SIZE=1543: 550 5.1.7 No such domain",
        "SMTP error from remote mail server after pipelined MAIL FROM:<jobs@example.org>: 550 user unknown",
        "SMTP error from remote mail server after initial connection: 554 5.1.1 no such user",
        "host mx.example.org[192.0.2.1] refused to talk to me: 550 5.1.1 no such user",
        "550 5.1.1 user unknown (in reply to MAIL FROM command)",
        "550 5.1.1 user unknown (in reply to HELO command)",
    ],
)
def test_a_refusal_before_the_recipient_was_named_is_never_hard(words: str):
    assert classify(Evidence.gather(words)).reason == "policy_rejected"


@pytest.mark.parametrize(
    "words",
    [
        "SMTP error from remote mail server after RCPT TO:<ada@example.org>: 550 user unknown",
        "SMTP error from remote mail server after end of data: 550 no such user",
        "550 user unknown (in reply to end of DATA command)",
    ],
)
def test_an_unknown_user_is_one_after_data_too(words: str):
    assert classify(Evidence.gather(words)).reason == "mailbox_unknown"
