"""Who may do what: the role table of the firm, as data that the guard reads."""

from dataclasses import dataclass
from enum import StrEnum

from crm_app.auth.models import Role
from crm_app.errors import ForbiddenError


class Permission(StrEnum):
    """One thing somebody may be allowed to do."""

    READ = "read"  # sign in and look at what the role may see
    SEE_PEOPLE = "see people"  # names and numbers, not only first name and town
    READ_ALL_THREADS = "read all threads"  # not only those assigned to them
    REPLY = "reply"
    TEXT_FIRST = "text first"
    CAMPAIGN_EDIT = "edit campaigns"
    CAMPAIGN_START = "start campaigns"
    IMPORT = "import"
    EDIT_CONTACTS = "edit contacts"
    MERGE = "merge contacts"
    EXPORT = "export"
    SUPPRESS = "suppress a number"
    LIFT = "lift a suppression"
    ATTEST = "attest a list"
    SETTINGS = "settings"


P = Permission
ROLE_MAY: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.OFFICE: frozenset(Permission) - {P.LIFT, P.ATTEST, P.SETTINGS, P.EXPORT},
    Role.TECHNICIAN: frozenset({P.READ, P.SEE_PEOPLE, P.REPLY, P.SUPPRESS}),
    Role.MARKETER: frozenset({P.READ, P.CAMPAIGN_EDIT, P.SUPPRESS}),
}
# The places of the navigation in their order, and what it takes to see each.
PLACES = {
    "today": P.SEE_PEOPLE, "inbox": P.SEE_PEOPLE, "contacts": P.SEE_PEOPLE,
    "campaigns": P.CAMPAIGN_EDIT, "imports": P.IMPORT, "compliance": P.READ_ALL_THREADS,
    "admin": P.READ_ALL_THREADS, "settings": P.READ,
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody signed in, and the hash that names their session."""

    id: int
    name: str
    role: Role
    session_hash: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The places that this person may see; the first is where they begin."""
        return tuple(place for place, needed in PLACES.items() if self.may(needed))

    @property
    def home(self) -> str:
        """The address where this person begins: Today is at `/`."""
        return f"/{self.places[0]}".replace("/today", "/")

    def may(self, permission: Permission) -> bool:
        """Return whether this person's role has `permission`."""
        return permission in ROLE_MAY[self.role]

    def must(self, permission: Permission) -> None:
        """Raise ForbiddenError unless this person may."""
        if not self.may(permission):
            raise ForbiddenError(f"Your role may not {permission.value}. Ask the owner.")
