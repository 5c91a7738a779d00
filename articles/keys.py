"""The lists of articles, as the change log and kept pages name them (`publishing.keys`)."""

from django.utils import timezone


def of_section(number):
    """What stands in a section itself, not below it."""
    return f"section:{number}"


def of_format(value):
    """What has a format."""
    return f"format:{value}"


def of_year(moment):
    """What was published in a year, by the newsroom's clock."""
    return f"year:{timezone.localtime(moment).year}"


def of_tag(number):
    """What carries a topic."""
    return f"tagged:{number}"


def of_byline(number):
    """What somebody wrote."""
    return f"by:{number}"
