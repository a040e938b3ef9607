"""One import and its undo by the worker's own path, in a process of its own: `… FILE`.

Prints seconds of each step, of the whole, and the most memory that it took, as one line of JSON.
"""

import json
import resource
import shutil
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from crm_app import db
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.imports import actions, steps, tasks
from crm_app.imports.models import Import, ImportState
from crm_app.intake import files, recipes
from crm_app.intake.rows import reader


def main(path: Path) -> None:
    shutil.copyfile(path, actions.folder() / path.name)
    began = time.perf_counter()
    with db.transaction() as session:
        import_id = actions.take_in(session, path.name, path.name, "Bench", is_approved=True)
    took = _by_step(import_id)
    found: dict[str, Any] = {"seconds": time.perf_counter() - began, **took}
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with db.transaction() as session:
        done = session.get_one(Import, import_id)
        assert done.state is ImportState.APPLIED, done.error
        found["counts"] = done.counts
        actions.undo(session, Person(1, "Olivia", Role.OWNER), import_id)
    found |= _by_step(import_id)
    print(json.dumps(found | _alone(path)))


def _by_step(import_id: int) -> dict[str, float]:
    """Run the worker's task; what a step takes is up to the next one, its commit included."""
    marks, real = list[tuple[str, float]](), steps.advance

    def advance(session: Any, *args: Any) -> bool:
        state = session.get_one(Import, import_id).state
        marks.append((state.value, time.perf_counter()))
        return real(session, *args)

    steps.advance = advance
    tasks.run(import_id, True)
    steps.advance = real
    took: dict[str, float] = {}
    for (state, at), (_next, until) in pairwise(marks):
        took[state] = took.get(state, 0) + until - at
    return took


def _alone(path: Path) -> dict[str, float]:
    """The seconds of reading the file alone, and of making rows of it."""
    began = time.perf_counter()
    source = files.examine(path)
    for _record in files.records(path, source):
        pass
    read, said = time.perf_counter(), recipes.recognise(source.header)
    make = reader(said.mapping, said.name)
    for record in files.records(path, source):
        make(record)
    return {"parse": read - began, "normalise": time.perf_counter() - read - (read - began)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
