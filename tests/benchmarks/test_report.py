"""The tables of a measurement."""

import pytest

from benchmarks.report import markdown

pytestmark = pytest.mark.one_database


def a_run(cpu_ms, **facts):
    figures = {
        "p50_ms": 4,
        "p99_ms": 9.26,
        "per_second": 1200.4,
        "requests": 2400,
        "errors": 0,
        "busy": 1.5,
        "own": 1.4,
    }
    return figures | {"cpu_ms": cpu_ms} | facts


def a_row(*cpu_ms, **facts):
    described = {
        "articles": 2000,
        "database": "PostgreSQL 15.4",
        "setup": "cold",
        "page": "home",
        "queries": 5,
        "queries_again": 3,
    }
    return described | {"bytes": 17482, "gzip": 4939, "runs": [a_run(one) for one in cpu_ms]} | facts


def a_measurement(*rows):
    machine = {"processor": "Z80", "processors": 2, "memory_gb": 24, "software": "Django 5.2"}
    floor = a_row(0.5, setup="floor", page="floor", articles=0)
    return {"command": "python benchmarks/load.py", "machine": machine, "rows": [*rows, floor]}


def test_a_line_has_the_medians_of_all_rounds_beside_the_bare_response():
    table = markdown(a_measurement(a_row(12, 10, 90), a_row(0.7, 0.6, 0.8, setup="warm")))
    assert "**2,000 articles, PostgreSQL 15.4**" in table
    line = "| home | 5 | 3 | 17,482 | 4,939 | 12.00 | 0.70 | 4.0 | 4.0 | 9.3 | 9.3 | 1,200 | 1,200 | 24.0 | 1.4 |"
    assert line in table.splitlines()


def test_it_says_how_quiet_the_machine_was():
    assert "2 × Z80, 24 GB; Django 5.2. Other work took 0.1 of 2 processors." in markdown(a_measurement(a_row(12)))


def test_with_several_sizes_it_says_how_costs_grow():
    rows = [a_row(10, articles=1000), a_row(12, articles=100_000)]
    table = markdown(a_measurement(*reversed(rows)))
    assert "**Growth, cold: CPU ms by number of articles**" in table
    assert "| page | 1,000 | 100,000 | × |" in table
    assert "| home | 10.00 | 12.00 | 1.20 |" in table


def test_a_page_that_one_size_does_not_have_has_no_growth():
    rows = [a_row(10, articles=1000), a_row(11, articles=2000), a_row(3, articles=2000, page="search")]
    assert "| search |  | 3.00 |  |" in markdown(a_measurement(*rows))


def test_answers_that_were_errors_are_told():
    row = a_row(10) | {"runs": [a_run(10, errors=2), a_run(10, errors=1)]}
    assert markdown(a_measurement(row)).endswith("home, cold, 2,000 articles: 3 answers were errors.")
