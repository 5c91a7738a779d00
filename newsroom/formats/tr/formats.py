"""Turkish. Unlike Django’s own formats, these write the day without a leading zero (5 Mayıs)."""

DATE_FORMAT = "j F Y"  # 20 Mayıs 2025
TIME_FORMAT = "H:i"  # 14:30
DATETIME_FORMAT = "j F Y, H:i"  # 20 Mayıs 2025, 14:30
YEAR_MONTH_FORMAT = "F Y"  # Mayıs 2025
MONTH_DAY_FORMAT = "j F"  # 20 Mayıs
SHORT_DATE_FORMAT = "d.m.Y"  # 20.05.2025
SHORT_DATETIME_FORMAT = "d.m.Y H:i"  # 20.05.2025 14:30
FIRST_DAY_OF_WEEK = 1  # Pazartesi

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
