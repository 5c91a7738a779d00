"""
Arabic, as the Levantine press writes it.

Digits are the Western ones throughout (20, not ٢٠), with the separators that go
with them. The right-to-left marks (U+200F) in the short dates keep day, month
and year in reading order, from right to left.
"""

DATE_FORMAT = "j F Y"  # 20 أيار 2025
TIME_FORMAT = "H:i"  # 14:30
DATETIME_FORMAT = "j F Y، H:i"  # 20 أيار 2025، 14:30
YEAR_MONTH_FORMAT = "F Y"  # أيار 2025
MONTH_DAY_FORMAT = "j F"  # 20 أيار
SHORT_DATE_FORMAT = "j\u200f/n\u200f/Y"  # 20/5/2025, read from the right
SHORT_DATETIME_FORMAT = "j\u200f/n\u200f/Y، H:i"
FIRST_DAY_OF_WEEK = 6  # Saturday, as in Syria, Iraq and Jordan

DATE_INPUT_FORMATS = [
    "%d/%m/%Y",  # 20/05/2025
    "%d/%m/%y",  # 20/05/25
]
TIME_INPUT_FORMATS = [
    "%H:%M:%S",  # 14:30:59
    "%H:%M:%S.%f",  # 14:30:59.000200
    "%H:%M",  # 14:30
]
DATETIME_INPUT_FORMATS = [
    "%d/%m/%Y %H:%M:%S",  # 20/05/2025 14:30:59
    "%d/%m/%Y %H:%M:%S.%f",  # 20/05/2025 14:30:59.000200
    "%d/%m/%Y %H:%M",  # 20/05/2025 14:30
]

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
