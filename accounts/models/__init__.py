"""Who works here, what they may do, and what is known of their coming and going."""

from accounts.models.audit import AuditEntry
from accounts.models.invitations import Invitation
from accounts.models.limits import Counter
from accounts.models.lockdown import LockDown
from accounts.models.people import NewsroomUserManager, RoleAssignment, User
from accounts.models.sessions import StaffSession

__all__ = [
    "AuditEntry",
    "Counter",
    "Invitation",
    "LockDown",
    "NewsroomUserManager",
    "RoleAssignment",
    "StaffSession",
    "User",
]
