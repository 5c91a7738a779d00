"""
How much readers find of what they look for, in a set of queries judged by hand (`judged/README.md`).

Recall@10: how much of what is relevant stands among the first ten.
Precision@5: how much of what is shown among the first five is relevant.
A query counts as much as any other.
"""

import json
import os
import sys
from functools import cache
from pathlib import Path

import pytest

from publishing.languages import language_codes
from search.results import Search, Wanted
from tests.builders import make_article, make_category, publish

pytestmark = pytest.mark.django_db

RECALL, PRECISION = 0.95, 0.93
FOUND = Path(__file__).parent / "judged" / "found.json"


@cache
def judged(language):
    return json.loads((Path(__file__).parent / "judged" / f"{language}.json").read_text())


@pytest.fixture
def searched(request):
    """Asks all queries of a language; returns [(query, names of the first ten that were found)]."""

    def asked(language):
        section, names = make_category(), {}
        for document in judged(language)["documents"]:
            texts = {f"{name}_{language}": document[name] for name in ("title", "standfirst")}
            body = {f"body_{language}": f"<p>{document['body']}</p>"}
            article = make_article(**texts, **body, category=section, source_language=language)
            publish(article, language)
            names[article.pk] = document["id"]
        queries = judged(language)["queries"]
        return [
            (query, [names[hit.edition.item_id] for hit in Search(Wanted(query["q"]), language).hits(1)[:10]])
            for query in queries
        ]

    return asked


def recall(found, relevant):
    return len(set(found[:10]) & set(relevant)) / len(relevant)


def precision(found, relevant):
    first = found[:5]
    return len(set(first) & set(relevant)) / len(first) if first else 0.0


@pytest.mark.parametrize("language", language_codes())
def test_readers_find_what_they_look_for(searched, language):
    lines, recalls, precisions, all_found = [], [], [], {}
    for query, found in searched(language):
        all_found[query["q"]] = found
        relevant = query["relevant"]
        recalls.append(recall(found, relevant))
        precisions.append(precision(found, relevant))
        lines.append(f"{recalls[-1]:.2f}  {precisions[-1]:.2f}  {query['q']}  ({query['kind']})")
        if min(recalls[-1], precisions[-1]) < 1:
            missed, wrong = sorted(set(relevant) - set(found)), [one for one in found[:5] if one not in relevant]
            lines.append(f"            missed: {' '.join(missed) or '–'}; wrong: {' '.join(wrong) or '–'}")
    count = len(recalls)
    means = sum(recalls) / count, sum(precisions) / count
    sys.stdout.write(
        "\n".join([*lines, f"{language}: recall@10 {means[0]:.3f}, precision@5 {means[1]:.3f}, {count} queries\n"])
    )
    assert count >= 40
    assert means[0] >= RECALL
    assert means[1] >= PRECISION
    known = json.loads(FOUND.read_text()) if FOUND.exists() else {}
    if os.environ.get("JUDGED") == "write":
        known[language] = all_found
        FOUND.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    assert all_found == known[language]
