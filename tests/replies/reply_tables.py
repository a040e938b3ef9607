"""Texts and what they are read as, a table for each pass; a bar stands between two texts."""

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

# A word of ceasing, a list or a number of the work, and requests that lack a word for texts.
OF_WORK = """
when will you stop by|when can you guys stop by|can you make it stop?|it needs to stop
we want it to stop|I just want it to stop leaking|Is the leak stop now?
stop please i need it fixed|told my contractor to stop, can you come
asked the other company to stop working on it|leave the list of materials
leave the list on the porch|forget the number, use the side door
please remove the old number from the house, it's 14 now|don't use my number on the permit
knock it out by friday?|full stop no leak|take the old one off the wall
can you remove the stain from the wall|cancel that, I meant 4pm|lose the gutters
end of story, it leaks again|quit claim deed is recorded|when are you going to stop by
what day can your crew stop by|will you stop by before noon|could someone stop by and look
can he stop over this week|what would make it stop|how can we make the dripping stop
can anything make it stop for good|will that make it stop?|can you get it to stop?
I need it to stop before winter|this has to stop before the floor rots|the seeping needs to stop
it has to stop, the carpet is soaked|I'd like it to stop coming through the wall
we need this to stop it's ruining the basement|Did the leak stop after the patch?
did it stop now that it's dry|the dripping did stop now|rain will stop now they say
told the plumber to stop, he made it worse|I asked the last guy to stop digging
told my husband to stop trying to patch it|we told the other crew to quit, when can you start
my landlord told them to stop the job|leave the list with my neighbor
leave the list of colors in the mailbox|leave the invoice in the door
leave the number of the lot off the quote|forget the address, it's the blue house
forget the first number, it's 42 not 24|forget the front door, come round back
please remove the old number from the mailbox post
remove the number from the curb before you paint|can you delete the second number on the quote
don't use my number for the town form, use the office|don't put my number on the sign please
use my wife's number on the permit not mine|can you guys knock it out in a day
hope you can knock it out this week|knock that wall out first|full stop, no water since
full stop the crack is dry|take that one off the list of cracks, it's dry
take the panel off the wall first|take the shelf off before you start
can you get the white stuff off the wall|remove the stain on the floor too
can you take the paint off the bricks|cancel that, I meant Wednesday
scratch that, I meant the left wall|lose the deck if it costs too much
lose the old bulkhead, keep the steps|drop the gutters from the quote
end of story we need it fixed|end of the line house on the left|quit claim was filed in may
it was a quit claim from my mother|kill the power before you drill?|cut it off at the floor please
the dog won't quit barking, ring the bell|enough with the rain already lol
cut the vines off the wall?|it stops now and then but comes back
I'm done with the painting so you can come
"""

SHORT_REQUESTS = """
cancel it all please|this stops now|enough with this|stop already|i need you to stop
you guys need to stop|this needs to stop now|just make it stop|enough of this
enough already with these|this ends now|this has to end|cancel everything please|cancel all of it
leave the list? no take me off it|lose this number|forget this number
forget you ever had my number|do not use my number again|don't use this number anymore
stop using my number|please remove this number from your list|remove our number from your system
take my mom off the list|take this number off your wall of leads|knock it off|cut it out already
told you people to stop|I asked you to stop|I said stop, full stop|full stop. no more texts
end of story, do not text me|end these messages|we want these texts to stop|I want it all to stop
when will you stop texting|can you make these texts stop|when are you going to quit
please stop I don't need anything fixed|stop please|stop now|delete my info please
scrub me from whatever this is|quit it with the leak texts|no more about my basement
i want out of this|unsubscribe me from all this
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
    "remove my house from your list": ("STOP", "NONE"),
    ("since my husband passed I don't know who to call, can you look at my basement?"): (
        "NONE",
        "HOLD",
    ),
    ("House burned down in '22. There is nothing to repair. Please quit asking me about it."): (
        "STOP",
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
    (
        "I had a fella come by from the other outfit on Tuesday and I shook his hand on "
        "it so I guess I'm spoken for"
    ): ("HOLD", "NONE"),
    "is there like a bot i can send pics to or just here": ("NONE", "HOLD"),
    ("How'd you get the van down that driveway? impressive. When's part two?"): ("NONE", "HOLD"),
    (
        "hey it's Pete again this is my wife's phone mine's in the lake so same "
        "appointment just her number today"
    ): ("NONE", "HOLD"),
}
