"""Reads content files. Whatever is wrong in one is told with the name of the file and the place in it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from publishing.languages import language_codes

OWN_CONTENT = Path(__file__).parent


class SeedError(Exception):
    """A content file that cannot be used. The message names the file and the place in it."""


class Table(dict):
    """A table of a content file. Asking for a field that it lacks raises `SeedError`."""

    def __init__(self, fields, where):
        super().__init__({name: _placed(value, f"{where}, {name}") for name, value in fields.items()})
        self.where = where

    def __missing__(self, name):
        raise SeedError(f"{self.where}: “{name}” is missing.")

    def in_all_languages(self, *names):
        """{"title_en": …, "title_ar": …} for fields that must be there in every language."""
        return {f"{name}_{code}": self[name][code] for name in names for code in language_codes()}

    def in_its_languages(self, *names):
        """The same for fields that may be missing, as a whole or in some languages."""
        found = {name: self.get(name, {}) for name in names}
        return {
            f"{name}_{code}": words[code] for name, words in found.items() for code in language_codes() if code in words
        }

    def error(self, problem):
        """A `SeedError` about this table, to be raised."""
        return SeedError(f"{self.where}: {problem}")


def _placed(value, where):
    if isinstance(value, dict):
        return Table(value, where)
    if isinstance(value, list):
        return [_placed(entry, f"{where} {number}") for number, entry in enumerate(value, start=1)]
    return value


@dataclass(frozen=True)
class Content:
    """A folder of content files."""

    folder: Path = OWN_CONTENT

    def read(self, name):
        """The file `name` as a `Table`."""
        path = Path(self.folder) / name
        try:
            return Table(tomllib.loads(path.read_text(encoding="utf-8")), name)
        except FileNotFoundError as error:
            raise SeedError(f"{name}: there is no such file in {self.folder}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SeedError(f"{name}: {error}") from error

    def read_articles(self):
        """Name (the file's, without ending) → `Table`, for every article."""
        paths = sorted((Path(self.folder) / "articles").glob("*.toml"))
        return {path.stem: self.read(f"articles/{path.name}") for path in paths}
