"""How one knows that a mail server wrote a mail, and that it is about a failed or a late delivery.

Everything is lower case. A phrase stands here for what it means, in the words of the software that writes
it; sources are the messages of Exim, Postfix, qmail, Sendmail, Courier, Exchange and the large providers.
"""

import re
from typing import Final

from .phrases import Phrases

SYSTEM_LOCAL_PARTS: Final = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|postmaster|post_master|postmast|mmdf|"
    r"mail[-_.]delivery[-_.](?:system|subsystem)|maildelivery\w*|delivery[-_.]?(?:failure|daemon|notification)s?|"
    r"bounces?|nondelivery|undeliverable)\b",
)
"""Local parts that software sends from (RFC 5321 4.5.1 for postmaster; Sendmail and qmail's MAILER-DAEMON)."""
CERTAIN_LOCAL_PARTS: Final = ("mailer-daemon", "mailer_daemon", "mailerdaemon", "mail-daemon", "mdaemon")
"""Nobody's name: a mail from them that returns a message needs no further sign."""
MACHINES: Final = re.compile(
    r"(?:.*[-_.+])?(?:admin|administrator|daemon|system|server|gateways?|antivirus|smtp|imss|root|sysadmin|mailsystem|exim|postfix|sendmail|qmail)$"
    r"|.*(?:daemon|gateway|antivirus)"
)
"""Local parts of software that looks at mails on their way: no person has them (RFC 2142 for the practice)."""
NO_REPLY: Final = re.compile(r"no[-_.]?reply|do[-_.]?not[-_.]?reply|[-_.]bounces?$")
"""In a local part: nobody reads what is sent there. Shops and web services have such ones as well."""
PERSONAL: Final = re.compile(
    r"\s{0,9}(?:\[[^\]\n]{1,40}\]\s{0,9}){0,3}"
    r"(?:(?:re|fwd?|aw|wg|sv|svar|vs|vl|vb|videresendt|tr|trs|trans|rv|enc|res|rif|r|i|antw|doorst|odp|pd|bls|atb\.?|vá|továbbítás|"
    r"ynt|i\u0307?lt|απ|πρθ|σχετ|отв|перенапр|hq|回复|转发|答复|轉寄|回覆|返信|転送|회신|전달)\s?(?:[\[(]\d{1,3}[\])])?\s?[:\uff1a]|\((?:re|fwd?)\))"
)
"""How people's mail programs begin the subject of an answer or of something passed on, behind a gateway's or a ticket's mark."""
FORWARDED: Final = re.compile(
    r"begin forwarded message"
    r"|-{2,}\s?(?:forwarded message|original message|ursprüngliche nachricht|originalnachricht|message d'origine|message transféré|mensaje original|mensaje reenviado|messaggio originale|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande)\s?-{2,}\s{0,4}\n(?:> ?)?[^\W\d_]{2,12} ?:"
    r"|\n(?:> ?)?on [^\n]{5,120} wrote:"
)
"""What people's mail programs write above what they quote or pass on, in lower case."""
SYSTEM_NAMES: Final = Phrases(
    "mailer-daemon", "mailer daemon", "mail delivery", "delivery subsystem", "delivery system", "postmaster",
    "mail administrator", "system administrator", "mail system", "mail-system", "mailsystem", "ndr administrator", "mail deliver system",
    "delivery notification", "mail router", "internet mail service", "microsoft outlook", "microsoft exchange",
)  # fmt: skip
"""In the display name of From."""

