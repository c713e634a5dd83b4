"""What curate_orders and aggregate_user_events pass to Spark and check-quality, and how they handle a failed check."""

import pytest
from airflow.exceptions import AirflowFailException, ParamValidationError

JOBS = {"curate_orders": "orders_have_customers", "aggregate_user_events": "unique_keys"}


@pytest.fixture(params=JOBS)
def dag(request, dag_bag):
    return dag_bag.dags[request.param]


@pytest.fixture
def check(dag):
    """The task of one check, and what it calls."""
    operator = dag.get_task(JOBS[dag.dag_id])
    return lambda: operator.python_callable(*operator.op_args)


@pytest.fixture
def answer(monkeypatch):
    from tillstream import quality

    def answer_with(function):
        monkeypatch.setattr(quality, "call_function", function)

    return answer_with


@pytest.mark.parametrize(("date", "given"), [(None, "date=none"), ("2026-01-02", "date=2026-01-02")])
def test_the_requested_day_is_passed_to_the_job(dag, date, given):
    operator = dag.get_task(dag.dag_id)
    arguments = operator.job_driver["sparkSubmit"]["entryPointArguments"]
    rendered = [dag.get_template_env().from_string(each).render(params={"date": date}) for each in arguments[:3]]
    assert rendered == [dag.dag_id, "--param", given]


@pytest.mark.parametrize("date", ["2026-02-30", "yesterday", 20260102])
def test_a_day_that_does_not_exist_is_refused_before_anything_runs(dag, date):
    with pytest.raises(ParamValidationError):
        dag.params.get_param("date").resolve(date)


def test_a_check_asks_check_quality(dag, check, answer):
    answer(lambda name, payload: {name: payload})
    assert check() == {"check-quality": {"suite": dag.dag_id, "check": JOBS[dag.dag_id]}}


def test_rows_that_are_wrong_fail_the_task_at_once(check, answer):
    def fail(*_):
        raise RuntimeError("tillstream-local-check-quality: CheckFailed: curate_orders/no_nulls: Got 1")

    answer(fail)
    with pytest.raises(AirflowFailException, match="Got 1"):
        check()


def test_a_check_that_could_not_run_is_retried(check, answer):
    def fail(*_):
        raise RuntimeError("tillstream-local-check-quality: Error: connect ECONNREFUSED")

    answer(fail)
    with pytest.raises(RuntimeError, match="ECONNREFUSED"):
        check()
