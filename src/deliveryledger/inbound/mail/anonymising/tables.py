"""What anonymising keeps, because it is evidence and nobody's, and what becomes of each header."""

import re
from enum import Enum, auto
from typing import Final

from ....classification.rules.tables import WORD_RULES
from ..prose import signs


class Treatment(Enum):
    """What becomes of a header's value."""

    TEXT = auto()
    """Addresses, names, hosts and ids in it are replaced."""
    ID = auto()
    """What stands in angle brackets is replaced."""
    SUBJECT = auto()
    SHAPE = auto()
    """Letters and digits are replaced: the header is opaque, or nothing that a reader needs."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _names(text: str, treatment: Treatment) -> dict[str, Treatment]:
    return dict.fromkeys(text.split(), treatment)


HEADERS: Final = {
    **_names(
        """
        mime-version content-type content-transfer-encoding content-disposition
        content-language date resent-date auto-submitted precedence priority importance x-priority
        x-msmail-priority list-id from to cc bcc reply-to sender return-path errors-to resent-from
        resent-to resent-cc delivered-to envelope-to envelope-from x-envelope-from x-envelope-to
        x-original-to x-failed-recipients apparently-to received received-spf authentication-results
        organization organisation x-loop
        """,
        Treatment.TEXT,
    ),
    **_names(
        "message-id resent-message-id in-reply-to references content-id original-message-id", Treatment.ID
    ),
    **_names("subject thread-topic x-original-subject content-description", Treatment.SUBJECT),
}
"""By lower-case name. All others are text, of which evidence is made; in a returned message a shape."""
OPAQUE: Final = re.compile(
    r"(?:x-)?(?:google-)?dkim-.*|arc-.*|domainkey-.*|x-(?:google|gm|me|sg|ses|rp|mailgun|mandrill|mj|mtpmta|pstn)-.*"
    r"|x-(?:ms-exchange|microsoft|forefront|proofpoint|ironport|barracuda|mimecast|symantec|brightmail)-.*"
    r"|x-(?:spam|virus|originating|sender|received|uidl?|gmx|ymail|yahoo|hotmail|tmn|msail|store|cmae|vr|ham)\b.*"
    r"|x-(?:auth|authenticated|authuser|user|account|customer|client|candidate|applicant|name|phone)\b.*"
    r"|content-location|content-base|.*-(?:signature|guid|id|token|hash|digest|fingerprint|key)|thread-index|x-face|face|autocrypt",
    re.IGNORECASE,
)
"""Headers whose values are keys, scores and digests."""

NAMED_IN: Final = (
    *("from", "to", "cc", "reply-to", "sender", "resent-from", "resent-to", "organization", "organisation"),
    *("x-failed-recipients", "original-recipient", "final-recipient"),
)
"""Headers in which persons and organisations are named."""

REPORT_TYPES: Final = re.compile(
    r"message/(?:global-)?(?:delivery-status|disposition-notification|feedback-report|tracking-status)"
)
RETURNED_TYPES: Final = frozenset(
    (
        *("message/rfc822", "message/global", "message/global-headers", "message/partial", "message/news"),
        *("text/rfc822-headers", "text/rfc822-header", "text/rfc822"),
    )
)

SYSTEM_LOCALS: Final = re.compile(
    r"(?:mailer-daemon|mailer_daemon|maildaemon|mail-daemon|postmaster|abuse|hostmaster|root|"
    r"mdaemon|mailerdaemon|post_master|postmast|mmdf|mailer|smtp|imss|uucp|daemon|sysadmin|antispam|nondelivery|"
    r"undeliverable|mail-delivery-(?:sub)?system|no-?reply|do-?not-?reply|bounces?|fbl|feedbackloop|complaints?|staff|symantec_antivirus_for_smtp_gateways|"
    r"microsoftexchange[0-9a-f]{32}|spamcop|scomp|arf|feedback|redacted.{0,60})",
    re.IGNORECASE,
)
"""Functions, nobody's names: they tell readers what a mail is."""
FUNCTION_OF: Final = re.compile(
    r"(owner-|imceaex-)?(.+?)(-(?:admin|request|owner|bounces?|errors|outgoing|unsubscribe))?"
)
"""The parts of a mailing list's addresses (RFC 2142 6): the list's name is somebody's, the rest is not.

And what Exchange puts before an address of its own ([MS-OXCMAIL] 2.1.3.1.8)."""

