"""
Checks a value against the part of JSON Schema (draft 2020-12) that `article.schema.json` uses.

The schema is made into functions once; a line costs a fraction of a millisecond.
"""

import re
from functools import partial

_TYPES = {
    "object": (dict, "an object"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": (bool, "true or false"),
    "null": (type(None), "null"),
}


class Mismatch(Exception):
    """A value is not as the schema wants it: where (`languages.en.title`), and what is wrong in words."""

    def __init__(self, place, problem):
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place, self.problem = place, problem

    def within(self, name):
        return Mismatch(f"{name}.{self.place}" if self.place else str(name), self.problem)


def compiled(schema):
    """A function that takes a value and raises `Mismatch` unless it is as `schema` wants it."""
    definitions = {}
    for name, definition in schema.get("$defs", {}).items():
        # Looked up when it is needed: definitions name one another.
        definitions[f"#/$defs/{name}"] = _check_of(definition, definitions)
    return _check_of(schema, definitions)


def _check_of(schema, definitions):
    if "$ref" in schema:
        return partial(_by_reference, schema["$ref"], definitions)
    if "enum" in schema:
        return partial(_one_of, schema["enum"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = _TYPES[types[0]][1]
    checks = [_CHECKS[name](schema, definitions) for name in types if name in _CHECKS]
    allowed = tuple(_TYPES[name][0] for name in types)
    return partial(_typed, allowed, "boolean" in types, words, checks[0] if checks else None)


def _by_reference(name, definitions, value):
    definitions[name](value)


def _one_of(values, value):
    if value not in values:
        raise Mismatch("", f"is {_shown(value)}, but must be one of {', '.join(map(str, filter(None, values)))}")


def _typed(allowed, is_boolean, words, check, value):
    # To Python, true is a number as well.
    if not isinstance(value, allowed) or (isinstance(value, bool) and not is_boolean):
        raise Mismatch("", f"must be {words}, and is {_shown(value)}")
    if check and value is not None:
        check(value)


def _string(schema, definitions):
    most, least = schema.get("maxLength"), schema.get("minLength", 0)
    pattern = re.compile(schema["pattern"].removesuffix("$") + r"\Z") if "pattern" in schema else None

    def check(value):
        if not _can_be_stored(value):
            raise Mismatch("", "has a character in it that is none (U+0000, or half of one). Take it out")
        if most is not None and len(value) > most:
            raise Mismatch("", f"has {len(value)} characters, {most} are allowed")
        if len(value) < least:
            raise Mismatch("", "must not be empty")
        if pattern and not pattern.match(value):
            raise Mismatch("", f"is written in another way than the format wants it: {_shown(value)}")

    return check


def _number(schema, definitions):
    least, most = schema["minimum"], schema["maximum"]

    def check(value):
        if not least <= value <= most:
            raise Mismatch("", f"must be between {least} and {most}, and is {_shown(value)}")

    return check


def _array(schema, definitions):
    check_item = _check_of(schema["items"], definitions)
    least, most = schema.get("minItems", 0), schema.get("maxItems")

    def check(values):
        if len(values) < least:
            raise Mismatch("", f"has {len(values)} entries, at least {least} are needed")
        if most is not None and len(values) > most:
            raise Mismatch("", f"has {len(values)} entries, {most} are allowed")
        for number, value in enumerate(values):
            try:
                check_item(value)
            except Mismatch as mismatch:
                raise mismatch.within(number) from None

    return check


def _object(schema, definitions):
    known = {name: _check_of(one, definitions) for name, one in schema.get("properties", {}).items()}
    others = schema.get("additionalProperties", False)
    check_other = _check_of(others, definitions) if others else None
    check_name = _string(schema["propertyNames"], definitions) if "propertyNames" in schema else None
    required, least = schema.get("required", []), schema.get("minProperties", 0)

    def check(value):
        for name in required:
            if name not in value:
                raise Mismatch(name, "is missing")
        if len(value) < least:
            raise Mismatch("", "must not be empty")
        for name, one in value.items():
            try:
                if check_name:
                    check_name(name)
                check_one = known.get(name, check_other)
                if check_one is None:
                    raise Mismatch("", "is no name of this format: look for a slip of the pen")
                check_one(one)
            except Mismatch as mismatch:
                raise mismatch.within(_shown_name(name)) from None

    return check


_CHECKS = {"string": _string, "integer": _number, "number": _number, "array": _array, "object": _object}


def _can_be_stored(text):
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value):
    words = repr(value)
    return words if len(words) <= 60 else f"{words[:57]}…"


def _shown_name(name):
    return name if len(name) <= 100 else f"{name[:97]}…"
