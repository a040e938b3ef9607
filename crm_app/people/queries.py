"""Names that OpenPhone has otherwise than we: each waits for a person."""

from sqlalchemy import text
from sqlmodel import Session

from crm_app.auth.permissions import Permission, Person
from crm_app.contacts.queries import Line
from crm_app.people.models import THERE

TOLD, SEEN = "marks", "contacts"  # heartbeats: whether OpenPhone takes and lists them
# The newest contact there that has one of the numbers speaks for it.
_DIFFER = text(f"""
select s.*, count(*) over () as total from (
    select distinct on (c.id) c.id, c.name, k.name as theirs, n.e164,
        k.declined ->> cast(c.id as text) as declined
    from known_contact k join phone_number n on n.e164 = any(k.numbers)
    join contact c on c.id = n.contact_id and c.deleted_at is null
    where {THERE} and k.name <> '' and (:id = 0 or c.id = :id) order by c.id, k.updated_at desc
) s where lower(s.theirs) <> lower(s.name) and s.declined is distinct from s.theirs
order by s.name limit 50
""")


def suggestions(session: Session, person: Person, contact_id: int) -> tuple[list[Line], int]:
    """Return the first 50 (0: of all contacts) and how many; `detail` is OpenPhone's name."""
    may = person.may(Permission.EDIT_CONTACTS)
    rows = session.execute(_DIFFER, {"id": contact_id}).all() if may else []
    found = [Line(r.name, r.theirs, href=f"/contacts/{r.id}", e164=r.e164) for r in rows]
    return found, rows[0].total if rows else 0
