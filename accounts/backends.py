from django.contrib.auth.backends import ModelBackend


class NewsroomBackend(ModelBackend):
    """
    Signs in by user name or e-mail address (`NewsroomUserManager` finds the
    account) and answers for permissions on one object.

    A permission may be asked for with an object, or with an (object, language)
    pair: `user.has_perm("articles.publish_article", (article, "ar"))`.
    """

    def has_perm(self, user_obj, perm, obj=None):
        # Django's own backend answers no whenever an object is given.
        return super().has_perm(user_obj, perm)
