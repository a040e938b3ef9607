"""What a log line leaves out: numbers, texts, keys, cookies, and what a database error says."""

import io
import json
import logging
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from crm_app import logs
from tests.make import make_contact

logger = logging.getLogger("crm_app.tests")
E164 = "+16175550183"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the program would have written to stderr."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logs.JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield heard
    logger.removeHandler(handler)


def test_a_duplicate_number_is_logged_without_the_number(
    session: Session, written: io.StringIO
) -> None:
    make_contact(session, phone=E164)
    with pytest.raises(IntegrityError) as problem, session.begin_nested():
        make_contact(session, phone=E164)
    assert E164 in str(problem.value.orig), "psycopg's DETAIL names it: else no proof"

    logger.error("an insert failed: %s", problem.value)
    logger.error("an insert failed", exc_info=problem.value)

    assert "0183" not in written.getvalue()
    last = json.loads(written.getvalue().splitlines()[-1])
    assert (last["error"], last["level"]) == ("IntegrityError", "error")
    assert last["where"]


def test_the_detail_of_psycopg_itself_is_left_out(
    written: io.StringIO, fresh_database: str
) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute("create temporary table t (phone text unique)")
        connection.execute("insert into t values (%s)", (E164,))
        with pytest.raises(psycopg.errors.UniqueViolation) as problem:
            connection.execute("insert into t values (%s)", (E164,))
        connection.rollback()

    logger.warning("it said %s", problem.value)

    assert "0183" not in written.getvalue()


@pytest.mark.parametrize(
    "number",
    ["+16175550183", "16175550183", "6175550183", "617-555-0183", "(617) 555-0183",
     "617.555.0183", "tel:+1 617 555 0183", "%2B16175550183", "'+16175550183'", "p=6175550183x"],
)  # fmt: skip
def test_a_number_is_left_out_however_it_is_written(number: str, written: io.StringIO) -> None:
    logger.info("asked for %s again", number)

    assert "0183" not in written.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "Cookie: session=Q7Xsecret; theme=dark",
        "cookie=Q7Xsecret",
        "headers {'cookie': 'session=Q7Xsecret', 'host': 'x'}",
        '{"cookie": "session=Q7Xsecret"}',
        "Authorization: Q7Xsecret",
        "authorization: Bearer Q7Xsecret",
        "openphone-signature: hmac;1;1639710054089;Q7Xsecret",
        "webhook-signature: v1,Q7Xsecret",
        "webhook-signature: v1,aaaa v1,Q7Xsecret",
        "key whsec_Q7Xsecret is old",
        "OPENPHONE_API_KEY=Q7Xsecret",
        "password='Q7Xsecret'",
        "postgresql://crm:Q7Xsecret@db/crm",
        "redis://:Q7Xsecret@cache:6379/0",
        "smtp://me:Q7Xsecret@mail.example.com",
        "GET /welcome?link=Q7Xsecret HTTP/1.1",
        "__Host-session=Q7Xsecret",
    ],
)
def test_no_secret_is_written(line: str, written: io.StringIO) -> None:
    logger.warning("it said: %s", line)

    assert "Q7Xsecret" not in written.getvalue()


def test_an_exceptions_own_words_are_left_out(written: io.StringIO) -> None:
    try:
        raise ValueError("Hi Margery, any cracks?")
    except ValueError:
        logger.exception("a handler failed")

    entry = json.loads(written.getvalue())
    assert "Margery" not in written.getvalue()
    assert (entry["error"], entry["text"]) == ("ValueError", "a handler failed")


@pytest.mark.parametrize("name", ["reflex.app", "reflex_base.event", "engineio.server"])
def test_what_a_browser_sent_is_not_quoted(name: str) -> None:
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, "Event: Margery", None, None)

    assert "Margery" not in logs.JsonLines().format(record)


def test_a_line_carries_the_id_of_its_request(written: io.StringIO) -> None:
    token = logs.context_id.set("abc123")
    logger.info("one")
    logs.context_id.reset(token)

    entry = json.loads(written.getvalue())
    assert (entry["id"], entry["level"], entry["name"]) == ("abc123", "info", "crm_app.tests")


def test_ids_times_and_amounts_stay_readable(written: io.StringIO) -> None:
    said = "import 4711 of 2026-11-21T01:36:06 took 12.345 s, 100000 rows, 3050.25 rows/s"
    logger.info(said)

    assert json.loads(written.getvalue())["text"] == said
