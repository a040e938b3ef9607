"""`user add|list|reset|disable` on the command line."""

import argparse
import secrets
import sys

from sqlmodel import select

from crm_app import clock, db
from crm_app.auth import actions
from crm_app.auth.models import Role, User


def user(args: list[str]) -> int:
    """Run one of the user commands; a password that was not given is printed once."""
    given = _parser().parse_args(args)
    at = clock.wall()
    with db.transaction() as session:
        if given.verb == "list":
            for row in session.exec(select(User).order_by(User.login)):
                state = "disabled" if row.disabled_at else "may sign in"
                print(row.login, row.name, row.role.value, state, sep="\t")  # noqa: T201 - answer
        elif given.verb == "disable":
            actions.disable(session, given.login, at)
        elif given.verb == "reset":
            actions.reset_password(session, given.login, _password(given.password_stdin), at)
        else:
            actions.add_user(
                session, login=given.login, name=given.name or given.login,
                role=Role(given.role), password=_password(given.password_stdin), at=at,
            )  # fmt: skip
    return 0


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = secrets.token_urlsafe(12)
    print(f"password: {password}")  # noqa: T201 - shown this once
    return password


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crm_app user")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="who may sign in")
    abouts = {"add": "a new user", "reset": "a new password", "disable": "shut out"}
    for verb, about in abouts.items():
        one = verbs.add_parser(verb, help=about)
        one.add_argument("login")
        if verb != "disable":
            one.add_argument("--password-stdin", action="store_true", help="read it from stdin")
        if verb == "add":
            one.add_argument("--name", default="")
            one.add_argument("--role", choices=[role.value for role in Role], default="office")
    return parser