_PROVIDERS: Final = """
    gmail.com google.com googlemail.com googlegroups.com 1e100.net gsmtp outlook.com hotmail.com
    live.com msn.com microsoft.com office365.com office.com exchangelabs.com onmicrosoft.com yahoo.com
    yahoodns.net yahoo.co.jp yahoo.co.uk yahoo.fr yahoo.de yahoo.it yahoo.es ymail.com rocketmail.com
    aol.com aol.net yahooinc.com icloud.com me.com mac.com apple.com telia.com telia.net comhem.se
    bredband.net bredband2.com spray.se swipnet.se passagen.se tele2.se telenor.se telenor.no online.no
    tdc.dk stofanet.dk elisa.fi kolumbus.fi sonera.fi dnainternet.net saunalahti.fi gmx.de gmx.net
    gmx.com gmx.at gmx.ch web.de 1und1.de kundenserver.de t-online.de freenet.de arcor.de vodafone.de
    orange.fr wanadoo.fr free.fr proxad.net sfr.fr neuf.fr laposte.net bbox.fr libero.it virgilio.it
    tiscali.it alice.it tin.it telefonica.net terra.es mail.ru bk.ru inbox.ru list.ru yandex.ru
    yandex.net rambler.ru ukr.net seznam.cz wp.pl o2.pl onet.pl interia.pl docomo.ne.jp ezweb.ne.jp
    au.com softbank.ne.jp vodafone.ne.jp disney.ne.jp i.softbank.jp nifty.com biglobe.ne.jp qq.com
    163.com 126.com yeah.net sina.com naver.com daum.net hanmail.net comcast.net charter.net rr.com
    cox.net att.net bellsouth.net sbcglobal.net verizon.net earthlink.net juno.com btinternet.com
    btconnect.com sky.com virginmedia.com ntlworld.com talktalk.net bigpond.com optusnet.com.au
    xtra.co.nz rogers.com shaw.ca telus.net videotron.ca uol.com.br terra.com.br bol.com.br ig.com.br
    zoho.com zohomail.com protonmail.com protonmail.ch proton.me fastmail.com messagingengine.com
    tutanota.com pphosted.com ppe-hosted.com proofpoint.com mimecast.com barracudanetworks.com
    barracudacentral.org iphmx.com messagelabs.com mailcontrol.com trendmicro.com sophos.com
    mailspamprotection.com spamexperts.com antispamcloud.com spamhaus.org spamhaus.net spamcop.net
    sorbs.net uceprotect.net invaluement.com abuseat.org surbl.org uribl.com senderscore.com
    senderbase.org cloudmark.com dnswl.org openspf.org open-spf.org dmarc.org openspf.net amazonses.com
    amazonaws.com sendgrid.net sendgrid.com mailgun.org mailgun.net postmarkapp.com mtasv.net
    sparkpostmail.com mailjet.com mandrillapp.com rackspace.com emailsrvr.com secureserver.net ovh.net
    postfix.org exim.org sendmail.org sendmail.com qmail.org cyrusimap.org gnu.org ietf.org
    rfc-editor.org
"""
KEPT_DOMAINS: Final = frozenset(
    (*_PROVIDERS.split(), *(host.lstrip(".") for rule in WORD_RULES for host in rule.hosts))
)
"""Mail providers, gateways and block lists: their names are evidence, also of what is below them."""

