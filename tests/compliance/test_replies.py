"""What an incoming text asks of us: certain opt-outs, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.compliance.replies import Verdict, _phrases, read

STOPS = """
STOP|stop|Stop.|stop!!!|"Stop"|“STOP”|'stop'|(stop)| stop |S T O P|S.T.O.P.|s-t-o-p|ＳＴＯＰ
𝗦𝗧𝗢𝗣|🛑 STOP 🛑|STOP 🙏|*stop*|STOP STOP STOP|Stop, please|please stop|pls stop
stop thanks|Stop now!|stop plz thx|quit|END|Revoke|opt out|OPT-OUT|optout|Opt  Out|cancel
CANCEL.|unsubscribe|StopAll|stop all|remove|stop2quit|ALTO|pare|Parar|BAJA|cancelar|NO MÁS
no mas|¡Alto!|alto por favor|arrêt|stop texting me|Please stop texting me.
Stop texting me now, thanks|stop messaging me|remove me|Take me off your list
take me off your list!!|please remove me from your list|Do not text me|don't text me
Don’t text me again|DONT CONTACT ME|unsubscribe me please|opt me out|I opt out|no more texts
ok stop
""".strip().replace("\n", "|")

NOT_STOPS = """
Stop by anytime after 3|can you stop the leak|Can you stop by Tuesday?
end of the month works|I need to cancel Tuesday|the end|stop it leaking please|Don't stop
nonstop|When can you start?|quitting time is 5|This weekend|please cancel my appointment
Stop joking around|stop in when you are near|who is this|wrong number|not interested
Liked “STOP”|Reply STOP to opt out|thanks|please|please thanks|ok|yes|Y|1|STOP1|?|🛑|👍|no
Take me off at the corner|remove me a tree|do not text me before 9
we opt out of the warranty
""".strip().replace("\n", "|")


@pytest.mark.parametrize("text", STOPS.split("|"))
def test_certain_opt_out_is_read(text: str) -> None:
    assert read(text) is Verdict.STOP


@pytest.mark.parametrize("text", [*NOT_STOPS.split("|"), "", "   ", "STOP\nby"])
def test_text_that_only_contains_such_a_word_is_no_opt_out(text: str) -> None:
    assert read(text) is Verdict.NONE


def test_opt_out_with_a_phones_signature_or_on_two_lines_is_read() -> None:
    assert read("STOP\n\nSent from my iPhone") is Verdict.STOP
    assert read("stop\nSTOP") is Verdict.STOP
    assert read("s\u200btop\ufeff") is Verdict.STOP


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("START", Verdict.START),
        ("start.", Verdict.START),
        ("Unstop", Verdict.START),
        ("please start", Verdict.NONE),
        ("start again", Verdict.NONE),
        ("YES", Verdict.NONE),
        ("HELP", Verdict.HELP),
        ("info?", Verdict.HELP),
        ("Ayuda", Verdict.HELP),
        ("help me with my wall", Verdict.NONE),
    ],
)
def test_start_and_help_count_only_as_the_whole_text(text: str, verdict: Verdict) -> None:
    assert read(text) is verdict


per_se = st.sampled_from(["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"])
marks = st.text(alphabet=" .,!?-\"'“”()*~_\n\t🛑🙏👍😡", max_size=6)
cases = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])


@given(word=per_se, before=marks, after=marks, case=cases)
def test_law_words_stop_in_any_case_and_punctuation(
    word: str, before: str, after: str, case: type[str]
) -> None:
    assert read(before + case(word) + after) is Verdict.STOP


@given(text=st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read(text) in Verdict


def test_lists_are_written_as_they_are_matched() -> None:
    for name in ("stop", "start", "help"):
        for phrase in _phrases()[name]:
            assert read(phrase) == name
