"""What each task of process_kafka_to_postgres calls, how it handles the answer, and where the schedule comes from."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.exceptions import AirflowFailException, AirflowSkipException, ParamValidationError

from tillstream import quality

DAG = "process_kafka_to_postgres"


@pytest.fixture
def task(dag_bag):
    return lambda name: dag_bag.dags[DAG].get_task(name).python_callable


@pytest.fixture
def module(task):
    """The module of the DAG, as the DAG processor has loaded it."""
    return sys.modules[task("refresh_views").__module__]


@pytest.fixture
def calls(module, monkeypatch):
    made = []

    def call(name, payload):
        made.append((name, payload))
        return {"passed": True}

    monkeypatch.setattr(module, "call_function", call)
    monkeypatch.setattr(quality, "call_function", call)
    return made


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("run_transformations", {"full": False}, ("run-transformations", {"action": "transform", "full": False})),
        ("run_transformations", {"full": True}, ("run-transformations", {"action": "transform", "full": True})),
        ("refresh_views", None, ("run-transformations", {"action": "refresh_views"})),
        ("index_hourly_metrics_to_elasticsearch", {"full": False}, ("index-hourly-metrics", {"full": False})),
        ("index_hourly_metrics_to_elasticsearch", {"full": True}, ("index-hourly-metrics", {"full": True})),
        ("check_data_quality", None, ("check-quality", {"suite": DAG})),
        ("alert_late_events", None, ("run-transformations", {"action": "alert", "hours": 24})),
    ],
)
def test_each_task_calls_one_function(task, calls, name, params, expected):
    task(name)(**({"params": params} if params else {}))
    assert calls == [expected]


def test_failed_checks_fail_the_task_by_name_and_without_retries(task, monkeypatch):
    failed = f"CheckFailed: {DAG}/raw_equals_clean: Got 2\n{DAG}/known_statuses: Got 3"

    def fail(*_):
        raise RuntimeError(failed)

    monkeypatch.setattr(quality, "call_function", fail)
    with pytest.raises(AirflowFailException) as failure:
        task("check_data_quality")()
    assert str(failure.value) == failed


@pytest.mark.parametrize(("try_number", "outcome"), [(1, RuntimeError), (3, RuntimeError), (4, AirflowSkipException)])
def test_an_alert_that_cannot_be_sent_is_retried_and_then_skipped(task, module, monkeypatch, try_number, outcome):
    def fail(*_):
        raise RuntimeError("no topic")

    monkeypatch.setattr(module, "call_function", fail)
    with pytest.raises(outcome, match="no topic"):
        task("alert_late_events")(ti=SimpleNamespace(try_number=try_number, max_tries=3))


def test_late_payments_do_not_fail_the_task(task, module, monkeypatch):
    late = {"late_hours": ["2026-01-02T03:00:00Z"], "late_hours_count": 1}
    answer = {"late_transactions": 9, "total_transactions": 10, **late, "alerted": True}
    monkeypatch.setattr(module, "call_function", lambda *_: answer)
    assert task("alert_late_events")() == answer


def test_full_is_yes_or_no(dag_bag):
    param = dag_bag.dags[DAG].params.get_param("full")
    assert param.resolve() is False
    with pytest.raises(ParamValidationError):
        param.resolve("everything")


@pytest.mark.parametrize(("schedule", "summary"), [("*/15 * * * *", "*/15 * * * *"), ("", "0 * * * *")])
def test_the_schedule_is_the_environments(module, schedule, summary):
    file = Path(module.__file__)
    script = "import process_kafka_to_postgres as module; print(module.process_kafka_to_postgres().timetable.summary)"
    environment = {
        **os.environ,
        "TILLSTREAM_SCHEDULES_PROCESS_KAFKA_TO_POSTGRES": schedule,
        "PYTHONPATH": str(file.parent),
    }
    printed = subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert printed.splitlines()[-1] == summary
