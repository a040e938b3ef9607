"""What a database knows after all, without ids and wall times, and how two of them differ."""

from typing import Any

from sqlalchemy import text

from crm_app import db

Picture = dict[str, dict[str, dict[str, Any]]]
# Each by a name that both runs give it; texts of no story (our own confirmations) are left out.
TABLES = {
    "conversation": "select c.e164 as name, c.is_in_inbox, c.is_unread, c.is_unanswered, c.last_at,"
    " c.last_text, c.last_is_ours, c.last_inbound_at, k.name as contact from conversation c"
    " join contact k on k.id = c.contact_id",
    "message": "select m.provider_id as name, c.e164, m.direction, m.body, m.status, m.error,"
    " jsonb_array_length(m.media) as files, m.at, m.outbox_id is not null as is_ours"
    " from message m join conversation c on c.id = m.conversation_id",
    "call": "select l.provider_id as name, c.e164, l.direction, l.at, l.answered_at, l.ended_at,"
    # A voicemail's words are told by generation C alone; a reconciliation asks for them where it
    # has to take in the call, and then knows more.
    " l.is_missed, l.seconds, l.forwarded_to, l.voicemail ->> 'seconds' as left_seconds,"
    " jsonb_array_length(l.recordings) as recordings, l.summary, l.dialogue,"
    " rtrim(split_part(l.words, '“', 1), E'\\n') as words from call l"
    " left join conversation c on c.id = l.conversation_id",
    "suppression": "select e164 as name, at, nullif(again_at, at) as again_at, source, (select"
    " string_agg(word, ' · ' order by word) from unnest(string_to_array(because, ' · ')) word)"
    " as because from suppression where lifted_at is null",
    "frozen": "select e164 as name, since, said, because from frozen where settled_at is null",
    "outbox": "select provider_id as name, state, because from outbox"
    " where provider_id is not null",
}
# What no reconciliation can bring back, and what depends on the order by its nature.
REASONS = {
    ("message", "error"): "the lists of messages carry no error code",
    ("outbox", "because"): "the lists of messages carry no error code",
    ("suppression", "because"): "the lists of messages carry no error code",
    # In force all the same: what counts is when they last said so.
    ("suppression", "at"): "a START between two STOPs that came after both does not part them",
    (
        "suppression",
        "again_at",
    ): "a START between two STOPs that came after both does not part them",
    ("frozen", "said"): "of several such texts the one that came last is shown",
    ("frozen", "because"): "of several such texts the one that came last is shown",
}


def rows(statement: str, **values: Any) -> list[Any]:
    """Ask the database."""
    with db.transaction() as session:
        return list(session.execute(text(statement), values).all())


def picture() -> Picture:
    """Return what the database knows now."""
    with db.transaction() as session:
        return {
            table: {
                row["name"]: {name: value for name, value in row.items() if name != "name"}
                for row in map(dict, session.execute(text(statement)).mappings())
            }
            for table, statement in TABLES.items()
        }


def differences(clean: Picture, after: Picture) -> tuple[list[str], list[str]]:
    """Return how two pictures differ: what must not be, and what nobody can tell us, with why."""
    wrong, untold = list[str](), list[str]()
    for table in TABLES:
        for name in sorted(clean[table].keys() | after[table].keys()):
            was, now = clean[table].get(name), after[table].get(name)
            if was is None or now is None:
                wrong.append(f"{table} {name}: {'missing' if now is None else f'too many: {now}'}")
                continue
            for column in was:
                if was[column] != now[column]:
                    said = f"{table} {name}: {column} is {now[column]!r}, not {was[column]!r}"
                    why = REASONS.get((table, column))
                    (untold if why else wrong).append(f"{said}; {why}" if why else said)
    return wrong, untold
