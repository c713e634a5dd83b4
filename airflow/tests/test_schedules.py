"""When DAGs run: a file in compose, else the environment, else the standard."""

import json

from tillstream.schedules import schedule_of

VARIABLE = "TILLSTREAM_SCHEDULES_CURATE_ORDERS"


def test_the_standard_holds_if_nothing_is_set(monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    assert schedule_of("curate_orders", "@daily") == "@daily"


def test_a_variable_of_the_dag_counts(monkeypatch):
    monkeypatch.setenv(VARIABLE, "30 5 * * *")
    assert schedule_of("curate_orders", "@daily") == "30 5 * * *"
    assert schedule_of("stream_orders", "@hourly") == "@hourly"


def test_a_file_counts_once_it_is_there(monkeypatch, tmp_path):
    file = tmp_path / "schedules.json"
    monkeypatch.setenv("DAG_SCHEDULES_FILE", str(file))
    assert schedule_of("curate_orders", "@daily") == "@daily"
    file.write_text(json.dumps({VARIABLE: "*/30 * * * *"}))
    assert schedule_of("curate_orders", "@daily") == "*/30 * * * *"
