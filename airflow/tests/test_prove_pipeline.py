"""What the proof's DAGs say if the books don't balance."""

from tillstream.proof import totals_of, what_is_off

BALANCED = {"name": "orders: fine", "balanced": True, "expected": 1, "actual": 1, "where": []}
OFF = {
    "name": "orders: offsets tile",
    "balanced": False,
    "expected": 200,
    "actual": 150,
    "where": ["orders partition 1 offsets 50-99: missing"],
}


def test_names_only_the_checks_that_differ_and_where():
    assert what_is_off({"checks": [BALANCED, OFF]}) == (
        "orders: offsets tile: expected 200, got 150\n    orders partition 1 offsets 50-99: missing"
    )


def test_takes_the_answer_of_a_function_that_does_not_say_how_far_back_it_read():
    assert totals_of({"balanced": True, "checks": [BALANCED], "streams": {"orders": {}}}) == {"orders": {}}
