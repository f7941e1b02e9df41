"""Families of words that remote servers use, whoever they are.

The order is the point: what is about the sender, the content or the traffic comes before "unknown user",
because those texts name users and addresses too, and a false hard bounce silences a living candidate.

Text is ``Evidence.matchable``: lower case, single spaces, without addresses. Gaps are bounded
(``.{0,30}``), so that no text makes a search slow. Other languages: ``languages/``.
"""

from typing import Final

from ...domain.failure_reason import FailureReason as R
from . import WordRule

_BOX: Final = r"(?:user|mail[ -]?box|recipient|addressee|account|alias|inbox|person|(?<!ip )(?<!source )(?<!host )address)"
"""Words for the recipient's mailbox. An IP address is none; "e-mail" is as often the message."""
_NAME: Final = (
    r"(?: [\[(] ?[\])]|:? < ?>| (?!path|file|server|store|database|directory|agent|group|policy)\S+)?"
)
"""What may stand between a mailbox and what is said of it: a name, or what is left of an address."""
_ONE: Final = rf"{_BOX}\b(?! (?:error|group|policy|store|queue|format|information|state|agent|id|credentials|directory)\b)"
"""One mailbox: "invalid recipients" counts many, "unknown user group" is a configuration."""
_WE: Final = r"(?:ip|host|client|server|sender|network|connection|domain|you)"
"""Words for the side that sends."""
_SENDERS: Final = (
    r"(?:absender|exp\w{1,2}diteur|remitente|mittente|remetente|afzender|avs\w{1,2}ndar|afsender|avsender|l\w{1,2}hett\w{1,2}j|saatja|"
    r"отправител|відправник|nadawc|odes\w{1,2}latel|felad\w{1,2}|送信者|差出人|送信元|发件人|發件人|寄件者|寄件人|보낸 사람)"
)
"""Who sent it, in other languages; a letter may have become two."""
_MAIL: Final = r"(?:e-?mails?|mails?|messages?)"
_CODES: Final = r"\b55[0-4][ -](?:#?5\.[0-5]\.\d{1,3} )?"
_GAP: Final = r"(?:< ?>|\( ?\)|\[ ?\])"
"""What is left of an address in brackets."""
_OF_IT: Final = rf"{_CODES}{_GAP}?[:;,. -]{{0,3}}(?:is |was )?"
"""A reply up to where its address stood, with nothing said before it."""
_OF_NAMED: Final = rf"{_CODES}(?:{_GAP}|:)[:;,. -]{{0,3}}(?:is |was )?"
"""The same, where it is sure that an address stood there."""

