"""Every DAG imports, is documented, has the expected tasks and schedule, and retries on its own."""

from datetime import timedelta
from pathlib import Path

QUALITY = Path(__file__).parents[2] / "sql" / "quality"


def with_checks(job: str, good: str) -> dict:
    """A job, a check per file of sql/quality/<job>, and the task downstream of all checks."""
    checks = {file.stem for file in (QUALITY / job).glob("*.sql")}
    assert len(checks) >= 4
    return {job: checks, **{check: {good} for check in checks}, good: set()}


PROMISED = {
    "curate_orders": {"schedule": "0 0 * * *", "tasks": with_checks("curate_orders", "curated_is_good")},
    "aggregate_user_events": {"schedule": "0 0 * * *", "tasks": with_checks("aggregate_user_events", "gold_is_good")},
    "stream_orders": {"schedule": "0 * * * *", "tasks": {"stream_orders": set()}},
    "orders_minio_to_postgres": {
        "schedule": "*/5 * * * *",
        "tasks": {
            "list_new_files": {"load"},
            "load": {"publish_progress"},
            "publish_progress": set(),
        },
    },
    "prove_pipeline": {"schedule": "0 * * * *", "tasks": {"prove": set()}},
    "prove_everything": {"schedule": "30 3 * * *", "tasks": {"prove": set()}},
    "daily_inventory_report": {
        "schedule": "0 0 * * *",  # what @daily stands for
        "tasks": {"build": {"export"}, "export": set()},
    },
    "process_kafka_to_postgres": {
        "schedule": "0 * * * *",  # what @hourly stands for
        "tasks": {
            "run_transformations": {"refresh_views", "alert_late_events"},
            "refresh_views": {"index_hourly_metrics_to_elasticsearch"},
            "index_hourly_metrics_to_elasticsearch": {"check_data_quality"},
            "check_data_quality": set(),
            "alert_late_events": set(),
        },
    },
}


def test_every_dag_imports(dag_bag):
    assert dag_bag.import_errors == {}


def test_there_are_exactly_the_promised_dags(dag_bag):
    assert set(dag_bag.dags) == set(PROMISED)


def test_each_dag_is_of_its_own_file(dag_bag):
    assert {dag_id: Path(dag.fileloc).stem for dag_id, dag in dag_bag.dags.items()} == {name: name for name in PROMISED}


def test_schedules_and_order_of_tasks(dag_bag):
    for dag_id, promised in PROMISED.items():
        dag = dag_bag.dags[dag_id]
        assert dag.timetable.summary == promised["schedule"]
        assert {task.task_id: set(task.downstream_task_ids) for task in dag.tasks} == promised["tasks"]


def test_a_run_at_a_time_and_none_for_the_past(dag_bag):
    for dag in dag_bag.dags.values():
        assert dag.max_active_runs == 1
        assert dag.catchup is False


def test_documented_and_tagged(dag_bag):
    for dag in dag_bag.dags.values():
        assert dag.doc_md.strip().startswith("###"), dag.dag_id
        assert dag.tags, dag.dag_id


def test_tasks_are_retried_ever_later_and_end(dag_bag):
    for dag in dag_bag.dags.values():
        for task in dag.tasks:
            assert task.retries >= 2, task
            assert task.retry_exponential_backoff, task
            assert task.retry_delay >= timedelta(seconds=10), task
            assert task.execution_timeout <= timedelta(minutes=20), task


def test_progress_is_published_when_there_was_nothing_to_load(dag_bag):
    publish = dag_bag.dags["orders_minio_to_postgres"].get_task("publish_progress")
    assert publish.trigger_rule == "none_failed"


def test_a_mapped_list_is_never_empty(monkeypatch):
    import orders_minio_to_postgres as module

    monkeypatch.setattr(module, "load_orders", lambda payload: {"chunks": []})
    dag = module.orders_minio_to_postgres()
    assert dag.get_task("list_new_files").python_callable() == [module.NOTHING]


def test_load_is_mapped_over_the_chunks(dag_bag):
    assert hasattr(dag_bag.dags["orders_minio_to_postgres"].get_task("load"), "expand_input")


def test_a_dag_is_named_as_its_file(dag_bag):
    for dag_id, dag in dag_bag.dags.items():
        assert Path(dag.fileloc).stem == dag_id
