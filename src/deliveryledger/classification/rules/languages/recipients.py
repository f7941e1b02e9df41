"""What says that the mailbox or the domain does not exist."""

from typing import Final

from .words import Words

DOMAIN_UNKNOWN: Final[Words] = {
    "sv": (r"dom.?.?nen\b.{0,40}(?:hittades inte|finns inte|inte hittas|existerar inte)",),
    "de": (
        r"dom.?.?.?(?:n|ne|ain|.?.?ne)\b.{0,60}(?:nicht gefunden|existiert nicht|nicht vorhanden|nicht existiert)",
        "unbekannte dom",
    ),
    "fr": (r"domaine\b.{0,60}(?:introuvable|n'existe pas|inexistant|inconnu|pas .{0,6}trouv)",),
    "es": (
        r"dominio\b.{0,60}(?:no existe|inexistente|desconocido|no se (?:ha )?(?:encontr|pudo))",
        r"no se (?:ha )?(?:encontr|pudo encontr)\w* el dominio",
    ),
    "it": (r"dominio\b.{0,60}(?:non esiste|inesistente|sconosciuto|non .{0,10}trovato)",),
    "pt": (
        r"dom.?.?nio\b.{0,60}(?:n.?.?o existe|inexistente|desconhecido|n.?.?o (?:foi|p.?.?de).{0,12}encontrad)",
    ),
    "nl": (r"domein\b.{0,60}(?:bestaat niet|niet gevonden|niet worden gevonden|onbekend)",),
    "da": (r"dom.?.?net\b.{0,40}(?:findes ikke|ikke fundet|blev ikke fundet)",),
    "nb": (r"domenet\b.{0,40}(?:finnes ikke|ikke funnet|eksisterer ikke)",),
    "fi": (r"verkkotunnus\w*.{0,40}(?:ei (?:ole|l.?.?yt)|l.?.?ytynyt)",),
    "ru": (r"домен\b.{0,40}(?:не найден|не существует)",),
    "uk": (r"домен\b.{0,40}(?:не знайдено|не існує)",),
    "pl": (r"domen\w*.{0,40}(?:nie istnieje|nie zosta.?.?a znaleziona|nie znaleziono)",),
    "cs": (r"dom.?.?n\w*.{0,40}(?:neexistuje|nebyla nalezena)",),
    "tr": (r"alan ad.?.?.{0,30}bulunamad",),
    "ja": (r"ドメイン.{0,25}(?:見つかりません|見つからない|見つからなかった|存在しません|存在しない)",),
    "zh": (
        r"(?:域名|网域|網域).{0,20}(?:不存在|找不到|未找到|無法找到)",
        r"(?:找不到|未找到).{0,12}(?:域名|网域|網域)",
    ),
    "ko": (r"도메인.{0,20}(?:찾을 수 없|존재하지)",),
}
UNKNOWN: Final[Words] = {
    "sv": (
        r"(?:adress\w*|adresat\w*|mottagar\w*|anv.?.?ndar\w*|brevl.?.?da\w*|kontot?|postl.?.?da\w*)\b.{0,40}(?:hittades inte|finns inte|inte hittas|existerar inte|ok.?.?nd|upph.?.?rt)",
        r"inte (?:att )?hitta .{0,20}(?:e-postadress|adress|mottagar|anv.?.?ndar)",
        r"ok.?.?nd (?:anv.?.?ndare|mottagare|adress)",
        r"finns inte p.?.? dom",
        "felaktig mottagaradress",
    ),
    "de": (
        r"(?:adresse|adressat|empf.?.?nger|benutzer|postfach|mailbox|konto|teilnehmer)\b.{0,40}(?:nicht gefunden|existiert nicht|nicht vorhanden|nicht existiert|unbekannt|gibt es nicht|nicht bekannt|ung.?.?ltig|nicht mehr (?:g.?.?ltig|aktuell|vergeben))",
        r"unbekannte\w? (?:empf.?.?nger|benutzer|adresse|nutzer)",
        r"kein (?:solcher )?(?:benutzer|empf.?.?nger|postfach)",
        r"wurde (?:bei|in) \S* ?nicht gefunden",
    ),
    "fr": (
        r"(?:adresse|destinataire|utilisateur|bo.?.?te aux lettres|compte)\b.{0,40}(?:introuvable|n'existe (?:pas|plus)|inexistant|inconnu|invalide|pas .{0,8}trouv)",
        r"(?:aucun|pas d') ?(?:utilisateur|destinataire)",
        r"impossible de trouver l'adresse",
        r"introuvable (?:dans|sur|chez)",
    ),
    "es": (
        r"(?:direcci.?.?n|destinatario|usuario|buz.?.?n|cuenta)\b.{0,40}(?:no existe|inexistente|desconocid|no (?:se |fue )?(?:ha )?(?:encontr|encuentr)|no v.?.?lid)",
        r"no se (?:ha |pudo |puede )?(?:encontr\w*|localiz\w*) (?:la direcci|el destinatario|al destinatario|el usuario|el buz)",
        r"usuario desconocido",
        r"no existe (?:el|la|ese|esa|este|esta|ning.?.?n) (?:usuario|cuenta|destinatario|buz|direcci)",
    ),
    "it": (
        r"(?:indirizzo|destinatario|utente|casella|account)\b.{0,40}(?:non esiste|inesistente|sconosciut|non .{0,12}trovat|non valid|errat)",
        r"impossibile trovare l'indirizzo",
        r"utente sconosciuto",
        r"destin\. sconosciut",
    ),
    "pt": (
        r"(?:endere.?.?o|destinat.?.?rio|usu.?.?rio|utilizador|caixa (?:postal|de correio)|conta)\b.{0,40}(?:n.?.?o existe|inexistente|desconhecid|n.?.?o (?:foi )?encontrad|inv.?.?lid)",
        r"(?:usu.?.?rio|utilizador) desconhecido",
        r"n.?.?o existe (?:tal|est[ea]|ess[ea]|nenhum\w?|o|a|qualquer) (?:pessoa|endere|destinat|usu|utilizador|caixa|conta)",
    ),
    "nl": (
        r"(?:adres|ontvanger|gebruiker|postvak|mailbox|account)\b.{0,40}(?:bestaat niet|niet gevonden|niet worden gevonden|onbekend|ongeldig)",
        r"onbekende (?:gebruiker|ontvanger)",
    ),
    "da": (
        r"(?:adresse\w*|modtager\w*|bruger\w*|postkasse\w*|konto\w*)\b.{0,50}(?:findes ikke|ikke fundet|blev ikke fundet|eksisterer ikke|ukendt)",
        r"ukendt (?:bruger|modtager)",
        r"(?:ikke|kunne ikke) finde .{0,20}(?:adresse|modtager)",
    ),
    "nb": (
        r"(?:adresse\w*|mottaker\w*|bruker\w*|postboks\w*|konto\w*)\b.{0,50}(?:finnes ikke|ikke funnet|ble ikke funnet|eksisterer ikke|ukjent)",
        r"ukjent (?:bruker|mottaker)",
        r"(?:ikke|kunne ikke) finne .{0,20}(?:adresse|mottaker)",
    ),
    "fi": (
        r"(?:osoite\w*|vastaanottaja\w*|k.?.?ytt.?.?j.?.?\w*|postilaatikko\w*|tili\w*)\b.{0,40}(?:ei l.?.?yd|ei l.?.?ytynyt|ei ole(?: olemassa)?\s*\Z|ei ole olemassa|tuntematon)",
        r"tuntematon (?:k.?.?ytt|vastaanottaj)",
    ),
    "ru": (
        r"(?:адрес|получател|пользовател|ящик|аккаунт|уч[её]тн\w+ запис|абонент)\w*\b.{0,50}(?:не найден|не существует|неизвест|не обнаруж|не зарегистрирован|удал[её]н)",
        r"(?:нет такого|такого|такой) (?:пользовател|ящик|адрес|получател)\w*(?: не существует| нет)?",
        r"не ?существу\w+ (?:адрес|ящик|пользовател)",
        r"неизвестн\w+ (?:пользовател|получател)",
    ),
    "uk": (
        r"(?:адрес\w*|одержувач\w*|отримувач\w*|користувач\w*|скриньк\w*)\b.{0,50}(?:не знайдено|не існує|невідом)",
    ),
    "pl": (
        r"(?:adres\w*|odbiorc\w*|u.?.?ytkownik\w*|skrzynk\w*|kont\w*)\b.{0,50}(?:nie istnieje|nie znaleziono|nie zosta.?.? znalezion|nieznan)",
        r"nieznany (?:u.?.?ytkownik|odbiorca)",
        r"nie (?:ma|znaleziono) (?:takiego )?(?:u.?.?ytkownik|adres|odbiorc|konta)",
    ),
    "cs": (
        r"(?:adresa|p.?.?.?.?jemce|u.?.?ivatel|schr.?.?nka)\b.{0,40}(?:neexistuje|nebyl\w* nalezen|nezn.?.?m)",
        r"nezn.?.?m.?.? (?:u.?.?ivatel|p.?.?.?.?jemce)",
    ),
    "tr": (
        r"(?:adres|al.?.?c.?.?|kullan.?.?c.?.?|hesap)\w*.{0,30}(?:bulunamad|mevcut de.?.?il|ge.?.?ersiz|yok\b)",
    ),
    "hu": (
        r"(?:c.?.?m|c.?.?mzett|felhaszn.?.?l.?.?|postafi.?.?k)\w*.{0,30}(?:nem tal.?.?lhat|nem l.?.?tezik|ismeretlen)",
    ),
    "et": (
        r"(?:aadress|kasutaja|saaja|postkast)\w*.{0,30}(?:ei leitud|ei eksisteeri|ei ole olemas|tundmatu|puudub)",
        r"tundmatu (?:kasutaja|saaja|aadress)",
        r"(?:kasutajat|aadressi|postkasti) ei ole",
        r"sellist (?:kasutajat|aadressi) ei",
    ),
    "el": (r"(?:διεύθυνση|παραλήπτη\w*|χρήστη\w*|λογαριασμό\w*)\b.{0,40}(?:δεν βρέθηκε|δεν υπάρχει|άγνωστ)",),
    "ar": (
        r"(?:العنوان|المستلم|المستخدم|عنوان البريد)\b.{0,40}(?:غير موجود|لم يتم العثور|غير معروف)",
        r"لم يتم العثور على (?:العنوان|المستلم|عنوان)",
    ),
    "he": (r"(?:הכתובת|הנמען|המשתמש)\b.{0,40}(?:לא נמצא|לא קיים|אינו קיים|אינה קיימת)",),
    "ja": (
        r"(?:アドレス|宛先|受信者|ユーザー?|メールボックス|アカウント|あて先).{0,25}(?:見つかりません|見つからない|見つからなかった|存在しません|存在しない|存在せず|不明|ありません)",
        "アドレス不明",
        "宛先不明",
        r"ディレクトリ.{0,6}リストにありません",
    ),
    "zh": (
        r"(?:邮箱|郵箱|信箱|用户|用戶|使用者|收件人|收件者|地址|账号|帐号|帳號|帳戶|帐户).{0,15}(?:不存在|找不到|未找到|無效|无效|不正確|沒有找到)",
        r"(?:找不到|未找到|没有|沒有|查無)(?:此|该|該|这个|這個)?(?:用户|用戶|使用者|收件人|收件者|地址|邮箱|郵箱|信箱|帳戶|帐户)",
        "该用户未开通",
        "無此使用者",
        "无此用户",
        "查無此人",
    ),
    "ko": (
        r"(?:주소|받는 사람|수신자|사용자|계정|사서함).{0,15}(?:찾을 수 없|존재하지 않|없는 사용자)",
        "존재하지 않는 (?:사용자|주소|계정)",
    ),
}
