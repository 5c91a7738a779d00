"""Files for calendar programs (iCalendar, RFC 5545)."""

from datetime import UTC


def calendar_file(events, *, product, name=""):
    """
    The bytes of a calendar (section 3.4). `events`: the content lines of each; their texts passed `escape_text`.

    `product` names the part of the newsroom that it comes from, `name` is what programs call the calendar.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Newsroom//{product}//EN", "CALSCALE:GREGORIAN"]
    if name:
        lines.append(f"X-WR-CALNAME:{escape_text(name)}")
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return b"".join(fold(line) for line in [*lines, "END:VCALENDAR"])


def utc(moment):
    """A moment as DATE-TIME in UTC (section 3.3.5, form 2)."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escape_text(text):
    """A value of type TEXT (section 3.3.11): no control characters, and four signs escaped."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign == "\n" or (sign >= " " and sign != "\x7f"))
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, escaped)
    return text


def fold(line):
    """A content line (section 3.1) in pieces of at most 75 octets, none of which ends within a letter."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        # The space that begins a folded line counts, too.
        if len(piece) + len(octets) > 75:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
