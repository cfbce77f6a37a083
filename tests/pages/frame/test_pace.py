"""What one visitor may ask for: some at once, then at a steady pace; whoever asks for less never waits."""

from __future__ import annotations

import pytest

from ce_viz.pages.frame.pace import Account, Accounts


def test_a_flood_is_served_at_the_pace_and_no_faster():
    account, now, served = Account(free=0.5), 0.0, 0
    while now < 10.0:
        now += account.wait(0.05, now)
        served += 1
    assert served == pytest.approx(10 + 20 * 10, abs=2)


def test_who_stays_below_the_pace_never_waits():
    account = Account(free=0.5)
    assert all(account.wait(0.05, now=0.06 * k) == 0.0 for k in range(1000))


def test_a_debt_is_forgotten_with_time_and_no_credit_grows_beyond_what_is_free():
    account = Account(free=0.5)
    for _ in range(30):
        account.wait(0.05, now=0.0)
    assert account.wait(0.05, now=0.0) == pytest.approx(1.0)
    waits = [account.wait(0.05, now=1000.0) for _ in range(12)]
    assert waits[:11] == [0.0] * 11
    assert waits[11] == pytest.approx(0.05)


def test_each_visitor_has_an_account_of_its_own_and_few_are_kept():
    accounts = Accounts(free=0.0, most=2)
    accounts.of("a").wait(1.0, now=0.0)
    assert accounts.of("b").wait(1.0, now=0.0) == 0.0
    assert accounts.of("a").wait(1.0, now=0.0) == 1.0
    accounts.of("c")  # "b" was used longest ago
    assert accounts.of("a").wait(1.0, now=0.0) == 2.0
    assert accounts.of("b").wait(1.0, now=0.0) == 0.0
