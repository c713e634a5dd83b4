"""
Airflow at rest: a look whether there is anything to do, instead of all that scheduler and DAG processor do each second; and fewer
heartbeats of tasks that wait.

A scheduler that finds work goes on as it would have; a DAG processor notices a changed file or a callback seconds later.
"""

import time

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

# What the scheduler works on: runs that go on, DAGs that are due, and assets that others wait for.
WORK = text("""
    select
        exists (select from dag_run where state in ('queued', 'running'))
        or exists (select from dag where next_dagrun_create_after <= now() and not is_paused and not is_stale)
        or exists (select from asset_dag_run_queue)
""")

# Seconds after which the scheduler does everything, whatever the look says.
AT_LEAST_EVERY = 10

# Seconds between two heartbeats of a task, Airflow's default: each is a request, by which a cancelled task also learns that it is.
BEATS_EVERY = 5

# Seconds that the DAG processor sleeps while no file is due: it must give a sign of life every 30.
PROCESSOR_SLEEPS = 5


def finds_work(session):
    """True also if the database doesn't answer: the scheduler tries again, a few times, what this would fail at."""
    try:
        return session.scalar(WORK)
    except DBAPIError:
        session.rollback()
        return True


def look_first(schedule):
    """The scheduler's method `_do_scheduling`, called each second, but only if a look finds work."""
    scheduled = float("-inf")

    def look(self, session):
        nonlocal scheduled
        now = time.monotonic()
        if now - scheduled < AT_LEAST_EVERY and not finds_work(session):
            return 0
        scheduled = now
        return schedule(self, session)

    return look


def sleep_longer(serve):
    """The DAG processor's method `_service_processor_sockets`, in which it waits for files that are being parsed."""

    def sleep(self, timeout=1.0):
        idle = timeout and not self._processors and not self._file_queue
        return serve(self, timeout=PROCESSOR_SLEEPS if idle else timeout)

    return sleep


def beat_less(send):
    """The method `_send_heartbeat_if_needed` of a task's supervisor, which it calls each second as it looks whether the task has ended."""

    def beat(self):
        if time.monotonic() - self._last_heartbeat_attempt >= BEATS_EVERY:
            send(self)

    return beat


def install(command):
    """Replaces the methods in this process. `command` is the one that it was started with."""
    if command == "scheduler":
        from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
        from airflow.sdk.execution_time.supervisor import ActivitySubprocess

        ActivitySubprocess._send_heartbeat_if_needed = beat_less(ActivitySubprocess._send_heartbeat_if_needed)

        SchedulerJobRunner._do_scheduling = look_first(SchedulerJobRunner._do_scheduling)
    if command == "dag-processor":
        from airflow.dag_processing.manager import DagFileProcessorManager

        DagFileProcessorManager._service_processor_sockets = sleep_longer(
            DagFileProcessorManager._service_processor_sockets
        )
