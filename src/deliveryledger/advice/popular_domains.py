"""Mailbox providers that people really use, real domains that look like them, and endings that exist.

Our own tables, from what each provider offers on its sign-up page or in its help texts. Public lists of "free
e-mail providers" are no source: they contain the very typos (``gmial.com``) that we look for. A domain listed
here is never questioned, and only a listed domain is ever suggested, wrong endings such as ``.con`` apart.
"""

from collections.abc import Iterator

LEADING, NATIONAL, KNOWN = 3, 2, 1
"""How common a provider is: world-wide, in its country, or in use. Decides between equally near domains."""

# Google, Microsoft, Yahoo, Apple: sign-up pages.
_LEADING = "gmail.com hotmail.com outlook.com yahoo.com icloud.com"

_NATIONAL = (
    # World: Google, Microsoft, Apple, Yahoo/AOL, Proton, Fastmail
    "googlemail.com live.com msn.com me.com mac.com aol.com ymail.com protonmail.com proton.me "
    "fastmail.com mail.com",
    # Country endings of the world's leading providers, Nordic and European ones first
    "hotmail.se hotmail.no hotmail.dk hotmail.fi hotmail.fr hotmail.de hotmail.it hotmail.es hotmail.nl "
    "hotmail.be hotmail.co.uk live.se live.dk live.no live.nl live.fr live.it live.de live.be live.co.uk "
    "outlook.de outlook.dk outlook.fr outlook.it outlook.es yahoo.se yahoo.no yahoo.dk yahoo.fi yahoo.fr "
    "yahoo.de yahoo.it yahoo.es yahoo.pl yahoo.ro yahoo.gr yahoo.ie yahoo.co.uk yahoo.co.in yahoo.com.br "
    "aol.de aol.fr aol.co.uk",
    # Sweden: Telia, Tele2/Com Hem, Telenor/Bredbandsbolaget, Bahnhof, Spray, Eniro/Passagen
    "telia.com telia.se comhem.se tele2.se telenor.se bredband.net bahnhof.se spray.se home.se swipnet.se "
    "passagen.se",
    # Norway, Denmark, Finland, Iceland: Telenor, Altibox, Jubii, TDC, Sanoma, Elisa, DNA, Síminn
    "online.no getmail.no altibox.no telenor.no telenor.dk jubii.dk mail.dk luukku.com elisanet.fi "
    "kolumbus.fi simnet.is",
    # Germany, Austria, Switzerland: 1&1 (GMX, WEB.DE), Telekom, freenet, Posteo, Heinlein, Swisscom
    "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de posteo.de mailbox.org arcor.de "
    "aon.at bluewin.ch",
    # France, Italy, Spain: Orange, Free, SFR, La Poste, Italiaonline, Tiscali, TIM, Telefónica
    "orange.fr wanadoo.fr free.fr sfr.fr laposte.net libero.it virgilio.it tiscali.it alice.it tin.it "
    "telefonica.net",
    # Benelux, United Kingdom: Ziggo, KPN, Telenet, Proximus, BT, TalkTalk, Virgin Media
    "ziggo.nl kpnmail.nl telenet.be skynet.be btinternet.com talktalk.net ntlworld.com virginmedia.com "
    "tiscali.co.uk",
    # Central and eastern Europe, Baltics: WP, Onet, Interia, Seznam, Origo, Abv, Yandex, VK, Inbox, Delfi
    "wp.pl onet.pl onet.eu interia.pl interia.eu seznam.cz centrum.cz centrum.sk freemail.hu citromail.hu "
    "abv.bg yandex.ru yandex.com mail.ru rambler.ru ukr.net inbox.lv inbox.lt delfi.lt delfi.ee delfi.lv "
    "mail.ee",
)