SUBJECTS: Final = Phrases(
    # English
    "undeliver", "undelivrd", "nondeliver", "non-deliver", "non deliver", "not deliver", "delivery fail", "failed deliver", "failure deliver",
    "delivery status", "delivery-status", "failure notice", "failure notification", "returned mail", "mail returned",
    "returned to sender", "returning to sender", "returning message", "returned message", "message returned", "delivery notification",
    "delivery has failed", "delivery problem", "delivery report", "delivery delay", "delivery error", "delivery warning",
    "delivery incomplete", "delayed mail", "mail delayed", "message delayed", "warning: message", "warning: could not",
    "could not send", "could not be sent", "couldn't be", "unable to deliver", "cannot deliver", "can't deliver", "mail failure", "mail failed",
    "mail delivery", "message delivery", "failed mail", "mail system error", "mail error", "error sending", "mail not delivered",
    "could not be delivered", "cannot be delivered", "user unknown", "unknown user", "address not found", "bounced", "bounce notification", "rejected mail",
    "mail rejected", "message rejected", "email rejected", "rejected message", "message blocked", "message not delivered", "problem delivering", "delivery attempt",
    "transport failure", "email delivery", "e-mail delivery", "undelivery", "not been delivered", "mailbox is full", "not member", "loop alert", "subscription required",
    # Swedish, Danish, Norwegian, Finnish, Estonian
    "kunde inte levereras", "kan inte levereras", "gick inte att leverera", "olevererbar", "oleverer", "leveransfel", "leveransmisslyckande", "ej levererat", "försenad",
    "kunne ikke leveres", "kan ikke leveres", "ikke leveret", "ikke levert", "uleveret", "uleverbar", "leveringsfejl", "leveringsfeil", "leveringsstatus", "leveransestatus",
    "toimitusvirhe", "toimittaminen epäonnistui", "ei voitu toimittaa", "toimittamatta", "perille", "edastamine nurjus", "kohaletoimetamine", "kohaletoimetamata", "kohale toimetada", "ei õnnestunud",
    # German, Dutch
    "unzustellbar", "nicht zustellbar", "unzustellbare", "zustellung fehl", "zustellfehler", "zustellung der nachricht", "nicht zugestellt", "zustellstatus", "zustellungsstatus", "verzögert",
    "onbestelbaar", "niet bezorg", "niet afgeleverd", "niet besteld", "aflever", "bezorging", "vertraagd",
    # French, Spanish, Portuguese, Italian, Romanian, Catalan
    "non remis", "non distribu", "non délivr", "échec de", "echec de", "échec d'", "impossible de remettre", "notification d'état", "état de remise", "retour de courrier",
    "no se puede entregar", "no se pudo entregar", "no entregado", "no entregable", "error de entrega", "fallo de entrega", "no se ha podido entregar", "estado de entrega", "estado de la entrega", "devuelto", "imposible de entregar", "no se ha entregado",
    "não foi possível entregar", "não entreg", "nao entreg", "falha na entrega", "falha de entrega", "notificação de status", "status de entrega", "não é possível entregar", "devolvida", "erro de entrega",
    "non recapita", "mancato recapito", "mancata consegna", "non consegn", "impossibile recapitare", "impossibile consegnare", "notifica sullo stato", "recapito non", "stato consegna", "consegna non",
    "nelivrat", "nu a putut fi livrat", "nu poate fi livrat", "nu s-a livrat",
    # Slavic, Hungarian, Baltic
    "не доставлено", "недоставл", "не может быть доставлено", "не удалось доставить", "ошибка доставки", "сбой доставки", "уведомление о доставке", "не удается доставить", "невозможно доставить", "возвращен",
    "не вдалося доставити", "неможливо доставити", "помилка доставки", "не доставлен",
    "nie można dostarczyć", "niedostarczal", "nie dostarczono", "niedostarczon", "niepowodzenie", "błąd dostarcz", "zwrot", "nie została dostarczona", "nie doręczono", "nie mogła zostać dostarczona",
    "nedoruč", "nelze doručit", "doručení se nezdařilo", "nebylo doručeno", "doručiteľn", "kézbesíthetetlen", "sikertelen kézbesítés", "nem kézbesíthető", "kézbesítési", "nepiegād", "nepristat", "neįmanoma pristatyti",
    # Greek, Turkish, Hebrew, Arabic
    "δεν παραδόθηκε", "αδυναμία παράδοσης", "αποτυχία παράδοσης", "μη παραδοτέο", "teslim edilemedi", "teslim edilemeyen", "iletilemedi", "gönderilemedi", "teslimat durumu",
    "לא נמסר", "לא ניתן למסור", "לא ניתן לשלוח", "تعذر التسليم", "تعذر تسليم", "لم يتم تسليم", "غير قابل للتسليم", "فشل تسليم", "فشل التسليم",
    # South Slavic, Icelandic, Catalan, Vietnamese, Thai, Indonesian, Persian
    "nije isporučen", "neisporučen", "isporuka nije uspjela", "isporuka nije uspela", "nije dostavljen", "ni bilo dostavljeno", "ni mogoče dostaviti", "nedostavljen", "није испоручен", "неиспоручен", "недоставен", "не беше доставено", "не може да бъде доставено", "неуспешна доставка",
    "ekki afhent", "ekki tókst að afhenda", "óafhendanleg", "no s'ha pogut lliurar", "no lliurat", "no entregat", "error de lliurament", "không thể gửi", "không gửi được", "không thể chuyển", "gửi thất bại", "ส่งไม่ได้", "ส่งไม่สำเร็จ", "ไม่สามารถส่ง",
    "tidak terkirim", "tidak dapat dikirim", "gagal dikirim", "gagal terkirim", "pengiriman gagal", "عدم تحویل", "تحویل داده نشد", "تحویل نشد", "ارسال نشد",
    # Japanese, Chinese, Korean
    "配信不能", "配信できません", "配信エラー", "送信エラー", "送信できません", "メールエラー", "エラーメール", "エラー通知", "不達", "配達不能", "配送エラー", "未配信", "配信失敗", "返送", "送信失敗", "送受信エラー", "配信状況", "配信遅延",
    "退信", "无法投递", "無法投遞", "投递失败", "投遞失敗", "发送失败", "傳送失敗", "传输失败", "未送达", "未送達", "无法送达", "無法傳遞", "無法送達", "未传递", "未傳遞", "系统退信", "邮件被退回", "退回",
    "반송", "전송 실패", "배달되지", "배달할 수 없", "보내지 못", "발송 실패", "전달되지", "배달 실패", "발송실패", "전달할 수 없",
)  # fmt: skip

