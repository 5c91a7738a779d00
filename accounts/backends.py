from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists

from accounts.models import LockDown, User
from accounts.roles import PERMISSIONS, assignments_of


class NewsroomBackend(ModelBackend):
    """
    Signs in by user name or e-mail address (`NewsroomUserManager` finds the
    account) and answers for permissions on one object.

    A permission may be asked for

    - with an (object, language) pair: `user.has_perm("articles.publish_article", (article, "ar"))`;
    - with an object alone: whether the person may do it in some language;
    - with (object, None): whether in all languages at once, as for what they share;
    - with nothing: whether anywhere, as for an entry in the menu.
    """

    def get_user(self, user_id):
        """
        The account of a session, if it may work here.

        It knows whether the newsroom is locked down, so that no page has to ask.
        """
        in_force = LockDown.objects.filter(is_in_force=True)
        user = User.objects.annotate(site_is_locked_down=Exists(in_force)).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """Only staff have anything to do here: an account without the mark is like one that was deactivated."""
        return super().user_can_authenticate(user) and user.is_staff

    def has_perm(self, user_obj, perm, obj=None):
        if not user_obj.is_active:
            return False
        # Django's own backend answers no whenever an object is given; its permissions have no limits here.
        return super().has_perm(user_obj, perm) or any(
            perm in PERMISSIONS[assignment.role] and self._covers(assignment, obj)
            for assignment in assignments_of(user_obj)
        )

    def has_module_perms(self, user_obj, app_label):
        return super().has_module_perms(user_obj, app_label) or (
            user_obj.is_active
            and any(
                perm.startswith(f"{app_label}.")
                for assignment in assignments_of(user_obj)
                for perm in PERMISSIONS[assignment.role]
            )
        )

    @staticmethod
    def _covers(assignment, obj):
        if obj is None:
            return True
        item, language = obj if isinstance(obj, tuple) else (obj, assignment.language)
        return assignment.covers(language, sections_of(item))


def may_in_some_section(user, permission, language):
    """Whether `user` has a permission in `language` in at least one section: for what has no section yet."""
    if not user.is_active:
        return False
    return permission in ModelBackend().get_all_permissions(user) or any(
        permission in PERMISSIONS[assignment.role] and assignment.language in {None, language}
        for assignment in assignments_of(user)
    )


def sections_of(item):
    """The numbers of the section that `item` is in and of those above it; None for what has no section."""
    section = getattr(item, "category", None)
    if section is None:
        return None
    numbers = set()
    while section is not None:
        numbers.add(section.pk)
        section = section.parent
    return numbers
