"""What is about the sender, the content or the traffic: never about the recipient's address."""

from typing import Final

from .words import Words

SENDER: Final[Words] = {
    "sv": (
        r"\b(?:din|er) (?:e-post)?(?:adress|dom)",
        r"avs.?.?ndar\w*.{0,30}(?:nekad|avvisad|sp.?.?rrad|ok.?.?nd|inte|ogiltig|saknas)",
    ),
    "de": (
        r"\bihre (?:e-?mail-?)?(?:adresse|dom)",
        r"absender\w*.{0,40}(?:nicht|abgelehnt|gesperrt|unbekannt|ung.?.?ltig|verweigert|blockiert|existiert)",
    ),
    "fr": (
        r"\bvotre (?:adresse|domaine)",
        r"exp.?.?diteur.{0,40}(?:refus|rejet|inconnu|bloqu|invalide|non |pas |interdit|introuvable|existe)",
    ),
    "es": (
        r"\b(?:su|tu) (?:direcci|dominio)",
        r"remitente.{0,40}(?:rechazad|bloquead|desconocid|no |inv.?.?lid|denegad)",
    ),
    "it": (
        r"\b(?:tuo|suo|vostro) (?:indirizzo|dominio)",
        r"mittente.{0,40}(?:rifiutat|bloccat|sconosciut|non |inesistente|respint|invalid)",
    ),
    "pt": (
        r"\b(?:seu|teu) (?:endere|dom)",
        r"remetente.{0,40}(?:rejeitad|bloquead|desconhecid|n.?.?o |inv.?.?lid|inexistente|recusad)",
    ),
    "nl": (
        r"\b(?:uw|je) (?:e-?mail)?(?:adres|domein)",
        r"afzender.{0,40}(?:geweigerd|geblokkeerd|onbekend|niet|ongeldig)",
    ),
    "da": (
        r"\bdin (?:e-?mail|mail)?(?:adresse|dom)",
        r"afsender\w*.{0,30}(?:afvist|blokeret|ukendt|ikke|ugyldig)",
    ),
    "nb": (
        r"\bdin (?:e-post)?(?:adresse|dom)",
        r"avsender\w*.{0,30}(?:avvist|blokkert|ukjent|ikke|ugyldig)",
    ),
    "fi": (r"l.?.?hett.?.?j.?.?n? .{0,30}(?:hyl.?.?tty|estetty|tuntematon|ei |virheellinen)",),
    "ru": (
        r"\bваш\w* (?:адрес|домен)",
        r"отправител\w*.{0,40}(?:отклон|заблок|неизвест|не |запрещ)",
    ),
    "uk": (r"відправник\w*.{0,40}(?:відхил|заблок|невідом|не |заборон)",),
    "pl": (r"nadawc\w*.{0,40}(?:odrzuc|zablok|nieznan|nie |zabron)",),
    "cs": (r"odes.?.?latel\w*.{0,40}(?:odm.?.?tnut|blokov|nezn.?.?m|neexist)",),
    "tr": (r"g.?.?nderen\w*.{0,30}(?:reddedil|engellen|bilinmeyen|bulunamad)",),
    "ja": (
        r"あなたの(?:アドレス|ドメイン)",
        r"(?:送信者|差出人|送信元).{0,20}(?:拒否|ブロック|存在しない|存在しません|許可されて|無効)",
    ),
    "zh": (
        r"(?:您|你)的(?:地址|域名|邮箱|郵箱|信箱)",
        r"(?:发件人|发信人|寄件者|寄件人).{0,20}(?:拒绝|拒絕|不存在|被拒|屏蔽|封鎖|無效|无效)",
    ),
    "ko": (r"(?:보낸 사람|발신자).{0,20}(?:거부|차단|존재하지)",),
}
BLOCKED: Final[Words] = {
    "sv": ("svartlist", r"(?:ip-adress|server|dom.?.?n)\w*.{0,30}(?:sp.?.?rrad|blockerad)"),
    "de": (
        "sperrliste",
        "schwarze liste",
        r"(?:ip-adresse|server|host)\b.{0,30}(?:gesperrt|blockiert|abgelehnt)",
    ),
    "fr": (
        "liste noire",
        "liste de blocage",
        r"(?:adresse ip|serveur|votre ip)\b.{0,30}(?:bloqu|refus|rejet)",
    ),
    "es": (
        "lista negra",
        r"lista de bloque",
        r"(?:direcci.?.?n ip|servidor|su ip)\b.{0,30}(?:bloquead|rechazad)",
    ),
    "it": (
        "lista nera",
        "blacklist",
        r"(?:indirizzo ip|server|il tuo ip)\b.{0,30}(?:bloccat|rifiutat|respint)",
    ),
    "pt": (
        "lista negra",
        r"lista de bloqueio",
        r"(?:endere.?.?o ip|servidor|seu ip)\b.{0,30}(?:bloquead|rejeitad)",
    ),
    "nl": ("zwarte lijst", r"(?:ip-adres|server|host)\b.{0,30}(?:geblokkeerd|geweigerd)"),
    "da": ("sortliste", r"(?:ip-adresse|server)\w*.{0,30}(?:blokeret|afvist)"),
    "nb": ("svarteliste", r"(?:ip-adresse|server)\w*.{0,30}(?:blokkert|avvist)"),
    "fi": (r"estolist", r"mustalla listalla"),
    "ru": (r"ч[её]рн\w+ списк", r"(?:ip-адрес|ip адрес|сервер)\w*.{0,30}(?:заблокир|отклон)"),
    "uk": (r"чорн\w+ списк",),
    "pl": (r"czarn\w+ li[sś]", r"adres ip.{0,30}(?:zablokow|odrzuc)"),
    "cs": (r"blokovac\w+ seznam", r".?.?ern\w+ listin"),
    "tr": ("kara liste",),
    "ja": ("ブラックリスト", "ブロックリスト"),
    "zh": ("黑名单", "黑名單", "封鎖清單"),
    "ko": ("블랙리스트", "차단 목록"),
}
CONTENT: Final[Words] = {
    "sv": ("skr.?.?ppost", r"inneh.?.?ll\w* .{0,20}(?:avvisa|sp.?.?rra|blocker)"),
    "de": (r"als spam", r"virus (?:gefunden|erkannt|enth)", "unerw.?.?nschte werbung"),
    "fr": ("pourriel", "courrier ind.?.?sirable", r"consid.?.?r\w+ comme (?:du )?spam"),
    "es": ("correo no deseado", "correo basura"),
    "it": ("posta indesiderata", r"contenuto .{0,20}(?:rifiutat|bloccat|non consentit)"),
    "pt": ("lixo eletr.?.?nico", r"conte.?.?do .{0,20}(?:rejeitad|bloquead)"),
    "nl": ("ongewenste e-?mail", "ongewenste reclame"),
    "da": (r"u.?.?nsket mail", "u.?.?nsket reklame"),
    "nb": ("s.?.?ppelpost",),
    "fi": ("roskaposti",),
    "ru": (r"\bспам", "нежелательн\\w+ (?:почт|сообщ|письм)"),
    "uk": (r"\bспам", "небажан\\w+ (?:пошт|лист)"),
    "ja": ("迷惑メール", "スパムと", "ウイルス"),
    "zh": ("垃圾邮件", "垃圾郵件", "内容被拒绝"),
    "ko": ("스팸으로", "스팸 메일"),
    "et": ("r.?.?mpspost",),
}
RATE: Final[Words] = {
    "sv": (r"f.?.?r m.?.?nga (?:meddelanden|anslutningar|mottagare)",),
    "de": (r"zu viele (?:nachrichten|verbindungen|e-?mails|empf)",),
    "fr": (r"trop de (?:connexions|messages|destinataires|courriels)",),
    "es": (r"demasiad[oa]s (?:mensajes|conexiones|destinatarios|correos)",),
    "it": (r"tropp[ie] (?:messaggi|connessioni|destinatari)",),
    "pt": (r"(?:muitas|demasiadas) conex.?.?es", r"(?:muitos|demasiados) (?:destinat|e-?mails)"),
    "nl": (r"te veel (?:berichten|verbindingen|ontvangers)",),
    "ru": (r"слишком много (?:сообщений|писем|соединений|получателей)", r"слишком част"),
    "pl": (r"zbyt wiele (?:wiadomo|po.?.?.?cze|odbiorc)",),
    "ja": (r"(?:送信数|通数|宛先数).{0,12}(?:超え|上限|制限)",),
    "zh": ("频率限制", "发送过于频繁", "頻率限制"),
}
POLICY: Final[Words] = {
    "sv": (
        r"(?:inte|saknar) beh.?.?righet",
        "nekades .{0,20}(?:policy|regel)",
        "vidarebefordran (?:nekad|f.?.?rbjuden)",
        "beg.?.?r.?.?nsad till",
        r"l.?.?senord",
    ),
    "de": (
        r"(?:nicht|keine) (?:berechtig|autorisier)",
        r"richtlinie\w* .{0,40}(?:abgelehnt|verletz|blockiert)",
        r"relay\w* (?:verweigert|verboten|nicht)",
        "zugriff verweigert",
        "nur f.?.?r mitglieder",
        r"(?:passwort|kennwort)",
    ),
    "fr": (
        r"(?:pas|n'.?.?tes pas) autoris",
        r"relais (?:refus|interdit|non)",
        r"politique (?:de )?(?:s.?.?curit|locale)",
        "acc.?.?s refus",
        "pas l'autorisation",
        r"mot de passe",
    ),
    "es": (
        r"no (?:tiene|est.?.?) (?:permiso|autorizad)",
        "acceso denegado",
        r"pol.?.?tica .{0,30}(?:rechaz|no permit)",
        "no tienes los permisos",
        r"contrase.?.?a",
    ),
    "it": (r"non (?:sei|.?.? |dispone).{0,20}(?:autorizzat|autorizzazion)", "accesso negato"),
    "pt": (r"n.?.?o (?:tem|est.?.?).{0,12}(?:permiss|autoriza)", "acesso negado", r"senha"),
    "nl": (r"(?:niet|geen) (?:gemachtigd|toestemming|bevoegd)", "toegang geweigerd", r"wachtwoord"),
    "da": ("adgang n.?.?gtet", "ikke tilladelse", r"adgangskode"),
    "nb": ("ingen tilgang", "ikke tillatelse", r"passord"),
    "fi": (r"ei .{0,12}oikeutta", r"ei sallita", r"salasana"),
    "ru": (
        r"доступ запрещ",
        r"нет (?:разрешени|прав)",
        r"политик\w+ .{0,20}(?:запрещ|отклон|безопасн)",
        r"парол",
    ),
    "pl": (r"odmowa dost", "brak uprawnie", r"has.?.?o"),
    "ja": (
        r"(?:権限が(?:ない|ありません)|アクセスが拒否)",
        r"中継.{0,6}(?:拒否|許可)",
        r"ポリシー.{0,12}(?:違反|により)",
        r"パスワード",
    ),
    "zh": (
        r"没有权限",
        "沒有權限",
        "訪問被拒",
        "访问被拒",
        "對方拒收",
        "对方拒收",
        "收件人拒收",
        r"(?:密码|密碼)",
    ),
}
