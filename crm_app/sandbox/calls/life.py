"""The life of a call: it rings, is answered, missed or forwarded, and what is left afterwards.

A call is planned as rows of `due`: each sets columns of its row and tells of them, at its moment.
"""

import json
import re
from typing import Any

from crm_app.sandbox.calls.bodies import told
from crm_app.sandbox.media.files import media_url
from crm_app.sandbox.openphone.events import USER_ID, Line
from crm_app.sandbox.openphone.store import Store
from crm_app.sandbox.stage.chance import Json, fresh, iso
from crm_app.sandbox.stage.switches import Refused
from crm_app.sandbox.telling.tell import tell

HOWS = ("missed", "answered", "voicemail", "forwarded", "menu")
STEP = "call"  # of the rows in `due`
ANSWERED_AFTER, MISSED_AFTER, FORWARDED_AFTER = 6.0, 20.0, 12.0  # seconds of ringing
LONGEST = 4 * 3600
NOW = "@now"  # in a planned column: the moment of the step
WORDS = "Hi, this is about the crack in our basement. Please call me back."


def begin(
    store: Store, line: Line, person: str, how: str, *, is_ours: bool = False,
    seconds: int = 180, words: str = WORDS, is_recorded: bool = True,
) -> str:  # fmt: skip
    """Let a call ring now and plan the rest; return its id. Raises Refused for what is none."""
    if how not in HOWS:
        raise Refused(f"how is one of {', '.join(HOWS)}, not {how!r}.")
    if not 1 <= seconds <= LONGEST:
        raise Refused(f"seconds takes 1 to {LONGEST}.")
    at, call_id = store.now(), fresh("AC")
    with store.change():
        store.add(
            "call", id=call_id, people=person, status="ringing", created=at, updated=at,
            direction="outgoing" if is_ours else "incoming",
        )  # fmt: skip
        _tell(store, line, call_id, "call.ringing", at)
        for wait, kinds, columns in _plan(how, seconds, words, is_recorded, at):
            planned = json.dumps({"tell": kinds, "set": columns})
            store.add("due", at=at + wait, step=STEP, subject=call_id, text=planned)
    return call_id


def step(store: Store, line: Line, call_id: str, planned: str, at: float) -> None:
    """Do what was planned of a call for this moment."""
    plan = json.loads(_filled(planned))
    for name, value in {**plan["set"], "updated": NOW}.items():
        given = at if value == NOW else value
        # The names are those of _plan below; nobody from outside has a say.
        store.run(f"UPDATE call SET {name} = ? WHERE id = ?", given, call_id)
    for kind in plan["tell"]:
        _tell(store, line, call_id, kind, at)


def _tell(store: Store, line: Line, call_id: str, kind: str, at: float) -> None:
    call = dict(store.rows("SELECT * FROM call WHERE id = ?", call_id)[0])
    nameless = kind == "call.ringing" and store.switches()["narrow_ringing"]
    tell(
        store, kind, call["people"], lambda gen: told(line, kind, gen, call, nameless=nameless), at
    )


def _plan(
    how: str, seconds: int, words: str, is_recorded: bool, at: float
) -> list[tuple[float, list[str], Json]]:
    """Return what happens after how many seconds: the events, and the columns they tell of."""
    over: Json = {"completed": NOW}
    missed: Json = {"status": "missed"}
    match how:
        case "missed":
            return [(MISSED_AFTER, ["call.missed", "call.completed"], {**missed, **over})]
        case "voicemail":
            left = {"id": fresh("VM"), "status": "completed", "duration": seconds,
                    "transcript": words, "recordingUrl": "@voicemail"}  # fmt: skip
            ended = {**over, "voicemail": json.dumps(left)}
            kinds = ["call.completed", "call.voicemail.completed"]
            missing = (MISSED_AFTER, ["call.missed"], missed)
            return [missing, (MISSED_AFTER + seconds, kinds, ended)]
        case "forwarded":
            away = {"status": "forwarded", "forwarded_to": "+16175550198"}
            end = FORWARDED_AFTER + seconds
            return [(FORWARDED_AFTER, ["call.forwarded"], away), (end, ["call.completed"], over)]
        case _:
            menu: list[Any] = [(3.0, ["call.menu.selected"], {})] if how == "menu" else []
            answered = {"status": "in-progress", "answered": NOW}
            spoken = {**over, "status": "completed", "duration": seconds}
            end = ANSWERED_AFTER + seconds
            rest = _heard(end, seconds, at) if is_recorded else []
            talk = [
                (ANSWERED_AFTER, ["call.answered"], answered),
                (end, ["call.completed"], spoken),
            ]
            return [*menu, *talk, *rest]


def _heard(end: float, seconds: int, at: float) -> list[tuple[float, list[str], Json]]:
    """What a call that was answered leaves: recording, summary, transcript."""
    file = {"id": fresh("CR"), "status": "completed", "startTime": iso(at + ANSWERED_AFTER),
            "duration": seconds, "url": "@recording", "type": "audio/mpeg"}  # fmt: skip
    lines = {"summary": ["Water comes through a crack by the bulkhead when it rains."],
             "nextSteps": ["Visit for a quote."]}  # fmt: skip
    said = ["Crack repair, good morning.", "Hello, our basement leaks by the bulkhead."]
    part = max(1, seconds // len(said))
    dialogue = [
        {"content": words, "start": n * part, "end": (n + 1) * part,
         "identifier": None, "userId": USER_ID if n == 0 else None}
        for n, words in enumerate(said)
    ]  # fmt: skip
    return [
        (end + 4, ["call.recording.completed"], {"recordings": json.dumps([file])}),
        (end + 8, ["call.summary.completed"], {"summary": json.dumps(lines)}),
        (end + 10, ["call.transcript.completed"], {"dialogue": json.dumps(dialogue)}),
    ]


def sample_call(person: str, kind: str, at: float) -> Json:
    """Return an invented call at the moment of which `kind` tells, like a row of the table."""
    row: Json = {"id": "ACsample0002", "direction": "incoming", "people": person, "created": at,
                 "updated": at + 66, "status": "ringing", "answered": None, "completed": None,
                 "duration": 0, **dict.fromkeys(("voicemail", "recordings"), ""),
                 **dict.fromkeys(("summary", "dialogue", "forwarded_to"), "")}  # fmt: skip
    how = {"missed": "missed", "voicemail": "voicemail", "forwarded": "forwarded"}
    for wait, kinds, columns in _plan(how.get(kind.split(".")[1], "menu"), 60, WORDS, True, at):
        if kind == "call.ringing":
            break
        row |= {name: at + wait if value == NOW else value for name, value in columns.items()}
        if kind in kinds:
            break
    found: Json = json.loads(_filled(json.dumps(row)))
    return found


def _filled(planned: str) -> str:
    """Put links to files where the plan only names their kind: they are good for a while."""
    return re.sub("@(voicemail|recording)", lambda found: media_url(found[1]), planned)