PHRASES: Final = Phrases(
    # English
    "could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "was not delivered", "wasn't delivered", "not been delivered", "not be delivered",
    "has not yet been delivered", "not delivered to", "not able to deliver", "wasn't able to deliver", "unable to deliver", "unable to transmit", "unable to send", "did not reach", "couldn't reach", "not reach",
    "delivery failed", "delivery has failed", "failed to deliver", "delivery to the following", "delivery of your message", "delivery of the following",
    "failed addresses follow", "permanent fatal errors", "transient non-fatal errors", "fatal errors", "delivery problems", "had trouble delivering", "problem delivering", "problem with its",
    "the following address failed", "the following address(es) failed", "following addresses failed", "addresses failed", "following recipient", "rejected by a remote mail server", "was undeliverable", "is undeliverable", "were undeliverable", "undeliverable to", "mail undeliverable",
    "your message wasn't", "your message was rejected", "your message was not", "your message to", "was rejected", "were rejected", "has been rejected", "returned to sender", "returned to you", "being returned", "returned below",
    "message returned", "error occurred while trying to deliver", "undelivered", "delayed", "an error while delivering", "delivery incomplete", "delivery status notification", "non-delivery",
    "below is the reason", "reason for the problem", "has been postponed", "not accepting mail from", "mail delivery failed", "message that you sent", "encountered delivery problems", "did not exactly match",
    "is not a valid", "does not exist", "mailbox is full", "mailbox full", "over quota", "user unknown", "unknown user", "error sending", "cannot send message", "could not send", "message could not", "mail could not", "delivery attempts", "mail system error",
    "transcript of session", "not a member of", "duplicated message-id", "below this line is a copy", "copy of the message", "address not found", "recipient address rejected", "remote host said", "remote server", "not collected after", "nondeliver", "non-delivery", "unknown recipient", "message is being returned", "cannot deliver",
    # Swedish, Danish, Norwegian, Finnish, Estonian
    "kunde inte levereras", "kan inte levereras", "gick inte att leverera", "inte levererats", "kunde inte leverera", "har inte kunnat levereras", "levererades inte", "hittades inte", "fördröjd", "försenat",
    "kunne ikke leveres", "kan ikke leveres", "ikke leveret", "ikke levert", "ikke leverast", "blev ikke fundet", "ble ikke funnet", "kunne ikke afleveres", "forsinket",
    "ei voitu toimittaa", "ei toimitettu", "toimittaminen", "ei voi toimittaa", "epäonnistui", "ei löytynyt", "ei saanud kohale", "kohale toimetada", "kohaletoimetami", "ei õnnestunud", "ei leitud",
    # German, Dutch
    "nicht zugestellt", "nicht zustell", "unzustellbar", "konnte nicht", "nicht ausgeliefert", "nicht übermittelt", "zustellung", "nicht gefunden", "verzögert",
    "niet bezorg", "niet worden bezorgd", "niet afgeleverd", "niet worden afgeleverd", "onbestelbaar", "kan niet worden", "kon niet", "niet gevonden", "aflevering", "bezorging",
    # French, Spanish, Portuguese, Italian, Romanian
    "n'a pas pu être", "n'a pu être", "n'ont pas pu", "pas été remis", "non remis", "impossible de remettre", "impossible de livrer", "échec de la remise", "échec de remise", "échec de la livraison", "échec de l'envoi", "pas été distribu", "pas être distribu", "pas été délivr", "pas été trouvée", "est introuvable", "a échoué",
    "no se pudo entregar", "no se puede entregar", "no se ha podido entregar", "no pudo ser entregado", "no ha podido ser entregado", "no se entregó", "no se ha entregado", "error al entregar", "error de entrega", "no se encontró", "no se ha encontrado", "no fue entregado",
    "não foi possível entregar", "não pôde ser entregue", "não foi entregue", "não pode ser entregue", "não pudo", "falha na entrega", "falha ao entregar", "não foi encontrado", "não é possível entregar", "ocorreu um problema ao entregar",
    "non è stato possibile", "impossibile recapitare", "impossibile consegnare", "non è stato recapitato", "non è stata recapitata", "non è stato consegnato", "non può essere", "recapito non riuscito", "consegna non riuscita", "non trovato", "mancato recapito", "mancata consegna",
    "nu a putut fi livrat", "nu a fost livrat", "nu poate fi livrat", "nu a fost găsit", "livrarea",
    # Slavic, Hungarian, Baltic
    "не может быть доставлено", "не было доставлено", "не удалось доставить", "не доставлено", "невозможно доставить", "доставка", "не найден", "не удается доставить", "не доставлен",
    "не вдалося доставити", "не було доставлено", "не може бути доставлен", "неможливо доставити", "не знайдено",
    "nie można dostarczyć", "nie mogła zostać dostarczona", "nie została dostarczona", "nie może zostać", "nie dostarczono", "nie udało się dostarczyć", "nie znaleziono", "dostarczenie",
    "nelze doručit", "nemohla být doručena", "nebyla doručena", "se nepodařilo doručit", "doručení", "nebyl nalezen", "nebylo doručeno", "sa nepodarilo doručiť", "nem kézbesíthető", "nem sikerült kézbesíteni", "kézbesítés", "nem található", "nevar piegādāt", "neizdevās piegādāt", "nepavyko pristatyti", "nepristatyt",
    # Greek, Turkish, Hebrew, Arabic
    "δεν ήταν δυνατή η παράδοση", "δεν παραδόθηκε", "η παράδοση", "δεν βρέθηκε", "teslim edilemedi", "iletilemedi", "gönderilemedi", "bulunamadı", "teslim edilemiyor",
    "לא נמסרה", "לא ניתן למסור", "לא נמצאה", "אין אפשרות למסור", "تعذر تسليم", "لم يتم تسليم", "لم يتم العثور", "تعذر توصيل", "فشل تسليم",
    # South Slavic, Icelandic, Catalan, Vietnamese, Thai, Indonesian, Persian
    "nije isporučen", "nije mogla biti isporučena", "nije moguće isporučiti", "isporuka nije usp", "nije dostavljen", "korisnik ne postoji", "ni bilo mogoče dostaviti", "ni bilo dostavljeno", "ni mogoče dostaviti", "није испоручен", "није могуће испоручити", "не беше доставено", "не може да бъде доставено", "не можа да бъде доставено", "не е доставено",
    "ekki tókst að afhenda", "ekki afhent", "ekki hægt að afhenda", "no s'ha pogut lliurar", "no es pot lliurar", "no s'ha pogut entregar", "không thể gửi", "không gửi được", "không thể chuyển", "không tồn tại", "ส่งไม่ได้", "ส่งอีเมลไม่สำเร็จ", "ส่งไม่สำเร็จ", "ไม่สามารถส่ง", "ไม่พบที่อยู่",
    "tidak dapat dikirim", "tidak terkirim", "gagal dikirim", "tidak ditemukan", "تحویل داده نشد", "قابل تحویل نیست", "تحویل نشد", "ارسال نشد", "یافت نشد",
    # Japanese, Chinese, Korean
    "配信できません", "配信できなかった", "配信でき", "配信不能", "送信できません", "送信できなかった", "送信に失敗", "送信でき", "届けることができません", "お届けでき", "配送でき", "配達でき", "配信されません", "宛先不明", "宛先が存在しない", "メールアドレスが見つかりません", "届きませんでした", "遅延", "エラー",
    "无法发送", "无法投递", "無法投遞", "无法送达", "無法送達", "投递失败", "发送失败", "未能送达", "退信", "無法傳遞", "找不到", "被退回", "无法传递", "傳送失敗", "无法将您的邮件", "未送达", "发送延迟",
    "전송하지 못", "배달하지 못", "배달되지", "전달되지", "보내지 못", "반송", "찾을 수 없", "전송되지", "전송할 수 없", "배달할 수 없", "배달이", "전달하지 못",
)  # fmt: skip

