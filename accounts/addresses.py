"""Which addresses are for staff alone."""

ADMIN_PREFIX, ACCOUNT_PREFIX = "/admin/", "/account/"
STAFF_PREFIXES = (ADMIN_PREFIX, ACCOUNT_PREFIX)


def is_staff_address(path):
    """Whether a path (`request.path_info`) is one of the admin's or of signing in."""
    return path.startswith(STAFF_PREFIXES)
