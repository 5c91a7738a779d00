"""
How dates, times and numbers look in each language (FORMAT_MODULE_PATH).

Every language has its own package with a module `formats`, as Django asks for.
The names of months and weekdays come from the catalogues in `newsroom/locale/`.

Output formats are in Django's notation (`j F Y`), input formats in Python's
(`%d.%m.%Y`). Django accepts ISO dates (2025-05-20) everywhere besides what is
listed here. The first input format is also the one that the admin's date field
writes; times keep their seconds there, so that saving a form does not change
the moment of publication.

The masthead shows the weekday too. Django looks up only the formats whose names
it knows, so there is no FULL_DATE_FORMAT: the template joins the weekday
(`|date:"l"`) and the date (`|date:"DATE_FORMAT"`):

    en  Tuesday, 20 May 2025          weekday, comma, date
    ar  الثلاثاء، 20 أيار 2025         weekday, Arabic comma, date
    tr  20 Mayıs 2025 Salı            date, weekday, no comma
    ku  Sêşem, 20ê Gulana 2025an      weekday, comma, date
"""
