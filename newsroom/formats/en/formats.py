"""English, in the British order: day before month."""

DATE_FORMAT = "j F Y"  # 20 May 2025
TIME_FORMAT = "H:i"  # 14:30
DATETIME_FORMAT = "j F Y, H:i"  # 20 May 2025, 14:30
YEAR_MONTH_FORMAT = "F Y"  # May 2025
MONTH_DAY_FORMAT = "j F"  # 20 May
SHORT_DATE_FORMAT = "d/m/Y"  # 20/05/2025
SHORT_DATETIME_FORMAT = "d/m/Y H:i"  # 20/05/2025 14:30
FIRST_DAY_OF_WEEK = 1  # Monday

# ISO first: British and American colleagues read 05/06/2025 differently.
DATE_INPUT_FORMATS = [
    "%Y-%m-%d",  # 2025-05-20
    "%d/%m/%Y",  # 20/05/2025
    "%d/%m/%y",  # 20/05/25
    "%d %B %Y",  # 20 May 2025
    "%d %b %Y",  # 20 May 2025
]
TIME_INPUT_FORMATS = [
    "%H:%M:%S",  # 14:30:59
    "%H:%M:%S.%f",  # 14:30:59.000200
    "%H:%M",  # 14:30
]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M:%S",  # 2025-05-20 14:30:59
    "%Y-%m-%d %H:%M:%S.%f",  # 2025-05-20 14:30:59.000200
    "%Y-%m-%d %H:%M",  # 2025-05-20 14:30
    "%d/%m/%Y %H:%M:%S",  # 20/05/2025 14:30:59
    "%d/%m/%Y %H:%M:%S.%f",  # 20/05/2025 14:30:59.000200
    "%d/%m/%Y %H:%M",  # 20/05/2025 14:30
]

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