_NEUTRAL: Final = (
    # What servers write of a failure, and of a success or a receipt as well.
    "following recipient", "your message to", "delivery status notification", "delivery to the following", "delivery of your message", "delivery of the following",
    "message that you sent", "copy of the message", "below this line is a copy", "transcript of session", "remote server", "remote host said", "delayed",
    "zustellung", "konnte nicht", "bezorging", "aflevering", "kon niet", "livrarea", "доставка", "dostarczenie", "doručení", "kézbesítés", "toimittaminen", "kohaletoimetami", "η παράδοση", "配信でき", "送信でき", "エラー",
)  # fmt: skip
FAILED: Final = Phrases(*(text for text in PHRASES.texts if text not in _NEUTRAL))
"""What is written of failures only."""
SUCCEEDED: Final = Phrases(
    "successfully delivered", "successfully relayed", "been successfully", "successful delivery", "has been delivered", "have been delivered", "was delivered.", "was delivered to", "were delivered to",
    "to these recipients or groups is complete", "was displayed", "has been displayed", "was read on", "has been read",
    "erfolgreich zugestellt", "war erfolgreich", "empfänger zugestellt", "zugestellt:", "har levererats", "er leveret til", "er levert til", "on toimitettu", "afgeleverd bij", "is bezorgd",
    "a été remis", "a bien été", "se ha entregado correctamente", "se entregó correctamente", "foi entregue com êxito", "foi entregue com sucesso", "è stato recapitato", "è stato consegnato", "успешно доставлено", "было доставлено", "została dostarczona", "bylo doručeno", "配信できました", "配信されました", "已送达", "已成功",
)  # fmt: skip
"""A server or a reader's program says that the message has arrived."""
NOTICES: Final = Phrases(
    # of filters and mailboxes, and of those who pretend to be one
    "quarantin", "quarantän", "quarantaine", "cuarentena", "karantän", "your mailbox", "your inbox", "your password", "your mail storage", "your account will",
    "incoming mail", "incoming message", "incoming e-mail", "incoming email", "addressed to you", "held message", "messages held", "being held", "on hold", "undelivered messages", "undelivered mails", "deliver all", "release", "has expired", "expires today",
    "click here", "click to", "click the", "click on", "please verify", "you verify", "verify now", "please confirm", "confirme.", "confirme sua",
    "ihr postfach", "ihrem postfach", "votre boîte", "votre boite", "su buzón", "sua caixa", "sua casella", "uw postvak", "din inkorg", "din brevlåda", "din postkasse", "ваш почтовый", "twoja skrzynka", "twojej skrzynki", "您的邮箱", "您的信箱", "您的電子郵件帳", "メールボックスの容量",
    # of an answer by a machine
    "thank you for contacting", "we have received your", "we got your message", "has been received", "no longer works",
    "spam score", "aggregate report",
    # of a parcel
    "parcel", "your package", "your order",
)  # fmt: skip
"""What is written of mails to the reader, or of the reader's mailbox, and not of a message that the reader sent."""
OTHER_TOPICS: Final = (
    "quarantine", "spam quarantine", "quarantäne", "spam report", "spamreport", "report domain:", "postfix log summar", "daily mail queue", "mail queue", "pflogsumm", "postfix smtp server: errors from",
    "meeting forward notification", "read receipt", "mailbox clean", "ticket#", "auto:",
)  # fmt: skip
"""How the subjects begin of what else mail servers and those who look after them send (RFC 7489 7.2.1.1 for one)."""

