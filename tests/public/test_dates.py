"""Dates read as the readers of each language write them."""

import datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format

LEVANTINE = [
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
]  # fmt: skip
KURMANJI = [
    "Rêbendan", "Sibat", "Adar", "Nîsan", "Gulan", "Hezîran",
    "Tîrmeh", "Tebax", "Îlon", "Cotmeh", "Mijdar", "Berfanbar",
]  # fmt: skip


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(("language", "names"), [("ar", LEVANTINE), ("ku", KURMANJI)])
def test_the_month_has_the_readers_own_name(language, names, month):
    with translation.override(language):
        assert names[month - 1] in date_format(datetime.date(2025, month, 20), "DATE_FORMAT")


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "20 May 2025"), ("ar", "20 أيار 2025"), ("tr", "20 Mayıs 2025"), ("ku", "20ê Gulana 2025an")],
)
def test_a_day_is_written_in_the_order_of_the_language(language, written):
    with translation.override(language):
        assert date_format(datetime.date(2025, 5, 20), "DATE_FORMAT") == written
