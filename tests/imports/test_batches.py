"""Sets are only a quicker way: the result is that of reading row by row."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.imports import apply, batch, staging, waves
from crm_app.imports.models import Import, ImportRow, ImportState, Mode
from crm_app.intake.rows import Read

# Few houses, numbers and names, so that rows meet; all invented.
STREETS = ["12 LANTERNWICK ST||02169", "14 LANTERNWICK ST||02169", "3 ELM ST||02184"]
HOUSES = st.fixed_dictionaries({
    "address_key": st.sampled_from(STREETS),
    "apn": st.sampled_from(["", "Q-1", "Q-2"]),
    "radar_id": st.sampled_from(["", "", "P1", "P2"]),
    "city": st.sampled_from(["Quincy", "Milton"]),
    "owner": st.sampled_from(["", "EXAMPLE,PAT", "OTHER,SAM"]),
    "purchased_on": st.sampled_from([None, "2004-06-18", "2025-01-31"]),
    "value_cents": st.sampled_from([None, 100, 200]),
    "year_built": st.sampled_from([None, 1950, 1960]),
    "extras": st.sampled_from([{}, {"Foundation": "Block"}, {"Foundation": "Stone", "Pool": "1"}]),
    "people": st.sampled_from([[], [{"name": "Pat Example", "email": ""}]]),
})  # fmt: skip
NUMBERS = ["+16175550140", "+16175550141", "+16175550142"]


def person(name: str, numbers: list[str], email: str, notes: str, stop: bool) -> dict[str, Any]:
    first, _, last = name.partition(" ")
    return {
        "name": name, "first_name": first, "last_name": last, "email": email, "notes": notes,
        "numbers": [{"e164": e164, "is_textable": bool(notes)} for e164 in numbers],
        "tags": [notes] if notes else [],
        "stop": {"since": None, "source": "DNC"} if stop else None,
    }  # fmt: skip


PEOPLE = st.builds(
    person,
    st.sampled_from(["Pat Example", "Sam Other", "Pat Beispiel"]),
    st.lists(st.sampled_from(NUMBERS), max_size=2, unique=True),
    st.sampled_from(["", "pat@example.com", "sam@example.com"]),
    st.sampled_from(["", "", "Likes tea"]),
    st.sampled_from([False, False, False, True]),
).filter(lambda one: one["numbers"] or one["email"])
ROWS = st.builds(
    lambda house, people, is_bad: {"house": house, "people": people, "is_bad": is_bad},
    st.one_of(st.none(), HOUSES, HOUSES, HOUSES),
    st.lists(PEOPLE, min_size=1, max_size=2),
    st.sampled_from([False] * 9 + [True]),
)


def stage(session: Session, rows: list[dict[str, Any]], mode: str) -> Import:
    """Write rows as the reader leaves them, from line 2 on."""
    made = Import(
        file_name="a.csv", stored_as="a.csv", list_name="Spring", mode=Mode(mode), header=["A"],
        rows_total=len(rows), created_at=clock.now(session),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for place, row in enumerate(rows, 1):
        house = row["house"] and row["house"] | {"address": row["house"]["address_key"].title()}
        read = Read(place + 1, ["x"], "no address" if row["is_bad"] else "", [], house)
        read.people = row["people"]
        reason, warnings, raw, kept, people, refused = staging.kept(read)
        session.add(
            ImportRow(
                import_id=made.id, line=place + 1, place=place, reason=reason, raw=json.loads(raw),
                warnings=json.loads(warnings), house=kept and json.loads(kept),
                people=json.loads(people), refused_phones=refused,
            )
        )  # fmt: skip
    session.flush()
    return made


def run(session: Session, rows: list[dict[str, Any]], mode: str = "fill") -> dict[str, Any]:
    """Apply rows and return the counts."""
    made = stage(session, rows, mode)
    made.state = ImportState.APPLYING
    while not (counts := apply.apply_batch(session, made, never)):
        pass
    session.flush()
    return counts


def never(_session: Session, _e164: str, because: str | None, _since: object) -> None:
    assert because is None  # nobody here was ever texted


def world(session: Session) -> Any:
    """Everything that an import writes, with names in place of ids and times."""
    found = session.execute(
        text("""
        with house as (select id, concat_ws('/', radar_id, apn, city, address_key) as called,
            to_jsonb(p) - '{id,search,created_at,updated_at,import_id}'::text[] as said
            from property p),
        tie as (select t.contact_id, jsonb_agg(jsonb_build_array(h.called, role, position,
                started_on, ended_on) order by h.called, role, ended_on, started_on) as ties
            from contact_property t join house h on h.id = t.property_id group by 1),
        person as (select c.id, to_jsonb(c)
                - '{id,search,created_at,updated_at,import_id,houses}'::text[]
            || jsonb_build_object('ties', t.ties, 'numbers', (
                    select jsonb_agg(to_jsonb(n) - '{id,contact_id,import_id}'::text[]
                        order by e164) from phone_number n where n.contact_id = c.id),
                'houses', (select jsonb_agg(x order by x)
                    from unnest(string_to_array(houses, ' · ')) x),
                'on', (select jsonb_agg(h.called) from list_member m
                    left join house h on h.id = m.property_id where m.contact_id = c.id)) as said
            from contact c left join tie t on t.contact_id = c.id)
        select (select jsonb_agg(said order by said) from house) as houses,
            (select jsonb_agg(said order by said) from person) as people,
            (select jsonb_agg(e164 order by e164) from suppression
                where lifted_at is null) as stopped
    """)
    ).one()
    return found._asdict()


def outcomes(session: Session) -> Any:
    """What became of each row of the last import, without ids and times."""
    return session.execute(
        text("""
        select line, verdict, property_verdict, contact_verdicts, warnings, (
            select jsonb_agg(said order by said) from jsonb_array_elements(changes) c,
            lateral (select c.value - 'id' #- '{before,updated_at}' #- '{after,updated_at}' as said)
            where not c.value -> 'after' ? 'houses') as changes
        from import_outcome where import_id = (select max(id) from import) order by line
    """)
    ).all()


def undone(session: Session, work: Callable[[], Any]) -> Any:
    """Do the work, return what it returns, and take it back."""
    here = session.begin_nested()
    result = work()
    here.rollback()
    session.expire_all()
    return result


@settings(
    max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    known=st.lists(ROWS, max_size=3), rows=st.lists(ROWS, min_size=2, max_size=6),
    mode=st.sampled_from(["fill", "fill", "update", "skip"]), size=st.sampled_from([2, 3, 100]),
)  # fmt: skip
def test_any_batches_give_what_row_by_row_gives(
    session: Session, known: list[Any], rows: list[Any], mode: str, size: int
) -> None:
    def everything(batch: int) -> Any:
        apply.BATCH = 1
        if known:
            run(session, known)
        apply.BATCH = batch
        counts = run(session, rows, mode)
        return world(session), outcomes(session), counts

    def planned() -> Any:
        apply.BATCH = 1
        if known:
            run(session, known)
        apply.BATCH = size
        made = stage(session, rows, mode)
        before = world(session)
        counts = apply.plan(session, made, lambda rows: None)
        assert world(session) == before  # a plan writes nothing
        return outcomes(session), counts

    try:
        one_by_one = undone(session, lambda: everything(1))
        in_sets = undone(session, lambda: everything(size))
        plan = undone(session, planned)
    finally:
        apply.BATCH = 5_000
    assert in_sets[0] == one_by_one[0]
    assert in_sets[1:] == one_by_one[1:]
    assert plan == in_sets[1:]  # the counts and each row's outcome


@pytest.mark.parametrize("mode", ["fill", "update"])
def test_an_owner_of_many_houses_is_met_once(
    session: Session, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pat = person("Pat Example", ["+16175550140", "+16175550141"], "", "", stop=False)
    sam = person("Sam Other", ["+16175550141"], "", "", stop=False)

    lee = person("Lee Third", ["+16175550142"], "", "", stop=False)

    def row(n: int, bought: str | None = None) -> dict[str, Any]:
        town = {"apn": f"Q-{n}", "city": "Quincy", "address_key": f"{n} ELM ST||02169"}
        one = town | {"purchased_on": bought, "owner": "", "people": []}
        people = [pat, person(f"Kim {n}", [f"+1617555019{n}"], "", "", stop=False)]
        return {"house": one, "people": people, "is_bad": False}

    known = [
        {"house": None, "people": [sam], "is_bad": False},
        {"house": None, "people": [pat | {"numbers": pat["numbers"][:1]}], "is_bad": False},
        row(1, "2020-01-01") | {"people": [lee]}, row(2, "2020-01-01") | {"people": [lee]},
    ]  # fmt: skip
    rows = [row(3), row(4), row(1, "2024-02-03"), row(3), row(2, "2024-02-04"), row(5)]
    taken = list[Any]()
    real = batch.give_turns

    def give_turns(*args: Any) -> Any:
        taken.append(list(real(*args)))
        return taken[-1]

    monkeypatch.setattr(batch, "give_turns", give_turns)
    monkeypatch.setattr(waves, "MANY", 2)

    def everything(batch: int) -> Any:
        run(session, known)
        with monkeypatch.context() as patch:
            patch.setattr(apply, "BATCH", batch)
            counts = run(session, rows, mode)
        return world(session), outcomes(session), counts

    one_by_one = undone(session, lambda: everything(1))
    in_sets = undone(session, lambda: everything(100))

    assert in_sets == one_by_one
    assert "new owner" in str(in_sets)
    assert "stays there" in str(in_sets)
    assert len(taken[-1]) == 2  # for the house that comes twice


def test_a_number_under_many_names_keeps_twenty_and_tells_of_progress(session: Session) -> None:
    people = [person(f"Pat {n}", ["+16175550140"], "", "", stop=False) for n in range(22)]
    made = stage(
        session, [{"house": None, "people": [one], "is_bad": False} for one in people], "fill"
    )
    told = list[int]()

    apply.plan(session, made, told.append)

    assert told == [0, 0, 22]
    warned = [row.warnings[0].partition("; ")[2] for row in outcomes(session)[1:]]
    assert warned == ["both names are kept."] * 20 + ["20 other names are kept already."]