INTRODUCTIONS: Final = Phrases(
    "this is the mail system at", "this is the qmail-send program", "this message was created automatically by", "automatically generated delivery status notification",
    "the original message was received at", "this is a mime-encapsulated message", "this report relates to a message you sent", "this is an automatically generated message from", "delivery has failed to these recipients",
    "your message did not reach some or all of the intended recipients", "this is the postfix program", "a message that you sent could not be delivered", "this is the email delivery system",
)  # fmt: skip
"""How mail servers begin what they write (Postfix, qmail, Exim, Sendmail, Exchange), in the first lines only."""

STILL_TRYING: Final = Phrases(
    "not yet been delivered", "still being retried", "will be retried", "will retry", "will continue to", "attempts will continue", "warning message only", "warning only", "just a warning",
    "no action is required on your part", "do not need to resend", "not need to take any action", "delivery incomplete", "has been postponed", "advisory-only", "keep trying", "will be reattempted", "will try again", "retrying for", "continue trying", "still trying",
    # in other languages, the same
    "försöker igen", "fortsätter att försöka", "fortsätter försöka", "kommer att försöka", "prøver igen", "prøver igjen", "vil fortsætte", "vil fortsette", "yritetään uudelleen", "yritetään edelleen", "proovime uuesti", "weiterhin versuch", "erneut versuch", "weitere zustellversuche", "opnieuw geprobeerd", "opnieuw te bezorgen", "nouvelle tentative", "réessaye", "réessaie", "se seguirá intentando", "volverá a intentar", "seguirá intentando", "tentará novamente", "continuará tentando", "nuovo tentativo", "verrà ritentat", "tenterà di nuovo",
    "повторн", "попытки будут", "продолжат", "повторить", "ponowi", "ponawia", "opakovat", "nadále pokoušet", "újra megpróbál", "tekrar denen", "再送を試み", "再試行", "再送信を試み", "重试", "重試", "재시도", "다시 시도할",
)  # fmt: skip
"""The server says that it goes on."""
LATE: Final = Phrases(
    "delayed", "delay", "deferred", "temporary problem", "temporarily", "warning: message", "could not send mail for past", "transient non-fatal errors", "warning",
    "fördröjd", "försenad", "försenat", "forsinket", "viivästy", "hilinenud", "verzögert", "verspätet", "vertraagd", "vertraging", "retardé", "différée", "retras", "demorad", "atrasad", "ritard", "întârzi",
    "задерж", "отлож", "затрим", "opóźni", "zpožd", "zpozd", "késik", "késleltet", "késede", "καθυστέρ", "gecik", "מתעכב", "עיכוב", "تأخ", "遅延", "延迟", "延遲", "지연",
)  # fmt: skip
"""In a subject, or in a text that does not say that the server has stopped."""
GIVEN_UP: Final = Phrases(
    "given up", "i've given up", "will not be retried", "giving up", "permanent error", "permanent fatal"
)
"""The server says that it has stopped, whatever else the text speaks of."""
FINAL: Final = Phrases(
    *GIVEN_UP.texts, "no further", "permanent", "failed", "could not be delivered to one or more", "will be deleted from queue", "undeliverable", "removed from the queue", "expired", "too long", "returned mail", "returned to sender",
    "fehlgeschlagen", "endgültig", "définiti", "definitiv", "aufgegeben",
)  # fmt: skip
"""Words with which a server says that it has stopped; stronger than those of ``LATE`` in the same text."""

RETURNED: Final = Phrases(
    "below this line is a copy", "this is a copy of", "is a copy of the message", "attached is a copy", "here is a copy of the", "included is a copy", "attachment is a copy", "original message follows", "original message header", "original message details", "original message as received", "- original message", "original message -", "original mail info",
    "message header follows", "message headers follow", "headers follow", "unsent message", "unsent mail", "start of returned message", "- returned message", "returned message -", "returned message follows", "message text follows", "the header of the original", "of your original message follow", "your message reads", "original message text", "lines of your original", "message contents follow",
    "originalnachricht", "ursprüngliche nachricht", "kopie der nachricht", "originalmeddelande", "ursprungliga meddelandet", "message d'origine", "message original", "mensaje original", "mensagem original", "messaggio originale", "oorspronkelijk bericht", "исходное сообщение", "oryginalna wiadomość", "původní zpráva", "原始邮件", "原始郵件", "原信件", "원본 메일", "원본 메시지",
)  # fmt: skip
"""What stands in the line above a returned message."""
