"""Lists by hand and saved filters: make, fill, rename, delete; tags; a filter's people frozen."""

from functools import partial
from typing import Any

from sqlalchemy import CursorResult, func, text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.queries import attestation_of
from crm_app.contacts.actions import spelled
from crm_app.contacts.models import ContactList
from crm_app.errors import CrmError
from crm_app.lists import filters
from crm_app.lists.queries import SQL, Wanted, members_of, where_of


def save_filter(
    session: Session, person: Person, wanted: Wanted, list_id: int, name: str
) -> int:  # fmt: skip
    """Keep the filter under a new name, or without one as that of `list_id`; return its list."""
    person.must(Permission.EDIT_CONTACTS)
    form, is_new = filters.clean(wanted.form), bool(name.strip())
    if not form:
        raise CrmError("Choose what to filter by first.")
    filters.read(form)
    found = _make(session, person, name) if is_new else _locked(session, list_id)
    if not is_new and found.filter is None:
        raise CrmError(f"{found.name} is a list of chosen people: give the filter a name.")
    found.filter = form
    session.flush()
    return found.id


def add_to_list(session: Session, person: Person, wanted: Wanted, list_id: int, name: str) -> int:
    """Put contacts on a list, or (0) on a new one of that name; return how many are new on it."""
    where, given = _chosen(person, wanted)
    found = _locked(session, list_id) if list_id else _make(session, person, name)
    if found.filter is not None:
        raise CrmError(f"{found.name} is a saved filter: it fills itself. Choose another list.")
    if attestation_of(session, found.id):
        raise CrmError(f"{found.name} is attested and takes nobody new. Make another list.")
    house = filters.read(wanted.form).house
    return _add(session, found.id, SQL["members"].format(house=house, where=where), given)


def take_off(session: Session, person: Person, wanted: Wanted, list_id: int, _word: str) -> int:
    """Take contacts off a list and return how many; what waits for them will not leave."""
    where, given = _chosen(person, wanted)
    return _count(session, SQL["take_off"].format(where=where), given | {"from": list_id})


def tag(
    session: Session, person: Person, wanted: Wanted, _id: int, word: str, off: bool = False
) -> int:
    """Give contacts the tags of `word` (by commas), or take them `off`; return how many changed."""
    where, given = _chosen(person, wanted)
    tags = [tag for part in word.split(",") if (tag := " ".join(part.split()))]
    if not tags or len(max(tags, key=len)) > 40:
        raise CrmError("Write a tag of at most 40 characters, or several by commas.")
    given |= {"tags": spelled(session, tags), "now": clock.now(session)}
    return _count(session, SQL["untag" if off else "tag"].format(where=where), given)


def rename_list(session: Session, person: Person, _: Wanted, list_id: int, name: str) -> int:
    """Give a list another name and return its id; raise CrmError when the name is taken."""
    person.must(Permission.EDIT_CONTACTS)
    found = _locked(session, list_id)
    found.name = _free_name(session, name, list_id)
    session.flush()
    return list_id


def delete_list(session: Session, person: Person, _: Wanted, list_id: int, _word: str) -> int:
    """Delete a list, not its contacts; raise CrmError when something rests on it."""
    person.must(Permission.EDIT_CONTACTS)
    found = _locked(session, list_id)
    if why := session.execute(text(SQL["why_it_stays"]), {"id": list_id}).scalar():
        raise CrmError(f"{found.name} stays: {why}.")
    session.execute(text("delete from list_member where list_id = :id"), {"id": list_id})
    session.delete(found)
    session.flush()
    return list_id


# What may be done to the chosen, or to the list that is open, with a word that was written; and
# what is said of it, with the number that comes back.
VERBS = {
    "keep": (save_filter, "Saved"), "put": (add_to_list, "{:,} more on the list"),
    "take_off": (take_off, "{:,} off the list"), "tag": (tag, "{:,} tagged"),
    "untag": (partial(tag, off=True), "{:,} no longer tagged"),
    "rename": (rename_list, "Renamed"), "delete": (delete_list, "Deleted; its contacts stay"),
}  # fmt: skip


def frozen(session: Session, person: Person, list_id: int, name: str) -> int:
    """Return a list as it is; of a saved filter, a new list of those who fit at this moment.

    So two campaigns by one filter do not change each other's audience.
    """
    found = session.get_one(ContactList, list_id)
    if found.filter is None:
        return list_id
    members, given = members_of(session, list_id)
    made = _make(session, person, f"{found.name[:80]} · {name}"[:120])
    _add(session, made.id, members, given)
    return made.id


def _chosen(person: Person, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    person.must(Permission.EDIT_CONTACTS)
    if wanted.ids == ():
        raise CrmError("Tick somebody first.")
    return where_of(person, wanted)


def _add(session: Session, list_id: int, members: str, given: dict[str, Any]) -> int:
    return _count(session, SQL["add"].format(members=members), given | {"to": list_id})


def _count(session: Session, statement: str, given: dict[str, Any]) -> int:
    done = session.execute(text(statement), given)
    return done.rowcount if isinstance(done, CursorResult) else 0


def _make(session: Session, person: Person, name: str) -> ContactList:
    made = ContactList(
        name=_free_name(session, name), created_by=person.id, created_at=clock.now(session)
    )
    session.add(made)
    session.flush()
    return made


def _free_name(session: Session, name: str, but: int = 0) -> str:
    named = " ".join(name.split())
    if not 0 < len(named) <= 120:
        raise CrmError("Give the list a name of at most 120 characters.")
    alike = func.lower(col(ContactList.name)) == func.lower(named)
    if taken := session.exec(select(ContactList.name).where(alike, ContactList.id != but)).first():
        raise CrmError(f"There is a list {taken} already: choose another name.")
    return named


def _locked(session: Session, list_id: int) -> ContactList:
    """Return a list, locked so that nobody attests it meanwhile; raise when it is gone."""
    query = select(ContactList).where(col(ContactList.id) == list_id).with_for_update()
    found = session.exec(query).first()
    if found is None:
        raise CrmError("There is no such list any more. Choose another one.")
    return found
