"""`why NUMBER [--at TIME]` and `ledger verify` on the command line."""

import argparse

from crm_app import clock, db
from crm_app.contacts.phones import read_phone, show
from crm_app.errors import CrmError
from crm_app.evidence import ledger
from crm_app.evidence.decisions import kept
from crm_app.evidence.why import sentences
from crm_app.terminal import say
from crm_app.terminal import show as tell
from crm_app.times import read


def why(args: list[str]) -> int:
    """Say what the gate says of a number now, or what was decided up to a time; always 0."""
    parser = argparse.ArgumentParser(prog="python -m crm_app why")
    parser.add_argument("number", help="any way of writing a US number")
    parser.add_argument("--at", metavar="TIME", help='our clock, like "2026-05-13 10:00"')
    given = parser.parse_args(args)
    number = read_phone(given.number).e164
    if not number:
        raise CrmError(f"{given.number} is no phone number of the US or Canada.")
    try:
        at = read(given.at) if given.at else None
    except ValueError:
        raise CrmError('Write the time like "2026-05-13 10:00".') from None
    with db.transaction() as session:
        now = [] if at else sentences(session, number, names_rules=True)
        said = [": ".join(one) for one in now]
        upto = at or clock.now(session)
        decided = kept(session, number, upto) or ["nothing was decided about a text until then"]
        tell("\n".join([show(number), *said, "Decided, the newest first:", *decided]))
    return 0


def ledger_command(args: list[str]) -> int:
    """Prove the chain of decisions; 0 when it holds, else 1 with what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m crm_app ledger")
    parser.add_argument("verb", choices=["verify"])
    parser.add_argument("--head", default="", help="of a daily e-mail: it must still be there")
    given = parser.parse_args(args)
    with db.transaction() as session:
        found = ledger.verify(session, given.head)
    for problem in found.problems[:20]:
        say(problem)
    seals = "1 seal" if found.seals == 1 else f"{found.seals} seals"
    tell(f"{seals} over {found.decisions:,} decisions, {found.unsealed:,} unsealed")
    head = found.head or "none"
    tell(f"{found.replayed:,} verdicts derived again by these rules. Head: {head}")
    return 1 if found.problems else 0
