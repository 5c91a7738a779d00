"""What a reader may ask of a list, made from the query string; what it does not know is ignored."""


class PressFilter:
    """
    A year of press releases.

    `years`: those in which there are any, the newest first. `rows`: the
    editions asked for. `query`: what stands for it in an address.
    """

    def __init__(self, query, editions):
        self.years = [moment.year for moment in editions.order_by().datetimes("publish_at", "year", order="DESC")]
        self.year = _year(query.get("year", ""))
        self.rows = editions.filter(publish_at__year=self.year) if self.year else editions
        self.query = f"year={self.year}" if self.year else ""

    @property
    def nearest_year(self):
        """The year to try when there is nothing in the one that was asked for."""
        return min(self.years, key=lambda year: abs(year - self.year)) if self.years and self.year else None


def _year(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 and text > "1900" else None
