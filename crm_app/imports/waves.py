"""Who of a batch takes turns with whom."""

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import text
from sqlmodel import Session

_WAVES = text(
    "update step_row r set wave = u.turn from unnest(cast(:units as bigint[]),"
    " cast(:turns as int[])) u (unit, turn) where r.line = u.unit"
)
_TURNS = text(
    "update step_person q set turn = u.turn from unnest(cast(:units as bigint[]),"
    " cast(:turns as int[])) u (unit, turn) where q.line * 100 + q.n = u.unit"
)


def give_turns(session: Session, shared: Iterable[list[int]]) -> Iterable[tuple[int, int]]:
    """Give rows their waves and people their turns; return the waves, each with its most turns.

    `shared` are the units of `waves.sql` that have something in common.

    A statement for a set sees what was there before it. So rows that may mean the same house or
    person, if only by way of a third row, take turns, and so do people of one row.
    """
    of = dict[int, list[int]]()  # what a unit may be the same as, itself among it
    for units in shared:
        ours = [*{id(group): group for u in units if (group := of.get(u))}.values()]
        merged = list(dict.fromkeys([*units, *(unit for group in ours for unit in group)]))
        of.update(dict.fromkeys(merged, merged))
    groups = [sorted(group) for group in {id(group): group for group in of.values()}.values()]
    waves = _in_turn([[unit // 100 for unit in group] for group in groups])
    turns = _in_turn([[*same] for group in groups
                      for _line, same in groupby(group, lambda unit: unit // 100)])  # fmt: skip
    for statement, found in ((_WAVES, waves), (_TURNS, turns)):
        if late := {unit: turn for unit, turn in found.items() if turn > 1}:
            session.execute(statement, {"units": [*late], "turns": [*late.values()]})
    most = dict.fromkeys(range(1, max(waves.values(), default=1) + 1), 1)
    for unit, turn in turns.items():
        wave = waves[unit // 100]
        most[wave] = max(most[wave], turn)
    return most.items()


def _in_turn(groups: list[list[int]]) -> dict[int, int]:
    """Give each unit of the groups (what may be the same thing) its turn, in their order."""
    of, last, turns = dict[int, list[int]](), [0] * len(groups), dict[int, int]()
    for group, units in enumerate(groups):
        for unit in set(units):
            of.setdefault(unit, []).append(group)
    for unit in sorted(of):
        turns[unit] = 1 + max(last[group] for group in of[unit])
        for group in of[unit]:
            last[group] = turns[unit]
    return turns
