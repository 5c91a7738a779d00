"""
The numbers (primary keys) of rows that are written in bulk, known beforehand: rows can then name one another.

For use inside the transaction that writes the rows. What is written by others
meanwhile gets numbers beyond those that are taken here.
"""

from django.db import connection

# Numbers in files beyond this are not kept: the next number of a table is one more than its largest.
LARGEST = 1_000_000_000


def reserve(model, count):
    """The next `count` numbers of a model's table, which nothing else will get."""
    if count == 0:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
            )
            return [number for (number,) in cursor.fetchall()]
        first = _last_of(cursor, table) + 1
        return list(range(first, first + count))


def claim(model, numbers):
    """Those of `numbers` that are free in a model's table, as a set; the table goes on counting behind them."""
    numbers = {number for number in numbers if 0 < number <= LARGEST}
    free = numbers - set(model._base_manager.filter(pk__in=numbers).values_list("pk", flat=True))
    if free and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
            (sequence,) = cursor.fetchone()
            cursor.execute(
                f"SELECT setval(%s, greatest(%s, (SELECT last_value FROM {sequence})))",  # noqa: S608 (its own answer)
                [sequence, max(free)],
            )
    # SQLite counts on behind whatever is written (AUTOINCREMENT), and nobody else writes meanwhile.
    return free


def _last_of(cursor, table):
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    row = cursor.fetchone()
    return row[0] if row else 0
