"""Who of a batch takes turns with whom."""

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import text
from sqlmodel import Session

MANY = 8  # so many take turns without being looked at
_WAVES = text(
    "update step_row r set wave = u.turn from unnest(cast(:units as bigint[]),"
    " cast(:turns as int[])) u (unit, turn) where r.line = u.unit"
)
_TURNS = text(
    "update step_person q set turn = u.turn from unnest(cast(:units as bigint[]),"
    " cast(:turns as int[])) u (unit, turn) where q.line * 100 + q.n = u.unit"
)

_SAME = text(  # people of different rows of whom the file says the same, word for word
    "select array_agg(q.line * cast(100 as bigint) + q.n order by q.line) from step_person q"
    " join step_row r using (line) group by to_jsonb(q) - '{line,n,turn}'::text[],"
    " r.is_overwriting having count(*) > 1 and count(*) = count(distinct q.line)"
)


def give_turns(session: Session, shared: Iterable[list[int]]) -> Iterable[tuple[int, int]]:
    """Give rows their waves and people their turns; return the waves, each with its most turns.

    `shared` are the units of `waves.sql` that have something in common.

    A statement for a set sees what was there before it. So rows that may mean the same house or
    person, if only by way of a third row, take turns, and so do people of one row. But an owner of
    many houses, always told the same, is met once: the others have less the first's unit for a
    turn, not before its wave, and follow in again.sql.
    """
    of = dict[int, list[int]]()  # what a unit may be the same as, itself among it
    for units in shared:
        ours = [*{id(group): group for u in units if (group := of.get(u))}.values()]
        merged = list(dict.fromkeys([*units, *(unit for group in ours for unit in group)]))
        of.update(dict.fromkeys(merged, merged))
    groups = [sorted(group) for group in {id(group): group for group in of.values()}.values()]
    same = set[tuple[int, ...]]()
    if any(len(group) > MANY for group in groups):
        same = {tuple(units) for units in session.execute(_SAME).scalars()}
    again = {unit: group[0] for group in groups if tuple(group) in same for unit in group[1:]}
    groups = [[unit for unit in group if unit not in again] for group in groups]
    firsts = {unit // 100: set[int]() for unit in again}
    for unit, first in again.items():
        firsts[unit // 100].add(first // 100)
    waves = _in_turn([[unit // 100 for unit in group] for group in groups], firsts)
    turns = _in_turn([[*ours] for group in groups
                      for _line, ours in groupby(group, lambda unit: unit // 100)], {})  # fmt: skip
    later = turns | {unit: -first for unit, first in again.items()}
    for statement, found in ((_WAVES, waves), (_TURNS, later)):
        if late := {unit: turn for unit, turn in found.items() if turn != 1}:
            session.execute(statement, {"units": [*late], "turns": [*late.values()]})
    most = dict.fromkeys(range(1, max(waves.values(), default=1) + 1), 1)
    for unit, turn in turns.items():
        wave = waves[unit // 100]
        most[wave] = max(most[wave], turn)
    return most.items()


def _in_turn(groups: list[list[int]], firsts: dict[int, set[int]]) -> dict[int, int]:
    """Give each unit of the groups (what may be the same thing) its turn, in their order.

    `firsts` are units before whose turn it must not come.
    """
    of, last, turns = dict[int, list[int]](), [0] * len(groups), dict[int, int]()
    of.update({unit: [] for unit in firsts})
    for group, units in enumerate(groups):
        for unit in set(units):
            of.setdefault(unit, []).append(group)
    for unit in sorted(of):
        turns[unit] = max([1, *(1 + last[group] for group in of[unit]),
                           *(turns.get(first, 1) for first in firsts.get(unit, ()))])  # fmt: skip
        for group in of[unit]:
            last[group] = turns[unit]
    return turns