_KNOWN = (
    # World: further endings of the leading providers, and providers that people choose on purpose
    "outlook.at outlook.be outlook.cz outlook.hu outlook.ie outlook.pt outlook.sk outlook.jp outlook.kr "
    "outlook.in outlook.com.au outlook.com.br outlook.com.tr outlook.co.th hotmail.ch hotmail.at "
    "hotmail.gr hotmail.cz hotmail.hu hotmail.lv hotmail.lt hotmail.ca hotmail.ro hotmail.com.br "
    "hotmail.com.tr hotmail.com.ar live.fi live.ca live.jp live.ie live.at live.cn live.com.au "
    "live.com.pt live.com.mx windowslive.com passport.com yahoo.ca yahoo.at yahoo.nl yahoo.be yahoo.cz "
    "yahoo.hu yahoo.pt yahoo.in yahoo.co.jp yahoo.co.id yahoo.co.nz yahoo.com.au yahoo.com.ar "
    "yahoo.com.mx yahoo.com.tr yahoo.com.sg yahoo.com.hk yahoo.com.tw yahoo.com.vn yahoo.com.ph "
    "rocketmail.com aim.com",
    "protonmail.ch pm.me tuta.io tuta.com tutanota.com tutanota.de tutamail.com keemail.me hushmail.com "
    "hey.com fastmail.fm zoho.com zoho.eu zoho.in zohomail.com zohomail.eu mailfence.com runbox.com "
    "disroot.org riseup.net duck.com mozmail.com email.com usa.com europe.com post.com iname.com "
    "mailo.com",
    # Sweden: Ownit, Tre, and brands whose mailboxes live on
    "ownit.nu ownit.se tre.se bredbandsbolaget.se brikks.com glocalnet.net algonet.se torget.se utfors.se "
    "tiscali.se",
    # Norway, Denmark, Finland, Iceland
    "broadpark.no frisurf.no c2i.net start.no lyse.net ofir.dk tdcadsl.dk webspeed.dk stofanet.dk "
    "youmail.dk suomi24.fi saunalahti.fi pp.inet.fi welho.com dnainternet.net netti.fi vodafone.is "
    "internet.is tele2.no",
    # Germany, Austria, Switzerland
    "gmx.fr gmx.es gmx.info gmx.org gmx.eu gmx.li gmx.co.uk posteo.net posteo.eu mail.de email.de "
    "online.de t-mobile.de magenta.de vodafone.de vodafonemail.de 1und1.de kabelmail.de chello.at "
    "hispeed.ch sunrise.ch mail.ch",
    # France, Italy, Spain, Portugal
    "neuf.fr bbox.fr club-internet.fr numericable.fr aliceadsl.fr tim.it inwind.it iol.it fastwebnet.it "
    "email.it vodafone.it terra.es sapo.pt",
    # Benelux, United Kingdom, Ireland
    "kpnplanet.nl planet.nl home.nl hetnet.nl upcmail.nl xs4all.nl casema.nl quicknet.nl chello.nl "
    "proximus.be scarlet.be voo.be pandora.be pt.lu bt.com sky.com blueyonder.co.uk plus.net eircom.net",
    # Central and eastern Europe, Baltics
    "op.pl o2.pl vp.pl poczta.onet.pl poczta.fm gazeta.pl tlen.pl email.cz post.cz volny.cz azet.sk "
    "zoznam.sk indamail.hu mail.bg dir.bg bk.ru list.ru inbox.ru ya.ru i.ua meta.ua email.ua hot.ee "
    "online.ee apollo.lv one.lv one.lt tele2.lt",
    # America, Asia, Oceania
    "comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net "
    "optonline.net shaw.ca rogers.com uol.com.br bol.com.br terra.com.br qq.com 163.com 126.com sina.com "
    "naver.com daum.net hanmail.net rediffmail.com bigpond.com bigpond.net.au optusnet.com.au xtra.co.nz",
)

ONE_ENDING = frozenset({"gmail", "icloud"})
"""Providers with one ending only (Google, Apple): any other ending is a mistake, even one that exists."""

# Companies' and organisations' own domains, one slip from a provider's: never questioned.
_LOOKALIKES = (
    # India's gas company, Citrix, travel, fashion, cars, measuring instruments, dating, software
    "gail.com cloud.com hotel.com hotels.com outlet.com tesla.com telit.com love.com line.com olive.com "
    "alive.com home.com celia.com delia.com yoho.com",
    # The telecom companies' own domains in other countries
    "telia.no telia.dk telia.fi telia.ee telia.lt telenor.com telenet.com elia.be orange.com orange.es "
    "orange.pl orange.be freenet.am",
    # Post offices
    "post.se post.dk posti.fi poste.it",
)

# Two letters are always a country (RFC 1591), so what is not here does not exist (IANA root zone, 2026).
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv "
    "bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es "
    "et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu "
    "id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt "
    "lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no "
    "np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si "
    "sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk "
    "us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)

# Endings that exist although they are one slip from com, net or org (IANA root zone, 2026).
_REAL_NEAR = frozenset({"bom", "cam", "mom", "bet", "nec", "new", "next", "ntt", "pet", "vet", "ong"})
_GENERIC = ("com", "net", "org")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

RARE = {"co": "com", "cm": "com", "om": "com", "ne": "net"}
"""Endings that exist, but behind a provider's name are nearly always a slip (of .com or .net)."""


def _slips(word: str) -> Iterator[str]:
    """Every text one missing, extra, wrong or swapped letter away from ``word``."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]


WRONG_ENDINGS = {
    slip: ending
    for ending in _GENERIC
    for slip in _slips(ending)
    if slip not in _REAL_NEAR and slip not in _GENERIC and len(slip) > 2
}
"""Endings that do not exist and the one that was meant: ``con``, ``cmo``, ``vom``, ``nett`` …"""


def exists(ending: str) -> bool:
    """Whether an ending (the last label) may exist. Only what is known not to exist is denied."""
    if ending in WRONG_ENDINGS or len(ending) < 2:
        return False
    return len(ending) > 2 or ending in COUNTRIES


def _words(*groups: str) -> Iterator[str]:
    return (word for group in groups for word in group.split())


COUNTRIES = frozenset(_words(_COUNTRIES))
"""Every ending of two letters that exists."""

LOOKALIKES = frozenset(_words(*_LOOKALIKES))
"""Companies' own domains, one slip from a provider's: never questioned."""

POPULAR = (
    dict.fromkeys(_words(*_KNOWN), KNOWN)
    | dict.fromkeys(_words(*_NATIONAL), NATIONAL)
    | dict.fromkeys(_words(_LEADING), LEADING)
)
"""Every provider's domain and how common it is."""
