"""Models and migrations are in step, and the set-up is sound."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_system_checks_find_nothing():
    call_command("check", fail_level="WARNING")


def test_compiled_catalogues_are_in_step():
    call_command("compile_catalogues", check=True)
