"""
Finds every message that the project can show, without GNU gettext.

Python is read by its syntax tree, templates by Django's own parser.
"""

import ast
from pathlib import Path

from django.template import engines
from django.template.base import TextNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation.template import trim_whitespace

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "articles", "coalition", "delivery", "desk", "media_library", "pages", "publishing", "search")
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}


def python_messages():
    """(singular, plural or None, context or None, where) of each literal message in the apps."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts or "seed" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield from _message_of_call(node, path)


def _message_of_call(node, path):
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    literals = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    where = f"{path.relative_to(ROOT)}:{node.lineno}"
    if name in SINGULAR and literals and isinstance(literals[0], str):
        yield literals[0], None, None, where
    elif name in PLURAL and len(literals) >= 2:
        yield literals[0], literals[1], None, where
    elif name in {"pgettext", "pgettext_lazy"} and len(literals) >= 2:
        yield literals[1], None, literals[0], where


def template_messages():
    """The same for all templates."""
    for path in sorted(path for kind in ("html", "txt") for path in (ROOT / "templates").rglob(f"*.{kind}")):
        name = str(path.relative_to(ROOT / "templates"))
        template = engines["django"].get_template(name).template
        for node in _all_nodes(template.nodelist):
            yield from _message_of_node(node, name)


def _all_nodes(nodelist):
    for node in nodelist:
        yield node
        if isinstance(node, TextNode):
            continue
        for attribute in getattr(node, "child_nodelists", ()):
            yield from _all_nodes(getattr(node, attribute, None) or ())
        for _condition, branch in getattr(node, "conditions_nodelists", ()):
            yield from _all_nodes(branch)
        for block in getattr(node, "blocks", {}).values() if hasattr(node, "parent_name") else ():
            yield from _all_nodes(block.nodelist)


def _message_of_node(node, where):
    if isinstance(node, TranslateNode):
        if node.filter_expression.var.lookups:
            return  # a message that Python code names
        literal = node.filter_expression.var.literal.replace("%", "%%")  # as `translate` looks it up
        context = node.message_context.var if node.message_context else None
        yield literal, None, context and str(context), where
    elif isinstance(node, BlockTranslateNode):
        singular, _vars = node.render_token_list(node.singular)
        plural = node.render_token_list(node.plural)[0] if node.plural else None
        if node.trimmed:
            singular, plural = trim_whitespace(singular), plural and trim_whitespace(plural)
        yield singular, plural, None, where
