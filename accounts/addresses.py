"""Which addresses are for staff alone."""

STAFF_PREFIXES = ("/admin/", "/account/")


def is_staff_address(path):
    """Whether a path (`request.path_info`) is one of the admin's or of signing in."""
    return path.startswith(STAFF_PREFIXES)
