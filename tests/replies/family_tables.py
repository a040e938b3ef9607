"""What is about the work, and requests without a word for texts; a bar stands between two."""

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
I'm done with the painting so you can come|when might you stop over|which day will you two stop by
what time were you planning to stop in|can your estimator stop by after work
are you able to stop by tomorrow?|anything that makes it stop?|could you get the drip to stop
is there a way to make it stop for good?|how do we get the water to stop
it really needs to stop, my carpet is ruined|it should stop once you seal it right?
it must stop before we sell|the moisture has to stop|we'd love for it to stop seeping
I hope it will stop|does it stop by itself?|did the dripping stop already
has the leak stopped now?|my brother told the builder to stop
we asked our roofer to quit working there|I had the painter stop until you come
told the mason to stop, he was making a mess|asked the crew next door to stop drilling
leave the list taped to the door|leave the list of what you need
please leave the contract and the list in the box|leave your number with my wife
forget the other number, that's my old cell|forget the side gate, it's locked
forget that address it's 12 Elm|can you remove the old number from my file, the new one ends 22
remove the number plate from the wall before drilling
please take the old number off the mailbox when you paint|don't use my name on the yard sign
don't put my phone on the paperwork, use my husband's
please don't list my number on the permit application
can your guys knock this out before Thanksgiving|you think you can knock it out in one visit
knock out the old patch first|it's dry, full stop|it came to a full stop last week
take the last one off the invoice|take the boards off the wall
take the middle crack off the estimate|could you remove the rust from the wall
remove the paint from the floor|can you delete the deck from the quote|cancel that, 3pm is better
cancel that last message, I found the photo|wait cancel that, Tuesday is fine
lose the gutters and what's the price|lose the radon test, just the crack
drop the second crack to save money|end of story, I need it sealed
the end of the crack is by the window|we have a quit claim deed
the quit claim deed went through friday|quit the old sump last year
kill the breaker before you start|enough with this rain, when can you come
I'm done with buckets, come fix it|it never stops when it rains|stop it from spreading please
the drain is off the wall|whens a good day for you to stop by|would your guy stop over friday
what can make it stop leaking|do you think you can make it stop
it definitely has to stop before spring|we just want it to stop|has the water stop now
my dad told the handyman to stop|asked our builder to stop work until you look
leave the list of prices please|leave the keys and the list on the counter
forget the street number, look for the red barn
remove the house number from the door, we are painting
please don't put our number on the lawn sign|knock it out tomorrow?
could you knock it out while you're here|full stop at the lights then left
take the rotten one off the deck|can you remove the moss from the steps|cancel that, make it 5
lose the second coat|end of day works|quit claim was signed by my sister
take the trim off the window|drop the price and we have a deal|end unit on the right
kill the weeds by the wall too?|done with the demo, come measure|enough of this water
delete the last item on the estimate|cut the pipe off flush with the wall|stop at the office first
will the epoxy stop it|the leak quit after you left
the old owner told me to stop the pump in winter|could the other company just stop
this stops the water?|will this stop now that it's sealed|does it end at the window
these stop at the corner|it ends at the stairs|it stops when it freezes
the wall is done so stop by and see it|it stops now and again
who will stop by, you or your brother?|any chance someone could stop by sunday
think you can get it to stop before the closing|it's got to stop, the paneling is black
my sister asked her landscaper to stop watering there|leave the list of steps for aftercare
forget the back number, ours is the front unit|please take the number off the old bulkhead door
don't write my name on the invoice, use the trust|you could knock it out in an afternoon
pull the shelf off the wall?|scratch that, I meant the 12th|lose the drain option
the end of it is behind the boiler|is a quit claim ok for the warranty transfer
the trickle has to end before we finish the room|no more water since you came
delete the porch from the estimate|we're done with the other company
does the noise stop at night when you run the fans|cut the drywall off at four feet?
remove the wallpaper before you come?|enough of the old sealant is left
stop the clock, we found the shutoff|it won't quit dripping
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
i want out of this|unsubscribe me from all this|it's time for you to stop|you all need to quit it
this really has to stop|make this stop please|make them stop|this stops today|it all ends now
enough with these already|enough, please|cancel it all|cancel them all|cancel everything
please cancel this subscription|forget my number|lose the number|drop my number
stop using this number|don't you dare use this number again|remove the number from your system
delete our number from your files|take my husband off this list|take me off whatever list this is
strike us from your list|I told you to stop already|asked you twice to stop
my wife asked you to stop|we told you guys to quit|I said stop|please just stop|stop. just stop.
stop it now|I don't need anything fixed, stop|the wall is fine, stop texting|no leak here, stop
stop we have no cracks|stop I already got it fixed|our basement is dry stop messaging
knock it off with the leak texts|quit bugging me about the wall|leave my number off your list
I want off|get me off this|I told the guy to stop|told your office to stop
leave my name off the list|take my number off the list of leads|these need to stop
it needs to stop, leave us be|remove the number on your list
delete the old number in your system, no more|don't use my number for your ads|will you stop
would you just stop|could you please quit|what would make you stop|stop please, the wall is fine
I asked the last person to stop|please remove my number, the house is sold
remove this number from your files please|quit asking me about my walls
take my house off your list|lose my number, the wall is fine|don't put my number on any list
stop, we need nothing fixed|it has to stop, quit texting
your texts are constant and it needs to stop|take the number off the list
quit pestering me about cracks|stop bothering us about the foundation|stop asking about our wall
you have got to stop|this needs to end|can you stop|when will this stop|enough with the texts
cancel all of this|this all stops now|take my address off your list
remove our house from your list|delete this number|forget you have this number|lose the number pal
don't use this cell again|get my husband off your list|leave us out of this|knock it off already
stop, leave us alone|we told your guy to stop|I asked your company to stop
I've told the company to stop|please end this|our crack is fixed so stop
the basement is fine, please stop|stop, water is not a problem here|no leaks no cracks no more
the leak is none of your business so stop|there is no leak, please just stop
the water is fine stop|the basement is dry so quit it|I told the people in your office to stop
my husband told you to stop|you should stop|we have no leak, this has to stop
the crack is patched, stop now|stop, the crack is patched|stop please we are selling the house
stop please it's done|y'all need to stop|this has got to end|you were told to stop
for the third time stop|enough of these already|stop please and thank you|cancel all these
take this number off|remove our number|forget about my number|don't ever use my number
my number is not for this, remove it|the crack's fixed, stop|we don't need a contractor, stop
I asked your crew to stop texting|quit pushing your crack repair on us|no more about cracks
make it all stop|get our house off your list|leave my wall and me alone|why won't you stop
I want no part of this, take me off|knock it off with the basement stuff|end this now
"""
