"""Running background jobs inside a test's own transaction; the real worker is tried by the set-up tests."""

from django_tasks_db.models import DBTaskResult


def run_due_jobs():
    """Runs what waits and is due, each job once, in order."""
    for row in DBTaskResult.objects.ready():
        row.task.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        row.delete()
