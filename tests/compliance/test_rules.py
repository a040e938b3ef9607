from dataclasses import replace

import pytest
from sqlmodel import Session

from crm_app.compliance.rules import Rules, change_rules, rules
from crm_app.errors import CrmError


def test_the_rules_start_with_the_settings_and_are_kept(session: Session) -> None:
    start = rules(session)
    assert (start.cold_daily_limit, start.frequency_days, start.opens, start.closes) == (
        125,
        30,
        9,
        18,
    )

    change_rules(session, replace(start, cold_daily_limit=80))

    assert rules(session).cold_daily_limit == 80


@pytest.mark.parametrize(
    "senseless",
    [Rules(-1), Rules(2001), Rules(125, frequency_days=0), Rules(125, frequency_days=366),
     Rules(125, opens=7), Rules(125, closes=21), Rules(125, opens=18, closes=18)],
)  # fmt: skip
def test_what_no_law_or_carrier_would_bear_is_refused(session: Session, senseless: Rules) -> None:
    with pytest.raises(CrmError):
        change_rules(session, senseless)
