"""Accounts in the admin: people and what they may do, invitations, Django's groups, the audit log."""

from accounts.admin import audit, groups, invitations, people  # noqa: F401
