r"""
Kurmanji Kurdish in Latin script. Django has no formats for it.

A date is a phrase with endings in Kurmanji, not a row of words: “20ê Gulana
2025an” is “on the 20th of May of 2025”. The day takes the oblique -ê; the month
takes the izafe -a when a year follows it and the oblique -ê when none does; the
year takes -an. Kurmanji newspapers write dates so (“10ê Adara 2013an”, “17ê
Berfanbarê”), and the Unicode CLDR has it for `ku`: d'ê' MMMM'a' y'an' and
d'ê' MMMM'ê'.

So there are two forms of a month's name:

* `E` (Django's “alternative month”, context “alt. month” in the catalogue) has
  the izafe and stands before a year: Gulana.
* `F` is the bare name, Gulan. Every name in the catalogue ends in a consonant,
  so `Fê` makes the oblique: Gulanê.

Letters that Django would take for format characters have a backslash.

The endings of the day and the year are the same for all numbers, as in the
CLDR. Spelled out after the spoken number some would differ (“2yê”, “2021ê”,
“2022yan”); a format string cannot tell numbers apart.
"""

DATE_FORMAT = r"jê E Y\a\n"  # 20ê Gulana 2025an
TIME_FORMAT = "H:i"  # 14:30
DATETIME_FORMAT = r"jê E Y\a\n, H:i"  # 20ê Gulana 2025an, 14:30
YEAR_MONTH_FORMAT = r"E Y\a\n"  # Gulana 2025an
MONTH_DAY_FORMAT = "jê Fê"  # 20ê Gulanê
SHORT_DATE_FORMAT = "d.m.Y"  # 20.05.2025
SHORT_DATETIME_FORMAT = "d.m.Y H:i"  # 20.05.2025 14:30
FIRST_DAY_OF_WEEK = 1  # Duşem

DATE_INPUT_FORMATS = [
    "%d.%m.%Y",  # 20.05.2025
    "%d.%m.%y",  # 20.05.25
    "%d/%m/%Y",  # 20/05/2025
    "%d/%m/%y",  # 20/05/25
]
TIME_INPUT_FORMATS = [
    "%H:%M:%S",  # 14:30:59
    "%H:%M:%S.%f",  # 14:30:59.000200
    "%H:%M",  # 14:30
]
DATETIME_INPUT_FORMATS = [
    "%d.%m.%Y %H:%M:%S",  # 20.05.2025 14:30:59
    "%d.%m.%Y %H:%M:%S.%f",  # 20.05.2025 14:30:59.000200
    "%d.%m.%Y %H:%M",  # 20.05.2025 14:30
    "%d/%m/%Y %H:%M:%S",  # 20/05/2025 14:30:59
    "%d/%m/%Y %H:%M:%S.%f",  # 20/05/2025 14:30:59.000200
    "%d/%m/%Y %H:%M",  # 20/05/2025 14:30
]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
