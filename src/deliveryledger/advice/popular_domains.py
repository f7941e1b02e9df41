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
    "outlook.cl outlook.id outlook.lv outlook.my outlook.ph outlook.sa outlook.sg outlook.com.ar "
    "outlook.com.gr outlook.com.pe outlook.com.vn outlook.co.id outlook.co.il hotmail.rs hotmail.sg "
    "hotmail.my hotmail.co.jp hotmail.co.th hotmail.co.za hotmail.co.nz hotmail.com.au live.cl live.ru "
    "live.hk live.co.za live.co.kr live.com.ar live.com.my live.com.sg live.com.ph yahoo.bg yahoo.cl "
    "yahoo.cn yahoo.com.cn yahoo.hr yahoo.lt yahoo.lv yahoo.ru yahoo.si yahoo.sk yahoo.co.il yahoo.co.kr "
    "yahoo.co.th yahoo.co.za yahoo.com.co yahoo.com.my yahoo.com.pe yahoo.com.ve "
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
    "tiscali.se bredband2.com",
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
    "foxmail.com sina.cn sina.com.cn sohu.com yeah.net 139.com 189.cn aliyun.com telus.net "
    "naver.com daum.net hanmail.net rediffmail.com bigpond.com bigpond.net.au optusnet.com.au xtra.co.nz",
)

ONE_ENDING = frozenset({"gmail", "icloud"})
"""Providers with one ending only (Google, Apple): any other ending is a mistake, even one that exists."""

# Companies' and organisations' own domains, one slip from a provider's: never questioned.
_LOOKALIKES = (
    # India's gas company, Citrix, travel, fashion, cars, measuring instruments, dating, software
    "tele.se gail.com cloud.com hotel.com hotels.com outlet.com tesla.com telit.com love.com line.com olive.com "
    "alive.com home.com celia.com delia.com yoho.com life.com like.com lime.com hive.com grail.com poet.com "
    "wahoo.com kahoot.com pcloud.com hicloud.com qcloud.com icloud.com.cn tuya.com tata.com zoro.com sika.com "
    "navex.com usaa.com skyy.com aok.de libera.it mai.ru atinternet.com",
    # Mailboxes with few people in them: Yahoo7 in Australia, mail.com's further names
    "y7mail.com earthling.net",
    # The telecom companies' own domains in other countries
    "telia.no telia.dk telia.fi telia.ee telia.lt telenor.com telenet.com elia.be orange.com orange.es "
    "orange.pl orange.be freenet.am",
    # Post offices
    "post.se post.dk posti.fi poste.it",
)


def _words(*groups: str) -> Iterator[str]:
    return (word for group in groups for word in group.split())


LOOKALIKES = frozenset(_words(*_LOOKALIKES))
"""Companies' own domains, one slip from a provider's: never questioned."""

POPULAR = (
    dict.fromkeys(_words(*_KNOWN), KNOWN)
    | dict.fromkeys(_words(*_NATIONAL), NATIONAL)
    | dict.fromkeys(_words(_LEADING), LEADING)
)
"""Every provider's domain and how common it is."""
