"""What every admin of the site does alike: the name of its list, and what the address of a new form may say."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.text import capfirst

from desk.items import number_in, numbers_in
from desk.paging import ListPaginator


class NamedLists:
    """
    For an admin: its list has a name, and the form of a new row begins with nothing that does not fit its fields.

    The site gives it to every admin that is registered (`desk.site`).
    """

    paginator = ListPaginator
    # How many rows there would be without search and filters: it would be counted with each.
    show_full_result_count = False

    def get_changelist_instance(self, request):
        shown = super().get_changelist_instance(request)
        # "Select article to change" cannot agree with every noun in Arabic and Kurmanji: the list has its name.
        shown.title = capfirst(self.opts.verbose_name_plural)
        return shown

    def response_action(self, request, queryset):
        """Acts on the rows that were chosen. A request that names what can be no row was not made by the list."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        return super().response_action(request, queryset) if all(map(self._is_key, chosen)) else None

    def _is_key(self, text):
        try:
            self.opts.pk.to_python(text)
        except ValidationError:
            return False
        return True

    def get_changeform_initial_data(self, request):
        """What the address says (`?format=gallery&album=7`), without what Django's widgets fail on."""
        initial = super().get_changeform_initial_data(request)
        typed = {name: self._read(name, request.GET[name]) for name in initial.keys() & request.GET.keys()}
        return {name: value for name, value in (initial | typed).items() if value is not None}

    def _read(self, name, text):
        """A value of a field as its form begins with it; None for what is none, or for no field."""
        try:
            field = self.opts.get_field(name)
            if not field.is_relation:
                return field.to_python(text)
        except (FieldDoesNotExist, ValidationError):
            return None
        return numbers_in(text) if field.many_to_many else number_in(text)
