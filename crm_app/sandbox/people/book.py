"""The contacts of the pretend OpenPhone: kept, and told of by webhooks of generations A and C."""

import json
import sqlite3
from typing import Any

from crm_app.sandbox.openphone.events import ORG_ID, USER_ID
from crm_app.sandbox.openphone.store import Store
from crm_app.sandbox.stage.chance import Json, fresh, iso
from crm_app.sandbox.telling.tell import tell

EMPTY: Json = {"firstName": None, "lastName": None, "company": None, "role": None}


class Book:
    """Every contact of the workspace; each change is told at once, to all of the workspace."""

    def __init__(self, store: Store) -> None:
        """Take the memory."""
        self.store = store

    def find(self, contact_id: str) -> sqlite3.Row | None:
        """Return a contact's row, or None."""
        return next(iter(self.store.rows("SELECT * FROM contact WHERE id = ?", contact_id)), None)

    def with_number(self, e164: str) -> sqlite3.Row | None:
        """Return the newest contact that has this number, or None."""
        query = "SELECT * FROM contact WHERE instr(fields, ?) ORDER BY updated DESC LIMIT 1"
        return next(iter(self.store.rows(query, f'"{e164}"')), None)

    def keep(self, fields: Json, contact_id: str = "") -> sqlite3.Row:
        """Keep a new contact, or change one, and tell of it (`contact.updated`, both ways)."""
        now, kept = self.store.now(), contact_id or fresh("")[:24]
        with self.store.change():
            if contact_id:
                self.store.run("UPDATE contact SET fields = ?, updated = ? WHERE id = ?",
                               json.dumps(fields), now, contact_id)  # fmt: skip
            else:
                row = {"id": kept, "fields": json.dumps(fields), "created": now, "updated": now}
                self.store.add("contact", **row)
            found = self.store.rows("SELECT * FROM contact WHERE id = ?", kept)[0]
            self._tell("contact.updated", found)
        return found

    def drop(self, row: sqlite3.Row) -> None:
        """Delete a contact and tell of it."""
        with self.store.change():
            self.store.run("DELETE FROM contact WHERE id = ?", row["id"])
            self._tell("contact.deleted", row)

    def resource(self, row: sqlite3.Row) -> Json:
        """Return a contact as v1 shows it; its items have ids."""
        said = json.loads(row["fields"])
        default = {**EMPTY, "emails": [], "phoneNumbers": [], **said.get("defaultFields", {})}
        for name in ("emails", "phoneNumbers"):
            default[name] = [
                {**one, "id": f"{row['id']}{at}"} for at, one in enumerate(default[name])
            ]
        times = {"createdAt": iso(row["created"]), "updatedAt": iso(row["updated"])}
        more = {name: said.get(name) for name in ("source", "sourceUrl", "externalId")}
        custom = said.get("customFields", [])
        return {"id": row["id"], "defaultFields": default, "customFields": custom,
                "createdByUserId": USER_ID, **more, **times}  # fmt: skip

    def _tell(self, kind: str, row: sqlite3.Row) -> None:
        shown = self.resource(row)

        def data(generation: str) -> Json:
            if generation == "C":
                return self._dated(shown)
            return {"object": self._app(shown, kind == "contact.deleted")}

        tell(self.store, kind, row["id"], data, self.store.now())

    def _dated(self, shown: Json) -> Json:
        default = shown["defaultFields"]
        resource = {name: default[name] for name in EMPTY}
        for name in ("emails", "phoneNumbers"):
            resource[name] = [
                {"value": one["value"], "type": one.get("name")} for one in default[name]
            ]
        kept = ("source", "externalId", "customFields", "createdAt", "updatedAt")
        resource |= {name: shown[name] for name in kept}
        return {"resource": {"id": shown["id"], "location": None, **resource},
                "context": {"orgId": ORG_ID},
                "links": {"quo": "https://my.quo.com/contacts"}}  # fmt: skip

    def _app(self, shown: Json, is_gone: bool) -> Json:
        """v3 as captured in 2023: `fields` is an object or, in an older sample, a list."""
        default = shown["defaultFields"]
        said: Json = {"id": f"CT{shown['id']}", "object": "contact", "pictureUrl": None,
                      "notes": [], "sharedWith": [ORG_ID], "clientId": None, "userId": USER_ID,
                      **{name: default[name] for name in EMPTY},
                      "createdAt": shown["createdAt"], "updatedAt": shown["updatedAt"]}  # fmt: skip
        numbers = [one["value"] for one in default["phoneNumbers"]]
        emails = [one["value"] for one in default["emails"]]
        if self.store.switches()["contact_fields"] == "list":
            fields: Any = [{"name": "Phone", "type": "phone-number", "value": n} for n in numbers]
            fields += [{"name": "Email", "type": "email", "value": e} for e in emails]
        else:
            fields = {"Phone": numbers[0] if len(numbers) == 1 else numbers} if numbers else {}
            fields |= {"Email": emails} if emails else {}
        return said if is_gone else said | {"fields": fields}
