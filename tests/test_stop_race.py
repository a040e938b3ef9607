"""A STOP races a send, a thousand times: nothing starts once the STOP has committed.

Real threads, connections and commits. Each claim and each STOP draws a turn from a sequence as
the last thing before its commit, under a lock of this test's own that the commit lets go: the
turns of a number are the order of its commits, whatever the program itself locks.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import batched, count
from threading import Barrier

import pytest
from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from crm_app import clock, db
from crm_app.campaigns import actions as campaigns
from crm_app.campaigns.queries import numbers_of
from crm_app.compliance.facts import Purpose
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import Contact, ListMember, PhoneNumber
from crm_app.conversations import slots
from crm_app.conversations.models import Outbox, OutboxState
from crm_app.errors import Kind, ProviderError
from crm_app.inbox.thread import thread
from crm_app.openphone import sender
from crm_app.openphone.payloads import read_event
from crm_app.openphone.tasks import apply_due
from crm_app.openphone.webhook import accept
from crm_app.outbox import sending
from crm_app.outbox.lookups import note_absent, to_look_up
from crm_app.outbox.outcomes import Receipt
from tests.campaigns.people import BODY, OWNER, person_of
from tests.make import make_list, make_user
from tests.openphone.test_payloads import dated
from tests.texting import AREAS, TUESDAY, set_clock, thread_of
