import pytest
from django.utils import timezone


@pytest.fixture
def it_is_noon(settings):
    """Pages with dates on them end with the day: no test begins just before midnight, whenever it runs."""
    ahead = 12 - timezone.now().hour
    # POSIX has the sign the other way round.
    settings.TIME_ZONE = f"Etc/GMT{-ahead:+d}"
