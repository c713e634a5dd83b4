"""What makes Airflow rest on one machine: localstack/services/airflow_at_rest.py."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest
from airflow.dag_processing.manager import DagFileProcessorManager
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.sdk.execution_time.supervisor import ActivitySubprocess
from sqlalchemy.exc import OperationalError

FILE = Path(__file__).parents[2] / "localstack" / "services" / "airflow_at_rest.py"


@pytest.fixture
def at_rest():
    spec = importlib.util.spec_from_file_location("airflow_at_rest", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_scheduler_does_nothing_while_a_look_finds_no_work(at_rest, monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=0.0)
    monkeypatch.setattr(at_rest, "time", clock)
    schedule = at_rest.look_first(lambda scheduler, session: session.queued)

    def queued_at(seconds, *, work):
        clock.now = seconds
        return schedule(None, SimpleNamespace(queued=3, scalar=lambda _: work))

    assert queued_at(0, work=False) == 3
    assert queued_at(1, work=False) == 0
    assert queued_at(2, work=True) == 3
    assert queued_at(11.9, work=False) == 0
    assert queued_at(12, work=False) == 3


def test_scheduler_goes_on_as_ever_when_the_database_does_not_answer(at_rest):
    def lost(_):
        raise OperationalError("select", {}, Exception("connection lost"))

    undone = []
    assert at_rest.finds_work(SimpleNamespace(scalar=lost, rollback=lambda: undone.append(True)))
    assert undone == [True]


@pytest.mark.parametrize(
    ("processors", "queue", "timeout", "waits"),
    [({}, [], 0.9, 5), ({"file": "process"}, [], 0.9, 0.9), ({}, ["file"], 0.9, 0.9), ({}, [], 0.0, 0.0)],
)
def test_dag_processor_sleeps_while_no_file_is_due(at_rest, processors, queue, timeout, waits):
    manager = SimpleNamespace(_processors=processors, _file_queue=queue)
    assert at_rest.sleep_longer(lambda _, timeout: timeout)(manager, timeout=timeout) == waits


def test_task_that_goes_on_gives_a_sign_of_life_at_once_and_then_each_five_seconds(at_rest, monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: clock.now)
    monkeypatch.setattr(at_rest, "time", clock)
    beats = []

    def send(supervisor):
        supervisor._last_heartbeat_attempt = clock.now
        beats.append(clock.now)

    supervisor = SimpleNamespace(_last_heartbeat_attempt=0)
    for clock.now in range(100, 113):
        at_rest.beat_less(send)(supervisor)
    assert beats == [100, 105, 110]


def test_this_airflow_has_what_is_replaced(at_rest, monkeypatch):
    replaced = [
        (SchedulerJobRunner, "_do_scheduling"),
        (ActivitySubprocess, "_send_heartbeat_if_needed"),
        (DagFileProcessorManager, "_service_processor_sockets"),
    ]
    before = [getattr(*method) for method in replaced]
    for method in replaced:
        monkeypatch.setattr(*method, getattr(*method))
    for command in ("scheduler", "dag-processor"):
        at_rest.install(command)
    assert [getattr(*method) is was for method, was in zip(replaced, before, strict=True)] == [False] * 3
    # What the rarer heartbeat and the longer sleep look at.
    assert "_last_heartbeat_attempt" in attrs.fields_dict(ActivitySubprocess)
    assert {"_processors", "_file_queue"} <= attrs.fields_dict(DagFileProcessorManager).keys()