TENANTED: Final = ("mail.protection.outlook.com", "onmicrosoft.com", "iphmx.com")
"""Names of providers below which customers' names stand."""
GENERIC_LABEL: Final = re.compile(
    r"(?:mx|mail|smtp|mta|relay|mailout|mailin|out|in|ns|www|lists?|bounces?|localhost|gw|gateway|imap|pop)\d{0,3}"
)
SECOND_LEVEL: Final = frozenset(
    [
        "co",
        "com",
        "ac",
        "org",
        "net",
        "gov",
        "edu",
        "or",
        "ne",
        "go",
        "gob",
        "ltd",
        "plc",
        "me",
        "nom",
        "id",
        "ad",
        "ed",
        "gr",
        "lg",
    ]
)
TOP_LEVEL: Final = _set("""
    com net org edu gov mil int info biz name pro aero coop museum mobi asia tel jobs travel arpa local
    localdomain lan internal corp home intra test example invalid localhost localnet dev app cloud
    online site xyz shop email tech store club live group company solutions services agency digital
    world berlin hamburg london media systems network software blog top vip work space website academy
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw
    by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et
    eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id
    ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu
    lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np
    nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk
    sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy
    uz va vc ve vg vi vn vu wf ws ye yt za zm zw
""")
"""Endings by which a word with dots in a text is taken for a host."""

_NOTICES: Final = """
    mail mails mailer daemon email message messages delivery deliver delivered undelivered undeliverable
    undeliver status notification notice notify failure failed fail fails failing returned return
    returning sender receiver system subsystem error errors warning delayed delay could not cannot can
    be been was has have could the your you to for from of and is in on at by with out office reply
    automatic auto autoreply response vacation away absence read receipt report abuse complaint feedback
    postmaster administrator admin root user users unknown mailbox address addresses account host hosts
    server servers domain local remote recipient recipients internet service services support info
    information contact team help desk no none new test webmaster sales billing hours hour days day
    minutes still retry temporary permanent problem problems problema transcript session follows below
    original copy attached text html part parts header headers unzustellbar nicht zustellbar zugestellt
    zustellung nachricht fehler fehlgeschlagen rückläufer abwesend abwesenheitsnotiz automatische
    antwort benachrichtigung zum ihre mit von der die das olevererbart kunde inte levereras meddelande
    meddelandet leverans leveransstatus misslyckades frånvaro frånvarande svar automatiskt returnerat
    kan ikke leveres levering meddelelse mislykkedes fejl feil viesti toimitus epäonnistui ei voitu
    toimittaa poissaolo automaattinen vastaus échec remise distribution avis non remis message retour
    livraison réponse automatique absence absent courrier devuelto entrega fallida error notificación
    estado correo mensaje respuesta automática fuera oficina mancata consegna notifica stato risposta
    automatica posta messaggio non recapitato errore niet bezorgd onbestelbaar bericht mislukt afwezig
    automatisch antwoord aflevering unsubscribe subscribe remove re fw fwd aw wg sv vs tr rv antw
    details see for transcript autoreply example person party name mailer-daemon mail-daemon fbl
    localhost via bounce bounces microsoft outlook exchange google gmail googlemail yahoo postfix exim
    sendmail qmail domino lotus notes zimbra courier groupwise amazon ses sendgrid mailgun fax
    undelivrable недоставлено сообщение доставка ошибка уведомление автоответ 配信 不能 エラー 自動 返信
    不在 通知 失败 退信 系统 自动 回复 邮件 通知 退回
"""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


_CJK: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,}")


def _vocabulary() -> frozenset[str]:
    patterns = " ".join(pattern for rule in WORD_RULES for pattern in rule.words)
    tables = (signs.SUBJECTS, signs.SYSTEM_NAMES, signs.LATE)
    phrases = " ".join(text for table in tables for text in table.texts)
    words = re.sub(r"\\[a-zA-Z]", " ", patterns)
    providers = " ".join(domain.partition(".")[0] for domain in KEPT_DOMAINS)
    return frozenset(_WORD.findall(f"{_NOTICES} {words} {phrases} {providers}".lower()))


VOCABULARY: Final = _vocabulary()
"""Words of notifications and of the rules' tables, in lower case: never taken for somebody's name."""
UNSPACED: Final = re.compile(
    "|".join(sorted({each for word in VOCABULARY for each in _CJK.findall(word)}, key=len, reverse=True))
)
"""Those of scripts without blanks, which stand anywhere in a word."""
