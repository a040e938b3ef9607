"""Imports a file by one way of django-import-export and prints the seconds as JSON.

Each row becomes a house, two people and two links, in three datasets, as one resource has one
model; a number that came already is not a second person. One pass, with no preview before it.
https://django-import-export.readthedocs.io/en/stable/bulk_import.html
"""

import csv
import json
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings

OPTION, FILE, DSN = sys.argv[1:]
found = urlsplit(DSN)
settings.configure(
    INSTALLED_APPS=["import_export", "peer"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": found.path.strip("/"),
            "USER": found.username or "", "PASSWORD": found.password or "",
            "HOST": found.hostname or parse_qs(found.query).get("host", [""])[0],
            "PORT": found.port or "",
        }
    },
)  # fmt: skip
django.setup()

from django.db import connection, transaction  # noqa: E402
from import_export.fields import Field  # noqa: E402
from import_export.instance_loaders import CachedInstanceLoader  # noqa: E402
from import_export.resources import ModelResource  # noqa: E402
from import_export.widgets import CachedForeignKeyWidget, ForeignKeyWidget  # noqa: E402
from peer.models import Contact, Link, Property  # noqa: E402
from tablib import Dataset  # noqa: E402

COLUMNS = {
    "apn": "APN", "address": "Address", "city": "City", "zip5": "ZIP", "kind": "Type",
    "subdivision": "Subdivision", "latitude": "Latitude", "longitude": "Longitude",
    "year_built": "Yr Built", "square_feet": "Sq Ft", "bedrooms": "Beds", "bathrooms": "Baths",
    "purchased_on": "Purchase Date", "value": "Est Value", "equity": "Est Equity $",
    "equity_percent": "Est Equity %", "is_owner_occupied": "Owner Occ?", "owner": "Owner",
    "is_listed": "Listed for Sale?", "is_in_foreclosure": "Foreclosure?",
    "mail_address": "Mail Address", "mail_city": "Mail City", "mail_state": "Mail State",
    "mail_zip": "Mail ZIP",
}  # fmt: skip
PLAIN = {"use_transactions": True}
OPTIONS: dict[str, dict[str, Any]] = {
    "as it comes": PLAIN,
    "use_bulk": PLAIN | {"use_bulk": True},
    "tuned": PLAIN | {"skip_diff": True, "instance_loader_class": CachedInstanceLoader},
    "tuned, use_bulk": PLAIN | {
        "use_bulk": True, "batch_size": 5_000, "skip_diff": True,
        "instance_loader_class": CachedInstanceLoader,
    },
}  # fmt: skip
ForeignKey = CachedForeignKeyWidget if "tuned" in OPTION else ForeignKeyWidget
LINK = {
    "contact": Field("contact", "contact", ForeignKey(Contact, "phone")),
    "property": Field("property", "property", ForeignKey(Property, "apn")),
}


def resource(of: Any, key: str, columns: list[str], **fields: Field) -> ModelResource:
    named = {"model": of, "import_id_fields": [key], "fields": columns}
    meta = type("Meta", (), named | OPTIONS[OPTION])
    made: Any = type(f"{of.__name__}Resource", (ModelResource,), {"Meta": meta, **fields})
    return made()


def main() -> None:
    with connection.schema_editor() as editor:
        for model in (Property, Contact, Link):
            editor.create_model(model)
    started = time.perf_counter()
    houses, people, links = Dataset(headers=list(COLUMNS)), dict[str, list[str]](), []
    with open(FILE, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            houses.append([row[column] for column in COLUMNS.values()])
            for who in ("Primary", "Secondary"):
                if digits := "".join(filter(str.isdigit, row[f"{who} Mobile Phone1"])):
                    phone = f"+1{digits}"
                    name, email = row[f"{who} Name"].title(), row[f"{who} Email1"]
                    people.setdefault(phone, [phone, name, email, row["Mail ZIP"]])
                    links.append([f"{phone} {row['APN']}", phone, row["APN"]])
    columns = ["phone", "name", "email", "mail_zip"]
    with transaction.atomic():
        take(resource(Property, "apn", list(COLUMNS)), houses)
        take(resource(Contact, "phone", columns), Dataset(*people.values(), headers=columns))
        columns = ["key", "contact", "property"]
        take(resource(Link, "key", columns, **LINK), Dataset(*links, headers=columns))
    seconds = time.perf_counter() - started
    counts = [model.objects.count() for model in (Property, Contact, Link)]
    print(json.dumps({"seconds": seconds, "counts": counts}))


def take(one: ModelResource, rows: Dataset) -> None:
    result = one.import_data(rows, raise_errors=True)
    if result.has_errors() or result.has_validation_errors():
        raise SystemExit(f"{one}: {result.row_errors() or result.invalid_rows}")


if __name__ == "__main__":
    main()
