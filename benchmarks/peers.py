"""What else could import the same file: django-import-export, and a loop that looks up and adds."""

import json
import subprocess
import sys
import time
from pathlib import Path

from sqlmodel import select

from crm_app import clock, db
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)
from crm_app.intake import files, recipes
from crm_app.intake.rows import reader

HERE = Path(__file__).parent
OPTIONS = ("as it comes", "use_bulk", "tuned", "tuned, use_bulk")
BATCH = 100  # of the loop: rows a commit


def django(folder: Path) -> Path:
    """Return the Python of a venv with django-import-export; it is made on first use."""
    python = folder / "peer" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "peer"], check=True)
        wanted = ["--quiet", "--requirement", HERE / "peer" / "requirements.txt"]
        subprocess.run([python, "-m", "pip", "install", *wanted], check=True)
    return python


def import_export(python: Path, option: str, path: Path, dsn: str) -> float:
    """Return the seconds that django-import-export takes, of one pass without a preview."""
    done = subprocess.run(
        [python, "-m", "peer", option, path, dsn],
        cwd=HERE, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    if len(set(found["counts"][1:])) != 1:
        raise SystemExit(f"people and links differ: {found['counts']}")
    return float(found["seconds"])


def loop(path: Path) -> float:
    """Return the seconds of the plain way: our tables and reader; look up, add, next."""
    began = time.perf_counter()
    source = files.examine(path)
    said = recipes.recognise(source.header)
    read = reader(said.mapping, said.name)
    with db.new_session() as session:
        at = clock.now(session)
        listed = ContactList(name="Loop", created_at=at)
        session.add(listed)
        for n, record in enumerate(files.records(path, source), 1):
            row = read(record)
            known = select(Property).where(Property.apn == (row.house or {})["apn"])
            house = session.exec(known).first()
            if house is None:
                house = Property.model_validate(
                    {**(row.house or {}), "created_at": at, "updated_at": at}
                )
                session.add(house)
            for person in row.people:
                e164 = person["numbers"][0]["e164"]
                if session.exec(select(PhoneNumber).where(PhoneNumber.e164 == e164)).first():
                    continue
                named = {key: person[key] for key in ("name", "first_name", "last_name", "email")}
                contact = Contact(**named, created_at=at, updated_at=at)
                session.add(contact)
                session.flush()
                session.add(PhoneNumber(e164=e164, contact_id=contact.id))
                session.add(ContactProperty(contact_id=contact.id, property_id=house.id))
                session.add(ListMember(list_id=listed.id, contact_id=contact.id))
            if n % BATCH == 0:
                session.commit()
        session.commit()
    return time.perf_counter() - began
