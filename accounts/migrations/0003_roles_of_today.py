from django.db import migrations


def bring_to_today(apps, schema_editor):
    """
    An admin is one everywhere now: who was one in a part only is a publisher there.

    The former group "Editors" allowed what the role of a publisher allows; its
    members get that role, so that the rules for roles hold for them, too.
    """
    RoleAssignment = apps.get_model("accounts", "RoleAssignment")
    Group = apps.get_model("auth", "Group")
    User = apps.get_model("accounts", "User")
    for assignment in RoleAssignment.objects.filter(role="admin").exclude(language=None, category=None):
        facts = {"user_id": assignment.user_id, "language": assignment.language, "category_id": assignment.category_id}
        RoleAssignment.objects.get_or_create(role="publisher", **facts)
        assignment.delete()
    for user in User.objects.filter(groups__name="Editors"):
        RoleAssignment.objects.get_or_create(user=user, role="publisher", language=None, category=None)
    Group.objects.filter(name="Editors").delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_desk"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(bring_to_today, migrations.RunPython.noop)]
