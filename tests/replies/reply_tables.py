"""Texts and what they are read as, a table for each pass; a bar stands between two texts."""

from tests.replies.family_tables import OF_WORK, SHORT_REQUESTS

WORDS = """
STOP|stop|Stop.|stop!!!|"Stop"|“STOP”|'stop'|(stop)| stop |STOP STOP STOP|Stop, please
please stop|pls stop|stop thanks|Stop now!|quit|END|Revoke|opt out|OPT-OUT|optout|Opt  Out
cancel|CANCEL.|unsubscribe|StopAll|stop all|remove|stop2quit|ALTO|pare|Parar|BAJA|cancelar
NO MÁS|no mas|¡Alto!|alto por favor|arrêt|sair|chega|ok stop
"""

DISGUISED = """
S T O P|S.T.O.P.|s-t-o-p|s.top|un-subscribe|ＳＴＯＰ|𝗦𝗧𝗢𝗣|🅂🅃🄾🄿|🆂🆃🅾🅿|🇸 🇹 🇴 🇵|st0p|$top|st*p
ѕtор|🛑|🛑 STOP 🛑|✋|🚫 texts|STOP 🙏|*stop*|stoppppp|sotp|stpo|Dtop|atop|qiut|cancle|unsuscribe
stoptextingme|#stop|STOP1|s\u200bt\u200bop\ufeff
"""

REQUESTS = """
Please stop texting me.|stop messaging me|remove me|Take me off your list|Don’t text me again
DONT CONTACT ME|opt me out|I opt out|no more texts|lose my number|leave me alone|fuck off
cease and desist|I revoke my consent|remove my wife's number too|deja de mandarme mensajes
no me escriba más|quítame de la lista|não me mande mais mensagens|me tira dessa lista
stop by? no, stop texting me|stop texting me and email me instead|not interested stop
"""

INNOCENTS = """
Stop by anytime after 3|can you stop the leak|end of the month works|I need to cancel Tuesday
the end|stop it leaking please|Don't stop|nonstop|When can you start?|quitting time is 5
This weekend|please cancel my appointment|Stop joking around|Liked “STOP”|Reply STOP to opt out
thanks|please thanks|ok|yes|Y|1|?|👍|Take me off at the corner|remove me a tree
do not text me before 9|we opt out of the warranty|the pump quit last night|fin de semana
quiero parar la fuga|parar o vazamento|para el martes está bien|hay baja presión
leave a message if I don't answer|will it stop|I need help with a crack|start again
"""

HELD = """
wrong number|who is this|not interested|no|nope|👎|I sold the house|I'm the tenant|he died
this is a landline|scam|I'll call my lawyer|wtf|I have to cancel|número equivocado|quem é?
lemon, end, spoon|nobody wants a text here
"""

TABLES: dict[str, list[str]] = {
    "STOP": [WORDS, DISGUISED, REQUESTS, SHORT_REQUESTS],
    "NONE": [INNOCENTS, OF_WORK],
    "HOLD": [HELD],
    "START": ["START|start.|Unstop|start please"],
    "HELP": ["HELP|info?|Ayuda|ajuda"],
}
