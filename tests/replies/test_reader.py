"""What an incoming text asks of us: each pass by a table, the tuned corpus, and what must hold."""

import io
import json
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_app.replies import commands, words
from crm_app.replies.reader import Reading, Verdict, read
from crm_app.tables import read_table
from tests.replies import otherwise, slips, votes
from tests.replies.reply_tables import TABLES

CORPUS = list(votes.cases())
OTHERWISE = otherwise.known()
READ_OTHERWISE = {case["text"] for case in OTHERWISE}
CASES = [
    (verdict, text)
    for verdict, tables in TABLES.items()
    for table in tables
    for text in table.strip().replace("\n", "|").split("|")
]


@pytest.mark.parametrize(("verdict", "text"), CASES)
def test_text_is_read_as_a_person_would(verdict: str, text: str) -> None:
    found = read(text)
    assert found.verdict == verdict
    assert bool(found.because) == (found.verdict is not Verdict.NONE)


def test_tuned_corpora_are_read_as_written_down() -> None:
    assert otherwise.found() == OTHERWISE


def test_no_clear_request_of_the_tuned_corpora_is_passed_over() -> None:
    assert [case for case in OTHERWISE if (case["verdict"], case["read"]) == ("STOP", "NONE")] == []


def test_slips_leave_out_words_of_their_own() -> None:
    assert read_table(words.__file__, "slips")["own"].split() == slips.counted()


def test_votes_are_those_of_the_corpora() -> None:
    table = tomllib.loads(votes.TABLE.read_text("utf-8"))
    assert {name: words.split() for name, words in table.items()} == votes.counted()


@pytest.mark.parametrize(
    ("text", "before", "verdict"),
    [
        ("cancel", "", Verdict.STOP),
        ("cancel", "Your visit is Tuesday at 9.", Verdict.HOLD),
        ("Cancel please", "Can we come Tuesday at 9?", Verdict.HOLD),
        ("stop", "Your visit is Tuesday at 9.", Verdict.STOP),
        ("cancel", "Cracks? We come Tuesday. Reply STOP to opt out.", Verdict.STOP),
        ("no", "Can we come Tuesday at 9?", Verdict.NONE),
        ("No, sorry", "Can we come Tuesday at 9?", Verdict.NONE),
        ("no", "Free look at your foundation? Reply STOP to opt out.", Verdict.HOLD),
        ("no", "", Verdict.HOLD),
    ],
)
def test_bare_word_answers_our_last_text(text: str, before: str, verdict: Verdict) -> None:
    assert read(text, before).verdict is verdict


@pytest.mark.parametrize("text", ["", "   ", "start?", "please, yes, start over", "YES"])
def test_nobody_is_texted_again_by_a_doubtful_word(text: str) -> None:
    assert read(text).verdict is Verdict.NONE


def test_reason_names_the_words() -> None:
    assert read("Please quit texting me") == Reading(
        Verdict.STOP, 'asks us to stop: "quit texting me"'
    )
    assert read("I don't know this person").because == 'wrong number: "dont know this person"'
    assert read("see you then").because == ""


SEPARATED = ["stop", "it", "no", "more", "texts", "opt", "put", "out", ".", ",", "x", "2", "\n"]
per_se = st.sampled_from(["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"])
marks = st.text(alphabet=" .,!?-\"'“”()*~_\n\t🙏👍😡", max_size=6)
cases = st.sampled_from([str.upper, str.lower, str.title, str.swapcase])
hidden = st.sampled_from(["", "\u200b", "\u00ad", "\ufeff", "\u0301"])
WIDE = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}


@given(word=per_se, before=marks, after=marks, case=cases, unseen=hidden, wide=st.booleans())
def test_law_words_stop_however_they_are_written(
    word: str, before: str, after: str, case: type[str], unseen: str, *, wide: bool
) -> None:
    said = unseen.join(case(word))
    assert read(before + (said.translate(WIDE) if wide else said) + after).verdict is Verdict.STOP


clear = st.sampled_from(
    [
        case["text"]
        for case in CORPUS
        if case["verdict"] == "STOP" and "before" not in case and case["text"] not in READ_OTHERWISE
    ]
)


@given(
    text=clear,
    greeting=st.sampled_from(["", "Hi, ", "Hello. ", "Good morning! ", "Dear sirs,\n"]),
    end=st.sampled_from(
        ["", " Thanks", ". Thank you!", "\n\nSent from my iPhone", " 🙏", "\n- J."]
    ),
)
def test_politeness_changes_no_request(text: str, greeting: str, end: str) -> None:
    assert read(greeting + text + end).verdict is Verdict.STOP


@pytest.mark.parametrize("at", range(21))
@pytest.mark.parametrize(
    "text", ["Please stop texting me.", "Take me off your list!", "do not contact me again", "STOP"]
)
def test_request_in_a_long_text_is_found(text: str, at: int) -> None:
    lines = ["The driveway is on the left of the house and the dog is friendly."] * 20
    assert read("\n".join([*lines[:at], text, *lines[at:]])).verdict is Verdict.STOP


@given(text=st.text(max_size=300), before=st.text(max_size=40))
@example(text="🛑" * 1600, before="")
@example(text="👍" * 1600, before="")
@example(text="\x00\x1f\ud800 stop" * 200, before="\x00")
@example(text="a." * 800, before="")
def test_any_text_is_read_without_an_error(text: str, before: str) -> None:
    assert read(text, before).verdict in Verdict


@given(said=st.lists(st.sampled_from([*sorted(words.KNOWN)[::7], *SEPARATED]), max_size=9))
@example(said=["stop", "n", "it"])
@example(said=["no", "1", "more"])
def test_known_words_in_any_row_are_read_without_an_error(said: list[str]) -> None:
    assert read(" ".join(said)).verdict in Verdict


def test_command_answers_each_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given_lines = b"STOP\n\nCan you stop by?\r\n\xff\xfe no mas \xf0\x9f\x9b\x91"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given_lines)))

    assert commands.command() == 0

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["verdict"] for line in told] == ["STOP", "NONE", "NONE", "STOP"]
    assert told[2] == {"text": "Can you stop by?", "verdict": "NONE", "because": ""}
