"""Texts and what they are read as, a table for each pass; a bar stands between two texts."""

WORDS = """
STOP|stop|Stop.|stop!!!|"Stop"|“STOP”|'stop'|(stop)| stop |S T O P|S.T.O.P.|s-t-o-p|ＳＴＯＰ
𝗦𝗧𝗢𝗣|🛑 STOP 🛑|STOP 🙏|*stop*|STOP STOP STOP|Stop, please|please stop|pls stop
stop thanks|Stop now!|stop plz thx|quit|END|Revoke|opt out|OPT-OUT|optout|Opt  Out|cancel
CANCEL.|unsubscribe|StopAll|stop all|remove|stop2quit|ALTO|pare|Parar|BAJA|cancelar|NO MÁS
no mas|¡Alto!|alto por favor|arrêt|stop texting me|Please stop texting me.
Stop texting me now, thanks|stop messaging me|remove me|Take me off your list
take me off your list!!|please remove me from your list|Do not text me|don't text me
Don’t text me again|DONT CONTACT ME|unsubscribe me please|opt me out|I opt out|no more texts
ok stop
"""

INNOCENTS = """
Stop by anytime after 3|can you stop the leak|Can you stop by Tuesday?
end of the month works|I need to cancel Tuesday|the end|stop it leaking please|Don't stop
nonstop|When can you start?|quitting time is 5|This weekend|please cancel my appointment
Stop joking around|stop in when you are near
Liked “STOP”|Reply STOP to opt out|thanks|please|please thanks|ok|yes|Y|1|?|👍
Take me off at the corner|remove me a tree|do not text me before 9
we opt out of the warranty
"""

TABLES: dict[str, list[str]] = {
    "STOP": [WORDS],
    "NONE": [INNOCENTS],
    "HOLD": ["wrong number|who is this|not interested|no|👎"],
    "START": ["START|start.|Unstop|start please"],
    "HELP": ["HELP|info?|Ayuda|ajuda"],
}
