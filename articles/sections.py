"""The tree of sections, read at once: where a page needs more than its own section, this is one query."""

from articles.models import Category
from delivery.parts import kept
from publishing.languages import current_language, language_codes
from publishing.metadata import home_address
from publishing.registry import SectionChoice


class SectionTree:
    """
    All sections, and who belongs to whom.

    Parents and children are those that have a name in the page's language.
    """

    def __init__(self):
        self.language = current_language()
        self.by_id = {category.pk: category for category in Category.objects.all()}
        for category in self.by_id.values():
            if category.parent_id:
                category.parent = self.by_id[category.parent_id]
        # Of two that share a path, which only the form forbids, the first has it.
        self._by_path = {category.path: category for category in reversed(self.by_id.values()) if category.path}

    def at(self, path):
        """The section at this path of the page's language, or None."""
        return self._by_path.get(path)

    def children(self, category):
        return [child for child in self.by_id.values() if child.parent_id == category.pk and child.path]

    def roots(self):
        return [category for category in self.by_id.values() if not category.parent_id and category.path]

    def ids_below(self, category):
        """The numbers of the section and of all below it, whatever their names."""
        found = [category.pk]
        for pk in found:
            found += [child.pk for child in self.by_id.values() if child.parent_id == pk]
        return found


def section_tree():
    """The tree in the page's language. Whoever gets it must not change it."""
    return kept("sections", SectionTree)


def parents_of(category):
    """The sections above it, the topmost first."""
    parents = []
    while category.parent_id:
        category = category.parent
        parents.insert(0, category)
    return parents


def addresses_of_section(category):
    """language → address, for the languages in which the section has a name."""
    found = {code: category.get_absolute_url(code) for code in language_codes()}
    return {code: url for code, url in found.items() if url}


def fronts_of_section(category):
    """language → where to lead readers of each language: the section there, else the nearest above it, else home."""
    lineage = [category, *reversed(parents_of(category))]
    return {
        code: next((url for one in lineage if (url := one.get_absolute_url(code))), home_address(code))
        for code in language_codes()
    }


def section_choices():
    """The sections that readers can narrow a search to, each after the one that it stands in."""
    tree = section_tree()
    return [SectionChoice(one.pk, one.name, tuple(tree.ids_below(one))) for one in _in_order(tree, tree.roots())]


def _in_order(tree, categories):
    return [each for one in categories for each in (one, *_in_order(tree, tree.children(one)))]
