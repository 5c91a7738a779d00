"""
Prints the tables of a measurement that `load.py` wrote.

    python benchmarks/report.py FILE.json

A measurement is `{"command", "machine", "rows"}`. A row is one type of page in
one setup on one database: `{"articles", "database", "setup", "page", "queries",
"bytes", "gzip", "runs"}`, and each of its runs has `cpu_ms` (processor time of
server and database for one answer), `p50_ms` and `p99_ms` (time to answer),
`per_second`, `requests`, `errors`, `busy`, `own` (processors at work, and those
that worked for the measurement).
"""

import json
import statistics
import sys
from pathlib import Path

# Page type → what tables call it, in their order.
PAGES = {
    "home": "home",
    "section": "section",
    "section-500": "section, page 500 or its last",
    "article-en": "article, English",
    "article-ar": "article, Arabic",
    "long-tail": "long tail",
    "tag": "tag",
    "search": "search",
    "assembly": "General Assembly",
    "feed": "feed",
    "sitemap": "sitemap, the index",
    "sitemap-file": "sitemap, a file",
}
FLOOR = "floor"
# Figure → (the heading of its column, how it is written).
FIGURES = {
    "cpu_ms": ("CPU ms, {}", "{:.2f}"),
    "p50_ms": ("p50 ms, {}", "{:.1f}"),
    "p99_ms": ("p99 ms, {}", "{:.1f}"),
    "per_second": ("requests/s, {}", "{:,.0f}"),
}


def markdown(measurement):
    """All tables of a measurement: one for each database, and how costs grow where there are several."""
    rows = [row for row in measurement["rows"] if row["setup"] != FLOOR]
    sizes = sorted({row["articles"] for row in rows})
    parts = [_circumstances(measurement)]
    parts += [_table_of([row for row in rows if row["articles"] == size], _floor(measurement)) for size in sizes]
    if len(sizes) > 1:
        parts += [_growth([row for row in rows if row["setup"] == setup], sizes) for setup in _setups(rows)]
    return "\n\n".join([*parts, *_warnings(measurement)])


def median(row, figure):
    """The middle of what was measured of a row in all rounds."""
    return statistics.median(run[figure] for run in row["runs"])


def _circumstances(measurement):
    runs = [run for row in measurement["rows"] for run in row["runs"]]
    machine = measurement["machine"]
    others = statistics.median(max(0, run["busy"] - run["own"]) for run in runs)
    floor = _floor(measurement)
    return (
        f"`{measurement['command']}`\n\n"
        f"{machine['processors']} × {machine['processor']}, {machine['memory_gb']} GB; {machine['software']}. "
        f"Other work took {others:.1f} of {machine['processors']} processors. "
        f"A bare Django response under the same server: {median(floor, 'cpu_ms'):.2f} CPU ms, "
        f"{median(floor, 'p50_ms'):.1f} ms (p50), {median(floor, 'per_second'):,.0f}/s."
    )


def _floor(measurement):
    return next(row for row in measurement["rows"] if row["setup"] == FLOOR)


def _setups(rows):
    return list(dict.fromkeys(row["setup"] for row in rows))


def _table_of(rows, floor):
    setups = _setups(rows)
    headings = [heading.format(setup) for heading, _form in FIGURES.values() for setup in setups]
    headings += [f"CPU × bare, {setup}" for setup in setups]
    found = {(row["page"], row["setup"]): row for row in rows}
    lines = [_line(page, [found.get((page, setup)) for setup in setups], floor) for page in _pages(rows)]
    title = f"{rows[0]['articles']:,} articles, {rows[0]['database']}"
    return f"**{title}**\n\n" + _table(["page", "queries", "again", "bytes", "gzip", *headings], lines)


def _line(page, rows, floor):
    one = next(row for row in rows if row)
    facts = [f"{one[name]:,}" for name in ("queries", "queries_again", "bytes", "gzip")]
    figures = [
        form.format(median(row, figure)) if row else "" for figure, (_h, form) in FIGURES.items() for row in rows
    ]
    ratios = [f"{median(row, 'cpu_ms') / median(floor, 'cpu_ms'):.1f}" if row else "" for row in rows]
    return [PAGES[page], *facts, *figures, *ratios]


def _growth(rows, sizes):
    """How much more processor time each type of page takes, from the smallest database to the largest."""
    cpu = {(row["page"], row["articles"]): median(row, "cpu_ms") for row in rows}
    lines = []
    for page in _pages(rows):
        found = [cpu.get((page, size)) for size in sizes]
        cells = ["" if value is None else f"{value:.2f}" for value in found]
        growth = f"{found[-1] / found[0]:.2f}" if found[0] and found[-1] else ""
        lines.append([PAGES[page], *cells, growth])
    title = f"**Growth, {rows[0]['setup']}: CPU ms by number of articles**\n\n"
    return title + _table(["page", *(f"{size:,}" for size in sizes), "×"], lines)


def _pages(rows):
    return [page for page in PAGES if any(row["page"] == page for row in rows)]


def _table(headings, lines):
    ruler = ["---", *["---:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [headings, ruler, *lines])


def _warnings(measurement):
    for row in measurement["rows"]:
        if errors := sum(run["errors"] for run in row["runs"]):
            yield f"{row['page']}, {row['setup']}, {row['articles']:,} articles: {errors} answers were errors."


if __name__ == "__main__":
    sys.stdout.write(markdown(json.loads(Path(sys.argv[1]).read_text())) + "\n")
