"""Which days a run of daily_inventory_report reports, and which calls it makes."""

import sys
from datetime import datetime, timedelta, timezone

import pytest
from airflow.exceptions import AirflowFailException, ParamValidationError


@pytest.fixture
def report(dag_bag):
    """The module of the DAG, as the DAG processor has loaded it."""
    build = dag_bag.dags["daily_inventory_report"].get_task("build").python_callable
    return sys.modules[build.__module__]


def at(*moment, hours_east=0):
    return datetime(*moment, tzinfo=timezone(timedelta(hours=hours_east)))


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (at(2026, 1, 3), ["2026-01-01", "2026-01-02"]),
        (at(2026, 1, 3, 23, 59, 59, 999_999), ["2026-01-01", "2026-01-02"]),
        (at(2026, 3, 1), ["2026-02-27", "2026-02-28"]),
        (at(2026, 1, 3, 5, hours_east=9), ["2025-12-31", "2026-01-01"]),
    ],
)
def test_the_days_that_are_over_by_utc(report, moment, days):
    assert report.days_to_report(None, moment) == days


def test_a_requested_day_is_the_only_one(report):
    assert report.days_to_report("2025-07-04", at(2026, 1, 3)) == ["2025-07-04"]


def test_a_day_that_has_not_begun_is_refused_without_a_retry(report):
    assert report.days_to_report("2026-01-03", at(2026, 1, 3)) == ["2026-01-03"]
    with pytest.raises(AirflowFailException, match=r"up to today \(UTC\), 2026-01-03, got 2026-01-04"):
        report.days_to_report("2026-01-04", at(2026, 1, 3, 23, 59))


@pytest.fixture
def calls(report, monkeypatch):
    made = []

    def call(name, payload):
        made.append((name, payload))
        return {"report_date": payload["date"]}

    monkeypatch.setattr(report, "call_function", call)
    return made


def test_a_manual_run_without_interval_goes_by_when_it_was_to_run(report, calls, dag_bag):
    build = dag_bag.dags["daily_inventory_report"].get_task("build").python_callable

    class Run:
        run_after = at(2026, 1, 3, 12)

    built = build(params={"date": None}, dag_run=Run)
    assert built == [{"report_date": "2026-01-01"}, {"report_date": "2026-01-02"}]


def test_what_was_built_is_exported(calls, dag_bag):
    export = dag_bag.dags["daily_inventory_report"].get_task("export").python_callable
    export([{"report_date": "2026-01-01"}, {"report_date": "2026-01-02"}])
    assert calls == [
        ("report-inventory", {"action": "export", "date": "2026-01-01"}),
        ("report-inventory", {"action": "export", "date": "2026-01-02"}),
    ]


@pytest.mark.parametrize("date", ["2026-02-30", "yesterday", 20260102])
def test_a_day_that_does_not_exist_is_refused_before_anything_runs(dag_bag, date):
    param = dag_bag.dags["daily_inventory_report"].params.get_param("date")
    with pytest.raises(ParamValidationError):
        param.resolve(date)
