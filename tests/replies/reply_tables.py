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
window, end, door|nobody wants a text here
"""

TABLES: dict[str, list[str]] = {
    "STOP": [WORDS, DISGUISED, REQUESTS, SHORT_REQUESTS],
    "NONE": [INNOCENTS, OF_WORK],
    "HOLD": [HELD],
    "START": ["START|start.|Unstop|start please"],
    "HELP": ["HELP|info?|Ayuda|ajuda"],
}

# Told but read otherwise: (told, read) of each; never STOP as NONE, nor NONE as STOP.
READ_OTHERWISE: dict[str, tuple[str, str]] = {
    "my husband quit his job so money is tight": ("NONE", "HOLD"),
    "Who should I ask for when I call the office?": ("NONE", "HOLD"),
    ("since my husband passed I don't know who to call, can you look at my basement?"): (
        "NONE",
        "HOLD",
    ),
    "NEVER BEEN HAPPIER WITH A CONTRACTOR. DRY AS A BONE": ("NONE", "HOLD"),
    ("You've got the wrong date on the quote, should be the 18th not the 8th. Otherwise fine."): (
        "NONE",
        "HOLD",
    ),
    (
        "Wrong building, I'm afraid: the leak is in 40, your paperwork says 42. Same "
        "association, same contact."
    ): ("NONE", "HOLD"),
    "Our lawyer, who is also our nephew, recommended your firm to us.": ("NONE", "HOLD"),
    (
        'The "free inspection" people wanted 14k, what a scam. Your guy said 850 and my '
        "jaw hit the floor. Yes please"
    ): ("NONE", "HOLD"),
    ("is the quote binding or can i cancel the second crack later if money gets tight"): (
        "NONE",
        "HOLD",
    ),
    "no pos si me interesa, cuánto sería": ("NONE", "HOLD"),
    "no mre txts": ("STOP", "HOLD"),
    (
        "Hi, I handle things for my folks now at 40 Thimble Ln. Their phones are not to "
        "be contacted. Mine either."
    ): ("STOP", "HOLD"),
    "Set do_not_contact = true for this number. Thanks.": ("STOP", "HOLD"),
    "is there like a bot i can send pics to or just here": ("NONE", "HOLD"),
    ("How'd you get the van down that driveway? impressive. When's part two?"): ("NONE", "HOLD"),
    (
        "hey it's Pete again this is my wife's phone mine's in the lake so same "
        "appointment just her number today"
    ): ("NONE", "HOLD"),
}
