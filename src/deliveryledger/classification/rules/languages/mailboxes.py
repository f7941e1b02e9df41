"""What is about the size of the message, or a mailbox that exists."""

from typing import Final

from .words import Words

TOO_LARGE: Final[Words] = {
    "sv": (r"meddelande\w* .{0,20}f.?.?r stor", r"maximal\w* meddelandestorlek"),
    "de": (
        r"nachricht\w* .{0,20}zu gro",
        r"(?:nachrichten|maximal)\w*gr.?.?.?.?e.{0,40}(?:.?berschr|.?.?berschritten)",
        "e-?mail ist zu gro",
    ),
    "fr": (r"message .{0,25}trop (?:volumineux|gros|long|grand|lourd)", "taille maximale"),
    "es": (r"mensaje .{0,30}demasiado grande", r"tama.?.?o m.?.?ximo"),
    "it": (r"messaggio .{0,25}troppo grande", r"dimension\w+ massim"),
    "pt": (r"mensagem .{0,30}(?:muito|demasiado) grande", r"tamanho m.?.?ximo"),
    "nl": (r"bericht .{0,20}te groot", "maximale berichtgrootte"),
    "da": (r"meddelelse\w* .{0,20}for stor",),
    "nb": (r"melding\w* .{0,20}for stor",),
    "fi": (r"viesti .{0,20}liian suuri",),
    "ru": (r"(?:сообщение|письмо) .{0,20}слишком (?:больш|велик)", r"превыш\w+ .{0,30}размер"),
    "uk": (r"(?:повідомлення|лист) .{0,20}(?:завелик|занадто велик)",),
    "pl": (r"wiadomo\w+ .{0,20}zbyt du",),
    "cs": (r"zpr.?.?va je p.?.?.?.?li.?.? velk",),
    "tr": (r"ileti .{0,20}.?ok b.?y.?k",),
    "ja": (r"メッセージ.{0,10}サイズ.{0,15}(?:超え|大きす|超過)", "メッセージが大きすぎ", "サイズ制限"),
    "zh": ("邮件过大", "邮件太大", "郵件太大", "郵件過大", "超过最大邮件", r"邮件大小.{0,8}超"),
    "ko": (r"메시지.{0,10}(?:너무 큽니다|너무 커서)",),
}
FULL: Final[Words] = {
    "sv": (
        r"(?:brevl.?.?da|inkorg|postl.?.?da)\w* .{0,20}full",
        r"lagrings?\w* .{0,20}(?:slut|full|.?.?verskrid)",
    ),
    "de": (
        r"(?:postfach|mailbox|posteingang)\b.{0,30}(?:voll|.?.?berf.?.?llt|kontingent|speicher)",
        "speicherplatz",
        r"quota .{0,15}.?.?berschritten",
    ),
    "fr": (
        r"bo.?.?te (?:aux lettres|de r.?.?ception|mail)?.{0,35}(?:pleine|satur)",
        r"espace (?:de stockage|disque).{0,30}(?:insuffisant|d.?.?pass|satur|plus)",
    ),
    "es": (
        r"buz.?.?n .{0,40}(?:lleno|llena|capacidad|espacio)",
        r"bandeja de entrada .{0,30}(?:llena|espacio)",
        r"sin espacio",
    ),
    "it": (
        r"(?:casella|cassetta)\b.{0,40}(?:pien[ao]|spazio|satur)",
        r"spazio .{0,20}(?:esaurit|insufficient)",
    ),
    "pt": (r"caixa (?:de correio|postal|de entrada).{0,40}chei", r"sem espa.?.?o"),
    "nl": (r"(?:postvak|mailbox|postbus)\b.{0,40}\bvol\b", r"(?:geen|onvoldoende) (?:opslag)?ruimte"),
    "da": (r"(?:postkasse|indbakke)\w*.{0,20}(?:fuld|fyldt)",),
    "nb": (r"(?:postboks|innboks)\w*.{0,20}full",),
    "fi": (r"(?:postilaatikko|saapuneet)\w*.{0,20}(?:t.?.?ynn|t.?.?ysi)", r"tallennustila"),
    "ru": (
        r"(?:ящик|хранилищ)\w*.{0,20}(?:переполн|заполн)",
        r"(?:недостаточно|нет|закончилось) (?:свободного )?мест",
    ),
    "uk": (r"скриньк\w*.{0,20}(?:переповн|заповн)",),
    "pl": (r"skrzynk\w*.{0,30}(?:pe.?.?n|przepe)",),
    "cs": (r"schr.?.?nk\w*.{0,20}pln",),
    "tr": (r"posta kutusu .{0,15}dolu", r"gelen kutusu .{0,15}dolu"),
    "hu": (r"postafi.?.?k\w*.{0,20}(?:megtelt|tele)",),
    "et": (r"postkast\w*.{0,15}t.?.?is",),
    "el": (r"γραμματοκιβώτιο .{0,25}(?:πλήρες|γεμάτο)",),
    "ja": (
        r"(?:メールボックス|受信トレイ|受信箱).{0,12}(?:いっぱい|一杯|満杯|容量)",
        r"容量.{0,8}(?:超え|超過|不足)",
    ),
    "zh": (
        r"(?:邮箱|郵箱|信箱|收件箱).{0,8}(?:已满|已滿|空间不足|空間不足|容量已)",
        "收件人空间不足",
        "收件匣已滿",
    ),
    "ko": (r"(?:사서함|받은편지함|편지함).{0,10}(?:가득|초과)",),
    "ar": (r"صندوق .{0,20}ممتلئ",),
    "he": (r"תיבת .{0,15}מלאה",),
}
DISABLED: Final[Words] = {
    "sv": (r"(?:konto|brevl.?.?da|adress)\w* .{0,25}(?:inaktiv|avst.?.?ngd|sp.?.?rrad|st.?.?ngd)",),
    "de": (
        r"(?:konto|postfach|mailbox|adressat|empf.?.?nger|benutzer)\b.{0,25}(?:deaktiviert|gesperrt|inaktiv|stillgelegt)",
    ),
    "fr": (
        r"(?:compte|bo.?.?te|destinataire|utilisateur)\b.{0,30}(?:d.?.?sactiv|suspendu|inactif|inactive|bloqu)",
    ),
    "es": (r"(?:cuenta|buz.?.?n|usuario)\b.{0,30}(?:deshabilitad|suspendid|inactiv|desactivad|bloquead)",),
    "it": (r"(?:account|casella|utente)\b.{0,30}(?:disabilitat|sospes|disattivat|inattiv)",),
    "pt": (r"(?:conta|caixa|usu.?.?rio)\b.{0,30}(?:desativad|suspens|inativ|desabilitad)",),
    "nl": (
        r"(?:account|postvak|mailbox|gebruiker)\b.{0,25}(?:uitgeschakeld|geblokkeerd|inactief|opgeschort)",
    ),
    "da": (r"konto\w* .{0,20}(?:deaktiveret|lukket|sp.?.?rret|inaktiv)",),
    "nb": (r"konto\w* .{0,20}(?:deaktivert|stengt|sperret|inaktiv)",),
    "fi": (r"tili .{0,20}(?:poistettu k.?.?yt|suljettu|lukittu)",),
    "ru": (
        r"(?:ящик|аккаунт|уч[её]тн\w+ запис\w+|пользовател\w+)\b.{0,25}(?:заблокирован|отключ[её]н|отключена|неактив)",
    ),
    "pl": (r"(?:konto|skrzynk\w+)\b.{0,25}(?:zablokowan|nieaktywn|wy.?.?.?czon|zawieszon)",),
    "ja": (r"(?:アカウント|メールボックス).{0,12}(?:無効|停止|凍結)",),
    "zh": (r"(?:邮箱|帐号|账号|用户|帳號).{0,8}(?:被禁用|已停用|被冻结|已停權|被停用|已冻结)",),
    "ko": (r"(?:계정|사서함).{0,10}(?:비활성|중지|정지)",),
}
SERVER: Final[Words] = {
    "sv": (r"servern?\b.{0,40}(?:hittades inte|inte hittas)",),
    "de": (r"\bserver\b.{0,40}nicht gefunden",),
    "fr": (r"\bserveur\b.{0,40}(?:introuvable|trouv)",),
    "es": (r"\bservidor\b.{0,40}encontr", r"encontr\w+ el servidor"),
    "it": (r"\bserver\b.{0,40}trovat", r"trovare il server"),
    "pt": (r"\bservidor\b.{0,40}encontrad",),
    "nl": (r"\bserver\b.{0,40}(?:niet gevonden|niet worden gevonden)",),
    "ru": (r"\bсервер\w*.{0,40}не найден",),
    "ja": (r"サーバー?.{0,20}(?:見つかりません|見つからな)",),
    "zh": (r"(?:服务器|伺服器).{0,12}(?:找不到|未找到|不存在)",),
}
TEMPORARY: Final[Words] = {
    "sv": (r"tillf.?.?llig", r"f.?.?r tillf.?.?llet"),
    "de": (r"vor.?.?bergehend", "tempor.?.?r", "verzeichnisdienst"),
    "fr": ("temporaire", "pour le moment", "annuaire"),
    "es": ("temporalmente", "por el momento", "servicio de directorio"),
    "it": ("temporane", "al momento", "servizio directory"),
    "pt": ("temporari", "no momento"),
    "nl": ("tijdelijk",),
    "da": ("midlertidig",),
    "nb": ("midlertidig",),
    "fi": (r"tilap.?.?i",),
    "ru": ("временн", "каталог"),
    "uk": ("тимчасов",),
    "pl": ("tymczasow",),
    "cs": (r"do.?.?asn",),
    "tr": (r"ge.?.?ici",),
    "et": ("ajuti",),
    "ja": ("一時的",),
    "zh": ("暂时", "暫時"),
    "ko": ("일시적",),
}
"""Goes before the recipient: who is unknown for a while is known."""
UNAVAILABLE: Final[Words] = {
    "sv": (
        r"f.?.?rs.?.?k (?:igen )?senare",
        r"(?:kunde|gick) inte (?:ansluta|n.?.?s|att ansluta)",
        "svarar inte",
        "har f.?.?rdr.?.?jts",
    ),
    "de": (
        r"sp.?.?ter (?:noch (?:ein)?mal|nochmal|erneut|wieder)",
        r"zeit.?.?berschreitung",
        r"(?:nicht erreichbar|keine verbindung|verz.?.?gert)",
        "antwortet nicht",
    ),
    "fr": (
        r"(?:r.?.?.?essayer|essayer|essayez) (?:.{0,12} )?(?:plus tard|ult.?.?rieurement)",
        r"d.?.?lai .{0,15}(?:d.?.?pass|expir)",
        r"(?:impossible de|pas pu) .{0,12}connecter",
        "ne r.?.?pond pas",
    ),
    "es": (
        r"m.?.?s tarde",
        r"tiempo de espera",
        "no responde",
        r"no se (?:ha )?pud\w+ conectar",
    ),
    "it": (r"pi.?.? tardi", "non risponde", r"impossibile (?:connettersi|stabilire)"),
    "pt": (r"mais tarde", "n.?.?o responde", r"tempo (?:limite|esgotado)"),
    "nl": (r"probeer het later", "reageert niet", "geen verbinding", "vertraagd"),
    "da": (r"pr.?.?v igen senere", "svarer ikke", "forsinket"),
    "nb": (r"pr.?.?v (?:igen )?senere", "svarer ikke", "forsinket"),
    "fi": (r"my.?.?hemmin", "ei vastaa", "viiv.?.?sty"),
    "ru": (r"(?:попробуйте|повторите|попытайтесь) .{0,20}позже", "не отвечает", r"время ожидания"),
    "pl": (r"spr.?.?buj .{0,15}p.?.?.?.?niej", "nie odpowiada"),
    "ja": ("しばらく", "タイムアウト", "接続できません", "応答がありません"),
    "zh": (r"(?:稍后再试|稍後再試)", "连接超时", "連線逾時"),
    "ko": ("나중에 다시", "시간 초과"),
}
