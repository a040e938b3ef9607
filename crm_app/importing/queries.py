"""Reads of the import's screens: past imports, and one import with its tiles."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from crm_app import clock, times
from crm_app.compliance.queries import attestation_of
from crm_app.importing.words import LABELS
from crm_app.imports.models import Import, ImportState

RUNNING = (ImportState.READING, ImportState.PLANNING, ImportState.APPLYING, ImportState.UNDOING)
_WORDS = {verdict: word for verdict, (word, _tone) in LABELS["verdicts"].items()}


@dataclass(frozen=True)
class Tile:
    """A number that narrows the rows to those of its `key`; not so of links and phones."""

    key: str
    words: str
    number: str
    testid: str


@dataclass(frozen=True)
class Shown:
    """An import as the screens show it; `attested` says who attested its list, and when."""

    id: int = 0
    file_name: str = ""
    list_name: str = ""
    list_id: int = 0
    state: str = ""
    word: str = ""
    tone: str = "waiting"
    error: str = ""
    rows_done: int = 0
    rows_total: int = 0
    step: str = ""
    when: str = ""
    ago: str = ""
    result: str = ""
    so_far: str = ""
    half: str = ""
    how: str = ""
    proof: str = ""
    recipe: str = ""
    has_rows: bool = False
    mode: str = ""
    tag: str = ""
    basis: str = ""
    of: str = ""
    tiles: list[Tile] = field(default_factory=list)
    adds_up: str = ""
    people: list[Tile] = field(default_factory=list)
    people_sum: str = ""
    apply: str = ""
    attested: str = ""


def _many(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _left(found: Import, now: datetime) -> str:
    """Say how long the step still takes at its pace so far, '' when that is not known."""
    done, total = found.rows_done, found.rows_total
    if found.state not in RUNNING or not found.began_at or not 0 < done < total:
        return ""
    seconds = (now - found.began_at).total_seconds() * (total - done) / done
    return f", about {round(seconds / 60)} min left" if seconds > 90 else f", {seconds:.0f} s left"


def _shown(found: Import, now: datetime) -> Shown:
    state, counts = found.state.value, found.counts
    word, tone = LABELS["states"][state]
    names = ("created", "updated", "unchanged", "failed")
    said = ", ".join(f"{counts[name]:,} {_WORDS[name].lower()}" for name in names if name in counts)
    stopped, written = LABELS["stopped"].get(state), counts.get("rows", 0)
    half = LABELS["half" if written else "nothing"].format(written, found.rows_total, stopped)
    return Shown(
        found.id, found.file_name, found.list_name, found.list_id or 0, state, word, tone,
        found.error, found.rows_done, found.rows_total,
        LABELS["steps"].get(state, "") + _left(found, now), times.exact(found.created_at),
        times.ago(found.created_at, now),
        " · ".join(filter(None, (said, found.error, found.file_name))),
        f"{found.rows_done:,} of {found.rows_total:,}", half if stopped else "")  # fmt: skip


def past_imports(session: Session) -> list[Shown]:
    """Return the last hundred imports, newest first, without their tiles."""
    now = clock.now(session)
    found = session.exec(select(Import).order_by(col(Import.id).desc()).limit(100))
    return [_shown(one, now) for one in found]


def shown(session: Session, import_id: int) -> Shown:
    """Return an import for its page; its id is 0 when there is none."""
    if (found := session.get(Import, import_id)) is None:
        return Shown()
    by, whole = attestation_of(session, found.list_id or 0), _shown(found, clock.now(session))
    proof = LABELS["basis"][found.basis] if found.basis else ""
    unknown = "Columns unknown" if whole.state == "mapping" else ""
    return replace(
        whole if "rows" not in found.counts or found.state in RUNNING else _counted(whole, found),
        recipe=f"{found.recipe}, {found.sureness} % sure" if found.recipe else unknown,
        how=" · ".join(filter(None, (LABELS["mode"][found.mode], found.tag, proof))),
        proof=proof and LABELS["proof"].format(proof), mode=found.mode.value, tag=found.tag,
        basis=found.basis, attested=f"Attested by {by.by}, {times.exact(by.at)}." if by else "",
    )  # fmt: skip


def _counted(shown: Shown, found: Import) -> Shown:
    """Add the file's rows by verdict, of the houses where it has some; and its people."""
    counts, houses = found.counts, found.counts["properties"]
    has_houses = any(houses[name] for name in ("created", "updated", "unchanged"))
    kind, of = ("properties", houses) if has_houses else ("rows", counts)
    parts = [(f"{kind}-{n}", _WORDS[n], of[n], n) for n in ("created", "updated", "unchanged")]
    parts.append(("failed", _WORDS["failed"], counts["failed"], "refused"))
    if rest := counts["rows"] - sum(number for _key, _words, number, _name in parts):
        parts.append(("people", "People only", rest, "people"))
    tiles = [Tile(key, words, f"{n:,}", f"import-rows-{name}") for key, words, n, name in parts]
    every = Tile("", "Rows", f"{counts['rows']:,}", "import-rows-rows")
    flat = counts | {f"contacts-{name}": number for name, number in counts["contacts"].items()}
    people = [flat[f"contacts-{name}"] for name in ("created", "updated", "unchanged")]
    good = counts["rows"] - counts["failed"]
    return replace(
        shown, has_rows=True, of=kind.title(), tiles=[every, *tiles],
        adds_up=f"{' + '.join(tile.number for tile in tiles)} = {_many(counts['rows'], 'row')}",
        people=[Tile(key, word, f"{flat[key]:,}", name) for key, word, name in LABELS["people"]],
        people_sum=f"{' + '.join(f'{n:,}' for n in people)} = {_many(sum(people), 'contact')}",
        apply=f"Import {_many(good, 'row')}" if good else "",
    )  # fmt: skip