PHRASES: Final[tuple[WordRule, ...]] = (
    # --- the sender -------------------------------------------------------------------------------
    WordRule("phrase.authentication", R.AUTHENTICATION_FAILED, (
        r"\bdmarc\b", r"\bspf\b.{0,30}(?:fail|reject|not|polic|invalid|none)", "sender policy framework",
        r"openspf\.", r"please see .{0,30}spf",
        r"(?:fail\w*|pass(?:ed)?|violat\w+)(?: \w+){0,4} (?:dkim|spf|sender id)\b",
        r"\bspf (?:record|settings|macro)", r"unauthenticated (?:e-?mail|message)\b", "fails authentication",
        "not have authentication information", r"\bauthenticate with .{0,20}(?:spf|dkim)",
        r"(?:e-?mail|message|sender) (?:is |was )?not authenticated", r"spoofed (?:message|sender|e-?mail|address)",
        r"\bdkim\b(?!-)", r"\barc (?:seal|signature|validation|check)", "level of authentication", r"\bsigning (?:domain|key)", r"\bspf\.",
    ), "RFC 7208, RFC 6376, RFC 7489, RFC 8617"),
    # A list of links that are in the content: nothing about the host that sends.
    WordRule("phrase.url_list", R.CONTENT_REJECTED, (
        r"\b(?:uribl|surbl|urbl|sribl|srbl|ivmuri)\b", r"(?:black|block)list\w* (?:url|uri|link|word|content)",
        r"\b(?:url|uri|link)s? .{0,25}(?:black|block)[ -]?list",
    ), "surbl.org, uribl.com: lists of domains in message bodies"),
    WordRule("phrase.block_list", R.SENDER_BLOCKED, (
        "spamhaus", "spamcop", r"barracuda(?:central|networks)", r"\bsorbs\b", "uceprotect", "invaluement",
        r"abuseat\.org", "senderbase", "senderscore", r"proofpoint\.com", "cloudmark", r"\b(?:dnsbl|rbl)s?\b",
        "abusix", "mailspike", "backscatterer", "spamrats", "surriel", "hostkarma", "junkemailfilter",
        r"\b(?:black|block|deny)[ -]?list", r"\bblacklisted", r"listed (?:at|in|on|by) [a-z0-9.-]{0,40}bl\b",
        r"block(?:ed)? list", "temporarily blocked", "part of their network is on our block", "spam source",
    ), "RFC 5782 and the lists' own texts"),
    WordRule("phrase.reputation", R.SENDER_BLOCKED, (
        r"(?:bad|poor|low|no|negative|your|ip|sender|domain) .{0,15}reputation", r"reputation (?:of|is|score|filter|too)",
        rf"\b{_WE}\b.{{0,25}}\bblocked", rf"\b{_WE}\b.{{0,25}}\bbanned", r"block(?:ed)? (?:your|ip)",
        r"(?:blocked|banned|rejected) (?:using|by (?:rbl|spam|our|ip)|due to (?:ip|abuse|reputation)|for abuse)",
        r"banned.{0,20} (?:ip|sending|host)", r"(?:sending|mail) (?:ip|server|host).{0,25}(?:refused|rejected|denied)",
        r"dynamic (?:ip|address|pool|host)", "residential ip", "dial-?up", r"unverif\w+ sending ips?", "spammer",
        r"use (?:the|your) (?:smtp|mail|outgoing)[ a-z]{0,20} of your", "smtp relay at your", "suspicious activity",
        rf"not accepting (?:any )?{_MAIL} from", r"\besmtp not accepting (?:connections|messages)",
        r"\d\.\d{1,3} (?:is |was |has been )?(?:blocked|banned)\b", "sending domain .{0,30}(?:blocked|refused|rejected)",
        rf"(?:refuse|not accept|n't accept|not allow\w*) (?:any )?(?:{_MAIL}|connections?) from (?:your|this|the) (?:ip|host|server|network)",
        rf"(?:{_MAIL}|connections?) from (?:your |this |the )?(?:ip|host|server|network|[\d.]{{7,15}})\b.{{0,40}}(?:blocked|refused|rejected|denied|not accepted)",
    ), "common MTA and filter texts"),
    WordRule("phrase.reverse_dns", R.SENDER_BLOCKED, (
        r"reverse[ -](?:dns|hostname|lookup|mapping|name)", r"\brdns\b", r"\bptr\b", r"access denied\. ip name lookup",
        r"client host.{0,40}(?:cannot find|not found|reject)", r"cannot find your (?:reverse )?hostname",
        r"(?:helo|ehlo).{0,40}(?:not found|reject|invalid|need fully)", r"invalid (?:helo|ehlo)", "forged helo", r"(?:helo|ehlo).{0,40}unknown",
        r"(?:invalid|unknown|illegal|bad|not found|not valid|not exist)\b.{0,30}\b(?:helo|ehlo)\b", "unknown client", r"(?:your|for) (?:helo|ehlo)\b",
        r"\bconnecting (?:host|ip|client|server|from)\b",
    ), "RFC 7372 X.7.25; Postfix reject_unknown_client_hostname"),
    # --- traffic, size, space ---------------------------------------------------------------------
    WordRule("phrase.rate", R.RATE_LIMITED, (
        r"gr[ea]y[ -]?list", r"rate[ -]?limit", "throttl", r"(?:sending|connection|message|mail) rate", "slow down",
        r"too many (?:connections|messages(?! (?:in|on) (?:this|the|their) (?:mail ?box|inbox|server))|mails?|e-?mails|recipients|concurrent|sessions|errors|unknown|invalid|bad|simultaneous|failed|rejected|non-?existent)",
        r"(?:\bmany|\bhigh|number of|rate of|ratio|percentage|threshold)\b.{0,30}\b(?:users|recipients|addresses|mailboxes|accounts)\b",
        r"(?:users|recipients|addresses|accounts) (?:ratio|rate)\b", r"\bharvest",
        r"(?:exceed\w*|reached|over) .{0,30}(?:rate|messages per|e-?mails per|connection|sending limit|daily|hourly)",
        r"unusual(?:ly)? (?:high )?(?:rate|amount|volume)", "unexpected volume", "mail flood", "server busy",
        r"again (?:at a )?slower", rf"receiv(?:ing|ed) (?:too (?:much|many) )?{_MAIL} (?:at a rate|too|in a short)",
        r"too (?:much|many) (?:e-?)?mails? (?:in|from|to)", "deferred due to user complaints", "too fast", "too frequent",
        r"(?:sending|submission|outgoing|outbound|hourly|daily|smtp|sender's?) (?:message |mail |e-?mail |recipient )?(?:quota|limit)",
        r"(?:e-?mail|message|recipient|connection|session)s? limit(?:s|ed)? (?:has been |was |is )?(?:reached|exceeded|per)",
        r"(?:e-?mails|messages|connections|recipients) per (?:second|minute|hour|day|session|connection)",
        r"(?:try|retry) (?:again )?(?:in|after) \d{1,6} ?(?:s|sec\w*|min\w*|hours?)\b", "frequency limit",
    ), "RFC 6647 greylisting; RFC 5248 X.7.28"),
    WordRule("phrase.box_size", R.MAILBOX_FULL, (
        r"(?:mail ?box|inbox|maildir|storage|disk) (?:size|space|limit|capacity|usage)\b.{0,30}(?:exc?eed|reach|full|over)",
        r"(?:exceed\w*|over|reached|above).{0,30}(?:mail ?box|inbox|maildir) (?:size|space|limit|capacity)",
        r"(?:mail ?box|inbox) (?:has |is |would )?(?:be )?exceed", "mail ?box is too large", "mail ?box[ _]full",
        r"too many messages (?:in|on) ", r"(?:allowed|maximum) (?:message count|number of messages)\b(?! per)",
    ), "RFC 3463 X.2.2: before the size of a message"),
    WordRule("phrase.size", R.MESSAGE_TOO_LARGE, (
        r"(?:message|mail|size|data|content|attachment|file)\b.{0,30}too (?:big|large)", "size limit",
        r"(?:message|mail|data|content|attachment|file|size) (?:is |was |are )?(?:much )?too long",
        r"(?:message|mail|size|attachment|file)\b.{0,30}(?:larger than|oversize)", "length exceeds administrative",
        r"(?:message|mail|size|attachment|file)\b.{0,30}exceed\w* .{0,30}(?:size|fixed|administrative|max(?!\w* (?:time|age|number|hop)))",
        r"(?:exceed\w*|maximum|max) (?:[\w'-]+ ){0,3}(?:message|e-?mail|file) ?size", "mailsize limit",
    ), "RFC 1870; RFC 3463 X.2.3, X.3.4"),
    WordRule("phrase.quota", R.MAILBOX_FULL, (
        "quota", r"(?:mail|box|folder|account|user|recipient|maildrop)\b.{0,25}\bfull\b", "full mail ?box",
        r"(?:not enough|insufficient|no|out of) (?:disk |mail(?:box)? |storage |system |more )?space",
        r"(?:exceed\w*|exhausted|over|reached|above).{0,30}(?:storage|mailbox size|disk usage|capacity|allotted|allocation)",
        r"(?:storage|mailbox|capacity).{0,25} exceed", "insufficient system storage", r"storage (?:is )?full",
        r"(?:not|n't) (?:have )?enough (?:disk|storage)? ?space", "space not enough", "space has (?:been )?used up", r"(?:mail ?box|inbox|account) (?:is )?over (?:the |its )?limit", "storage limit", "out of storage", r"receive any ?more (?:e-?mail|mail|message)",
    ), "RFC 3463 X.2.2; RFC 5321 4.2.3 code 452"),
    # --- what the sender may not do, or is not ----------------------------------------------------
    WordRule("phrase.relay", R.POLICY_REJECTED, (
        r"relay(?:ing|s)? (?:is |access )?(?:not |de|pro|dis)?(?:denied|permitted|allowed|prohibited|authorized|nied|hibited)",
        "unable to relay", r"relay(?:ing)? (?:to|from|for|of)\b.{0,40}(?:denied|not|prohibited|refused)", r"(?:not|n't) (?:\w+ to )?relay", "relay attempt", "open relay", "rcpthosts",
        "must authenticate", r"authentication (?:is )?(?:required|fail|credentials|unsuccessful|error|data)", "password",
        "failed to authenticate", r"\bcredentials\b", r"\blogin\b", r"\bauth (?:user|login|id|backend)\b", r"\bauthenticated (?:user|as|account)\b",
        r"as (?:a|your) relay", "unauthenticated sender", r"need to authenticate",
    ), "RFC 5321 7.4; RFC 4954; qmail rcpthosts"),
    WordRule("phrase.sender", R.POLICY_REJECTED, (
        r"\bsender'?s?:? (?:e-?mail |account|address|domain|verif|reject|refus|denied|not|is|has|does|mailbox|was|unknown|invalid|blocked|user)",
        r"(?:unknown|invalid|bad|blocked|unverified|forged|fake|unauthori[sz]ed|no such|banned) (?:envelope )?sender",
        r"\bmail ?from\b", r"(?:domain|address|mailbox) of (?:the )?sender", r"\boriginator\b",
        r"\bfrom[: -]? ?(?:address|domain|header|field)\b", r"(?:sender|from) user unknown", r"\bsending from\b",
        r"\b(?:return|bounce) (?:e-?mail )?address", r"\byour (?:\w+ )?address\b(?! book)", r"\(sender\)", r"\bsubmitt(?:er|ing)\b",
        r"\bexternal (?:senders?|mail|e-?mail|use|users?)\b",
        r"(?:envelope|your)[ -](?:sender|from|e-?mail address|domain|account|server|host)", r"return[ -]?path",
        r"reverse[ -]?path", "callback", r"(?<!recipient )(?<!recipient verify )callout", r"\breply-to\b", r"\bsending (?:host|server|domain|system|account|user|address|mailbox)\b", r"\byou are not\b", r"not (?:allowed|permitted|authorized) to (?:send|use)\b",
        r"only accepts? (?:mail|messages) from", r"(?:sender|you) (?:is |are )?not on .{0,20}(?:list|allowed)",
    ), "RFC 3463 X.1.7, X.1.8; Exim sender verification"),
    WordRule("phrase.sender_translated", R.POLICY_REJECTED, (
        rf"[\[(/\uff08][^()]{{0,40}}{_SENDERS}", rf" - (?:\w+ )?{_SENDERS}",
    ), "English words with their translation behind them, as in Exchange's reports and at Chinese providers"),
    WordRule("phrase.content", R.CONTENT_REJECTED, (
        r"\bspam", "junk mail", "unsolicited", r"\b(?:virus|viruses|malware|infected|phishing|trojan)\b",
        r"content (?:reject|filter|not|is|restrict|policy)", r"(?:message|mail) content", "high probability of",
        r"(?:prohibited|forbidden|disallowed|illegal|dangerous|blocked|banned|unsafe) (?:attachment|file|content)",
        r"attachment.{0,30}(?:not|reject|block|prohibit|type)", r"(?:bare|illegal) (?:lf|newline|line)",
        r"(?:invalid|missing|malformed|duplicate|multiple|bad) .{0,15}(?:headers?|mime|message-id)\b",
        r"rfc ?5?[28]22\b(?!;)", r"not (?:rfc|compliant)", r"message (?:looks|scored|identified)", "line too long",
        "smtputf8", "addresses in from", r"\bheader\b.{0,20}invalid", r"\b(?:(?:hyper)?link|url|body|message-id)\b.{0,40}(?:domain|host)\b",
        r"\b(?:domain|host) (?:\w+ ){0,3}(?:link|url|body|headers?|message-id|attachment)\b", r"too many .{0,20}headers", r"(?:message|mail) filtered",
        r"message (?:was |has been )?(?:quarantined|discarded)",
    ), "RFC 3463 X.6, X.7.0; SpamAssassin, Rspamd, Amavis"),
    # --- the receiver's system --------------------------------------------------------------------
    WordRule("phrase.policy", R.POLICY_REJECTED, (
        r"(?:local|security|site|administrative|company|organization|due to|for|our|by) polic(?:y|ies)",
        r"polic(?:y|ies) (?:reasons?|violat\w+|reject|restrict)", r"administrative(?:ly)? prohibit(?:ed|ion)",
        r"prohibited by (?:the )?admin", "not have permission", r"\brestricted", r"\bmoderat(?:ed|ion)",
        rf"{_BOX}\b.{{0,25}}(?:does not|doesn't|only) accept", r"recipients? (?:has|have) (?:blocked|rejected)",
        r"(?:refused|rejected) by (?:the )?(?:recipient|user|administrator|destination)", "access denied",
        r"members? only", r"(?:not|n't) (?:an? )?(?:\w+ ){0,2}(?:member|subscriber)\b(?! of domain)", "not subscribed",
        r"only (?:members|subscribers)", r"to (?:this|the) (?:group|list)\b", "challenge",
        r"\b(?:transport|local) rule\b",
        r"(?:not|n't) (?:found|known|listed|recogni[sz]ed|present) (?:on|in|to|by) (?:\w+ ){0,2}(?:(?:white|allow)?[ -]?list(?:s|ed)?|group|contacts|address ?book|recipient)\b(?! of (?:valid|known|local)| (?:table|map|list|dir|data))",
        r"unknown (?:to|by) (?:\w+ )?(?:recipient|list|group)\b", r"from (?:\w+ ){0,2}(?:unknown|non-?existent)\b", "recipient (?:does not|doesn't) want", r"not allowed to (?:e-?mail|contact|post)",
    ), "RFC 3463 X.7.1, X.7.2"),
    WordRule("phrase.protocol", R.PROTOCOL_ERROR, (
        "starttls", r"\bcertificate\b", r"\btlsa\b", r"\bzertifikat", r"\bcertificat[ o]", r"\bcertificado", r"\b(?:tls|ssl|encryption)\b.{0,30}(?:required|fail|error|handshake|not)",
        r"(?:not|n't) support (?:\w+ )?(?:tls|ssl|encryption)", r"command (?:not|un|out|rejected)",
        "bad sequence", r"syntax error(?! in (?:recipient|mailbox|address))", r"unrecogni[sz]ed command",
        r"protocol (?:error|violation)", r"synchroni[sz]ation error", "pipelining",
    ), "RFC 5321 4.2.2; RFC 3207"),
    WordRule("phrase.loop", R.ROUTING_ERROR, (
        "too many hops", "hop count", r"mail(?:er)? loop", r"\bloops? back", "loop detected", "routing loop",
        "forwarding loop", "too many received", r"is looping",
    ), "RFC 5321 6.3"),
    WordRule("phrase.cannot_tell", R.SERVER_UNAVAILABLE, (
        r"unverified", r"recipient (?:verify )?callout", r"(?:unable to|cannot|could not) verify", r"verification (?:failed|in progress)",
        r"(?:lookup|dns|name server|name service|resolv\w+|directory|ldap|database).{0,40}(?:time[ds]?[ -]?out|temporar)",
        r"(?:lookup|dns|name server|name service|resolv\w+|directory|ldap|database).{0,40}(?:tempfail|servfail|unavailable)",
        "not found, try again", r"found in (?:the )?cache", r"server (?:could not|couldn't|cannot|can't) be found", "unexpected name server reply", "server failure",
        r"(?:dns|name) ?server (?:\w+ ){0,2}(?:not|no) (?:answer|respon|reach)",
        r"(?:server|backend|database|store|directory|service) (?:is )?(?:offline|down|unreachable|unavailable|not available)\b",
        r"\bexit (?:status|code) 75\b", r"mail ?box directory", "trouble in home directory", "may not exist", r"\bsoft (?:fail|error)", "no valid recipients", "retry time not reached", "no answer from", "smtp timeout",
        r"temporary (?:lookup|dns|name|local|failure|system|server|problem|error)",
    ), "RFC 3463 X.4.3; Postfix unverified_recipient_reject_code"),
    # --- the recipient ----------------------------------------------------------------------------
    WordRule("phrase.disabled", R.MAILBOX_DISABLED, (
        rf"{_BOX}\b.{{0,25}}\b(?:disabled|suspended|deactivated|inactive|locked|frozen|dormant|expired)\b",
        rf"{_BOX}\b.{{0,25}}\b(?:not active|on hold|blocked|cancel+ed|closed|terminated|discontinued|not activated)\b",
        rf"(?:disabled|suspended|deactivated|inactive|locked|dormant|expired|blocked|closed|frozen) (?:[\w-]+ )?(?:mbox|{_BOX})",
        r"not accepting (?:any )?(?:mail|messages|e-?mail)", r"\b(?:user|account|mailbox) (?:is |was |has been )?banned", r"\binactivity\b", r"not an active (?:address|account|user|mailbox)", "inactive on this domain",
        r"never logged (?:in|on)", r"(?:not|n't) (?:entered|logged in|signed in) .{0,20}(?:days|months|year)", "mail receiving disabled", r"not been (?:used|active|collected)",
    ), "RFC 3463 X.2.1, X.7.13"),
    # Who is unknown for a while is known.
    WordRule("phrase.temporary", R.SERVER_UNAVAILABLE, (
        r"\btemporar(?:y|ily)\b", r"(?:try|come|retry) (?:back |again )?later\b",
        r"\b(?:at this time|right now|at the moment|in progress)\b", r"(?:local|internal) (?:error|problem|failure)",
    ), "RFC 3463 2: persistent transient failure; RFC 5321 4.2.3 code 451"),
    WordRule("phrase.domain_unknown", R.DOMAIN_UNKNOWN, (
        "nxdomain", r"null ?mx", r"\bdomain\b.{0,40}(?:not exist|doesn't exist|non-?existent|not found|unknown)",
        r"\bdomain\b.{0,40}(?:does not|doesn't) accept",
        r"\bdomain\b.{0,40}(?:no valid mx|has no (?:mx|mail)|invalid|n[o']t valid)",
        r"(?:unknown|no such|invalid|non-?existent|bad|illegal) (?:domain|host\b|system)", "host unknown",
        r"\bhost(?: or domain name|name)?\b.{0,20}(?:unknown|not found|not exist|not known|not accept mail)",
        r"no (?:mx|mail exchanger|route to domain|mail host)", "no address associated with", r"unrout\w+ (?:mail )?domain",
        "name or service not known", "mx records point to non-existent", "couldn't find any host", r"no mail ?servers? (?:appear|exist|found|could be found)",
        r"(?:couldn't|could not) find (?:a|any) mail exchanger",
        r"not receive (?:e-?)?mail", "indicated no smtp service", "domain (?:is )?not used for (?:e-?)?mail", r"\bdomain\b.{0,40}(?:could not|couldn't|cannot|can't) be found",
        r"(?:unable to|cannot|could not|couldn't|not able to) find (?:the )?(?:recipient |destination )?domain",
    ), "RFC 7505; RFC 3463 X.1.2; Postfix, Exim, qmail DNS texts"),
    WordRule("phrase.address_malformed", R.ADDRESS_MALFORMED, (
        r"(?:bad|invalid|malformed|illegal) (?:recipient )?(?:address|mailbox) (?:syntax|format)", "malformed address",
        r"syntax error in (?:recipient|mailbox|address)", "bad address syntax", "invalid recipient syntax",
        r"(?:address|mailbox) (?:has |contains )?(?:bad|invalid|illegal) (?:syntax|character)",
    ), "RFC 3463 X.1.3"),
    WordRule("phrase.unknown_user", R.MAILBOX_UNKNOWN, (
        rf"\bunknown (?:[\w-]+ )?{_ONE}", rf"\bno such (?:\w+ )?(?:{_ONE}|(?:local|name|part|one|id|mail ?drop)\b)", "unknown local part",
        rf"\b(?:invalid|illegal) (?:or \w+ )?(?:[\w-]+ )?(?:{_ONE}|rcpt)", rf"\b(?:unrout\w*able|non[ -]?exist\w+) (?:[\w-]+ )?{_ONE}",
        rf"not (?:a |an )?(?:valid|known|recogni[sz]ed|registered|existing) (?:[\w-]+ )?{_BOX}", rf"(?:unrecogni[sz]ed|incorrect|dead|no valid) {_ONE}",
        r"\binvalid[_-](?:recipient|user|mailbox)", r"\brecip(?:ient)?notfound\b", "not a local user and no forwarding", r"\bnot (?:a )?user of this (?:server|system|domain)", r"bad destination (?:mailbox|e-?mail|address)", r"user[ _]?unknown", r"no[ _-]?such[ _-]?user", "validrcptto", r"(?:address|user|recipient|mailbox)_not_found",
        r"\bwrong (?:recipient|mail ?box|e-?mail address)", "invalid (?:final )?delivery user",
        rf"\bunknown or \w+ {_BOX}", "no matches to nameserver query",
    ), "RFC 5321 4.2.3 codes 550, 553; RFC 3463 X.1.1"),
    WordRule("phrase.user_not_found", R.MAILBOX_UNKNOWN, (
        rf"{_BOX}\b{_NAME}(?: is| was| are| or \w+ is)?(?: ?:|\.| -|,)? ?(?:unknown|unrecogni[sz]ed|unrouteable|unroutable|invalid\b)",
        rf"{_BOX}\b{_NAME}(?: is| was| are)? ?not (?:known|found|exist|recogni[sz]ed|valid|listed|a valid|our customer|local|here)",
        rf"{_BOX}\b.{{0,40}}(?:not|n't|never) (?:\w+ )?exist", rf"{_BOX}\b.{{0,40}}(?:not|n't) be found",
        rf"{_BOX}\b.{{0,40}}(?:was not|wasn't|isn't|not been) found", r"not listed in (?:domino|public|the dir)",
        rf"{_BOX}\b.{{0,20}} not (?:present )?in (?:our|the|my|this) (?:\w+ )?(?:directory|database|system)",
        r"\bnot in (?:the |our )?recipient (?:list|table|map)",
        r"(?:not|n't) in my list of (?:allowed|valid|local) (?:recipients|users|addresses)",
        r"\b(?:all|following|destination|these) (?:recipients|addresses|users) (?:are|were) (?:unknown|invalid)",
        r"(?:user|mail|recipient|mailbox)[ -]?name (?:is |was )?not (?:found|known|recogni[sz]ed)",
        r"\b(?:un|not )known at this (?:site|host|server|domain)",
        r"(?:user|recipient|mail ?box|account)\b.{0,3}(?: is| was)? not registered\b(?! (?:to send|sender))", r"e-?mail address (?:\S+ ){0,4}(?:is )?not registered\b",
        rf"(?:not|n't) exists? (?:that|this|the|such) {_BOX}",
    ), "RFC 3463 X.1.1"),
    WordRule("phrase.user_gone", R.MAILBOX_UNKNOWN, (
        rf"{_BOX}\b.{{0,30}}(?:no longer|not in use)", rf"{_BOX}\b.{{0,25}}has (?:been )?(?:deleted|removed|moved)",
        rf"{_BOX}\b was (?:deleted|removed)", r"\bno mail ?box\Z", r"not (?:one of )?our (?:customer|user)",
        r"(?:unable to|cannot|could not|couldn't|can't|not) find (?:\w+ )?(?:user|mailbox|recipient|address|account)", "nobody here", r"no ?one (?:by|with|of) th(?:at|is)\b", r"not a member of domain", r"not found in (?:the )?(?:ldap|active directory)",
        r"(?:not|n't) have (?:an?|any|the|this|such an?) (?:\w+ )?(?:user|mailbox|account|recipient)",
        r"no mail[ -]?box (?:here|by|with|found|available)", r"no (?:account|user|recipient|person)s? (?:by|with|here|of) ",
        r"not handle (?:e-?)?mail for (?:this|that) user", r"n't handle (?:e-?)?mail for (?:this|that) user",
        r"\bno (?:account|user|recipient|addressee)s? (?:was |were )?found",
        r"no longer (?:works|employed|an employee|with us|with the company)", r"left the (?:company|organi[sz]ation)",
        "matching directory entry",
    ), "RFC 3463 X.1.6; common MTA and directory texts"),
    WordRule("phrase.address_alone", R.MAILBOX_UNKNOWN, (
        rf"{_OF_IT}(?:does not|doesn't) exist\b(?! (?:on|in|at) (?:\w+ ){{0,3}}\w*list)", rf"{_OF_IT}not found(?=\W{{0,6}}\Z|[.,;!])",
        rf"{_OF_NAMED}(?:unknown|invalid)(?=\W{{0,6}}\Z|[.,;!])",
        rf"{_OF_IT}(?:no existe|non esiste|n\w{{1,2}}o existe|n'existe pas|existiert nicht|bestaat niet|finns inte|findes ikke|finnes ikke|nie istnieje|neexistuje|не существует)\b",
    ), "RFC 5321 4.2.3 code 550: of the address that stood there"),
    # --- not reached ------------------------------------------------------------------------------
    WordRule("phrase.unavailable", R.SERVER_UNAVAILABLE, (
        r"timed? ?out", r"(?:connection|connect|network|session|conversation)\b.{0,30}(?:refused|reset|dropped|lost|closed)",
        r"(?:connection|connect|network|session|conversation)\b.{0,30}(?:unreachable|fail|expired|abort)",
        "no route to host", r"(?:host|server) (?:is )?(?:down|unreachable)", "lost connection", "no answer",
        r"(?:host|server) (?:is not|does not|did not|not) respond", "not accepting connections", "socket error",
        r"(?:retry|queue|delivery) (?:time|timeout|limit).{0,20}(?:exceed|expired|over|not reached)", r"expired (?:in|after)",
        "message expired", "connection deferred", r"too (?:long|old).{0,20}queue", r"queue too long", "unable to connect",
        r"(?:not|n't) (?:be )?(?:connect|reach|contact)", "did not accept our requests", "failing for a long time",
        r"service (?:temporarily |currently )?(?:not |un)available", "try again later", r"temporar(?:y|ily)",
        r"system (?:error|failure)", r"internal (?:server )?error", r"local (?:error|configuration|problem)",
        "error in processing", "out of memory", r"disk (?:full|error)", r"i/o error", "lock failure",
        r"resources? (?:temporarily )?unavailable", r"cannot (?:open|append|create|write)",
        r"(?:failed|after|giv\w+ up).{0,20}\b(?:attempts|retries|tries)\b", "will be retried", "has been delayed",
        "lookup did not complete", "lowest numbered mx", r"(?:mail transport|mailer) error", "no route found",
        r"\b45\d\b.{0,60}mailbox unavailable",
        r"(?:not|n't) yet been delivered", r"delivery attempts will (?:be|continue)", r"will (?:keep|continue) (?:to )?try",
    ), "RFC 3463 X.3, X.4; RFC 5321 4.2.3 codes 421, 451"),
)  # fmt: skip
