"""`user add|list|reset|disable` on the command line."""

import argparse
import secrets
import sys

from sqlmodel import Session, col, select

from crm_app import clock, db
from crm_app.auth import actions
from crm_app.auth.models import Role, User
from crm_app.auth.permissions import Person
from crm_app.errors import CrmError
from crm_app.terminal import show


def user(args: list[str]) -> int:
    """Run one of the user commands; a password that was not given is printed once."""
    parser = argparse.ArgumentParser(prog="crm_app user", description=__doc__)
    parser.add_argument("verb", choices=("add", "list", "reset", "disable"))
    parser.add_argument("login", nargs="?", default="", help="of the user, but for `list`")
    parser.add_argument("--name", default="")
    parser.add_argument("--role", choices=[role.value for role in Role], default="office")
    parser.add_argument("--password-stdin", action="store_true", help="read it from stdin")
    given, at = parser.parse_args(args), clock.wall()
    is_given, login = given.password_stdin, given.login
    password = sys.stdin.readline().rstrip("\n") if is_given else secrets.token_urlsafe(12)
    with db.transaction() as session:
        if given.verb == "list":
            for row in session.exec(select(User).order_by(User.login)):
                state = "disabled" if row.disabled_at else "may sign in"
                show("\t".join((row.login, row.name, row.role.value, state)))
        elif given.verb == "disable":
            actions.disable(session, login, at)
        elif given.verb == "reset":
            actions.reset_password(session, login, password, at)
        else:
            person = {"login": login, "name": given.name, "role": Role(given.role)}
            actions.add_user(session, **person, password=password, at=at)
    if given.verb in ("add", "reset") and not is_given:
        show(f"password: {password}")
    return 0


def owner(session: Session) -> Person:
    """Return the first owner, for whom whoever may run commands is taken; CrmError without one."""
    asked = select(User).where(User.role == Role.OWNER, col(User.disabled_at).is_(None))
    found = session.exec(asked.order_by(col(User.id))).first()
    if found is None:
        raise CrmError("Make the owner first: open the link that `make run` prints.")
    return Person(found.id, found.name, found.role)
