"""`user add|list|reset|disable` on the command line."""

import argparse
import secrets
import sys

from sqlmodel import select

from crm_app import clock, db
from crm_app.auth import actions
from crm_app.auth.models import Role, User
from crm_app.terminal import show


def user(args: list[str]) -> int:
    """Run one of the user commands; a password that was not given is printed once."""
    given, at, password = _parser().parse_args(args), clock.wall(), ""
    if given.verb in ("add", "reset"):
        is_given = given.password_stdin
        password = sys.stdin.readline().rstrip("\n") if is_given else secrets.token_urlsafe(12)
    with db.transaction() as session:
        if given.verb == "list":
            for row in session.exec(select(User).order_by(User.login)):
                state = "disabled" if row.disabled_at else "may sign in"
                show("\t".join((row.login, row.name, row.role.value, state)))
        elif given.verb == "disable":
            actions.disable(session, given.login, at)
        elif given.verb == "reset":
            actions.reset_password(session, given.login, password, at)
        else:
            role, name = Role(given.role), given.name or given.login
            actions.add_user(
                session, login=given.login, name=name, role=role, password=password, at=at
            )
    if password and not given.password_stdin:
        show(f"password: {password}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crm_app user")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="who may sign in")
    abouts = {"add": "a new user", "reset": "a new password, and in again", "disable": "shut out"}
    for verb, about in abouts.items():
        one = verbs.add_parser(verb, help=about)
        one.add_argument("login")
        if verb != "disable":
            one.add_argument("--password-stdin", action="store_true", help="read it from stdin")
        if verb == "add":
            one.add_argument("--name", default="")
            one.add_argument("--role", choices=[role.value for role in Role], default="office")
    return parser
