"""The command line: `python -m crm_app <command>`. Results on stdout, all else on stderr."""

import argparse
import signal
import sys
from contextlib import nullcontext
from importlib import import_module
from typing import NamedTuple

# Imports of the program stand inside the functions: each command loads only what it needs, and
# an old Python is told so before it meets a file it cannot read.


class Command(NamedTuple):
    """A command: where its function lies (`list[str]` in, exit code out), and what it does."""

    where: str
    help: str
    database: bool = True  # it is called with a database that runs and is up to date


COMMANDS = {
    "run": Command("run.supervisor:command", "start everything; Ctrl-C stops it", database=False),
    "web": Command("run.frontend:serve", "the pages and routes alone"),
    "worker": Command("worker:run", "the worker and the scheduler alone"),
    "sandbox": Command("sandbox.commands:sandbox", "the pretend OpenPhone alone", database=False),
    "build": Command("run.frontend:build", "build the front end if it changed", database=False),
    "migrate": Command("migrations:migrate", "bring the database's tables up to date"),
    "prepare": Command("__main__:prepare", "migrate, load the demo, print how to sign in"),
    "user": Command("auth.commands:user", "add, list, reset or disable a user"),
    "import": Command("importing.commands:command", "import a CSV of houses or contacts"),
    "import-undo": Command("importing.commands:undo", "take an import back"),
    "export": Command("exports.commands:command", "contacts, properties or messages as CSV"),
    "clock": Command("sandbox.commands:command", "show or move the sandbox's clock"),
    "demo": Command("sandbox.commands:demo", "clear the demo data of a sandbox"),
    "do-not-call": Command("screening.commands:command", "load a do-not-call list"),
    "why": Command("oversight.commands:why", "may we text this number, and by which rules"),
    "ledger": Command("oversight.commands:ledger_command", "prove that no decision was changed"),
    "openphone": Command(
        "subscriptions.commands:command", "connect, status, rotate: OpenPhone's webhooks to us"
    ),
    "read-reply": Command(
        "replies.commands:command", "what the texts on stdin ask of us", database=False
    ),
    "backup": Command("admin.commands:backup", "save the database to a file"),
    "restore": Command("admin.commands:restore", "replace the database by a saved one"),
    "doctor": Command("admin.commands:doctor", "each part: ok, or what to do", database=False),
    "reset": Command("sandbox.commands:reset", "empty a sandbox"),
}
# without arguments
PLAIN = {"web", "worker", "sandbox", "build", "migrate", "prepare", "reset", "read-reply"}


def main(argv: list[str]) -> int:
    """Run the command that `argv` names and return its exit code: 0 well, 1 refused, 2 misread."""
    found = sys.version_info[:2]
    if found < (3, 11):
        sys.stderr.write(f"Python 3.11 or newer is needed; this is {found[0]}.{found[1]}.\n")
        return 1
    from crm_app.errors import CrmError
    from crm_app.run.database import database
    from crm_app.terminal import say

    name, args = (argv[0], argv[1:]) if argv else ("", [])
    if name not in COMMANDS:
        lines = [f"\n  {known:<11} {command.help}" for known, command in COMMANDS.items()]
        say("usage: python -m crm_app <command> [--help]\n" + "".join(lines))
        return 0 if name in ("-h", "--help", "help") else 2
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    try:
        module, function = COMMANDS[name].where.split(":")
        call = getattr(import_module(f"crm_app.{module}"), function)
        if name in PLAIN:
            argparse.ArgumentParser(prog=f"crm_app {name}").parse_args(args)
        needs_database = COMMANDS[name].database and not {"-h", "--help"} & set(args)
        with database() if needs_database else nullcontext():
            return call(*[] if name in PLAIN else [args]) or 0
    except CrmError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130


def prepare() -> None:
    """Migrate, load the demo into a new sandbox, print how to sign in."""
    from crm_app import clock, db, migrations
    from crm_app.auth.actions import make_owner_link
    from crm_app.sandbox import demo
    from crm_app.settings import settings
    from crm_app.terminal import show

    migrations.migrate()
    with db.transaction() as session:
        if settings().is_sandbox:
            demo.load(session)
            for login, password, role in demo.LOGINS:
                show(f"  {role:<12} {login} / {password}")
        elif token := make_owner_link(session, clock.wall()):
            show(f"  Make the owner (once): {settings().public_origin}/welcome?link={token}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
