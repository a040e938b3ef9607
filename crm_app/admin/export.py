"""`export contacts|messages`: CSV on stdout, safe to open in a spreadsheet."""

import argparse
import csv
import sys

from sqlalchemy import text

from crm_app import db
from crm_app.contacts.phones import show

_SELECTS = {
    "contacts": "select c.name, c.first_name, c.last_name, c.is_company, c.email, n.e164 as phone,"
    " n.is_textable, n.not_textable_because, s.at as opted_out_at, c.houses, c.notes"
    " from contact c left join phone_number n on n.contact_id = c.id"
    " left join suppression s on s.e164 = n.e164 and s.lifted_at is null"
    " where c.deleted_at is null order by c.id, n.position, n.id",
    "messages": "select m.at, m.direction, t.e164 as phone, c.name, m.body, m.status, m.error"
    " from message m join conversation t on t.id = m.conversation_id"
    " join contact c on c.id = t.contact_id order by m.id",
}


def escaped(value: object) -> str:
    """Return a cell that no spreadsheet computes; numbers are shown as people write them."""
    plain = "" if value is None else show(str(value))
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@", "\t", "\r")) else plain


def command(args: list[str]) -> int:
    """Write all contacts, one line a number, or all messages, to stdout; times are UTC."""
    parser = argparse.ArgumentParser(prog="crm_app export")
    parser.add_argument("what", choices=sorted(_SELECTS))
    what = parser.parse_args(args).what
    writer = csv.writer(sys.stdout)
    with db.transaction() as session:
        found = session.execute(text(_SELECTS[what]), execution_options={"yield_per": 1000})
        writer.writerow(found.keys())
        writer.writerows([escaped(value) for value in row] for row in found)
    return 0
