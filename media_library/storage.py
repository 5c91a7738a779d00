"""Where files live: originals in private, what readers get in public, both under names of our own."""

from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.db import transaction
from django.utils.crypto import get_random_string

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class WholeFileSystemStorage(FileSystemStorage):
    """A folder that keeps no half of a file for which there was no room."""

    def _save(self, name, content):
        try:
            return super()._save(name, content)
        except OSError:
            self.delete(name)
            raise


class PrivateFileSystemStorage(WholeFileSystemStorage):
    """Files that have no address: asking for one raises `ValueError` instead of inventing it."""

    def url(self, name):
        raise ValueError("This file is private: it is not accessible via a URL.")


def originals():
    """The private storage. A callable, so that migrations name no settings."""
    return storages["originals"]


# Models of higher ranks whose rows have public files of their own.
models_with_files = []


def register_files(model):
    """Has `check_media` know the public files of a model: each row's is at its `path`."""
    if model not in models_with_files:
        models_with_files.append(model)


def names_in(storage, folder=""):
    """The names of all files that a storage holds, one after the other."""
    if hasattr(storage, "names"):  # a bucket lists itself faster than folder by folder
        yield from storage.names()
        return
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was stored yet
        return
    yield from (f"{folder}{name}" for name in files)
    for name in folders:
        yield from names_in(storage, f"{folder}{name}/")


def store_once(path, file):
    """
    Stores a public file under a path that names its content; returns the path.

    One that is there already is the same, unless it was cut off when the machine stopped.
    """
    if default_storage.exists(path):
        if default_storage.size(path) == file.size:
            return path
        default_storage.delete(path)
    return default_storage.save(path, file)


def delete_after_commit(files):
    """Deletes files, each as (storage, name), once that nothing names them any more is stored; empty names are none."""
    files = [(storage, name) for storage, name in files if name]
    transaction.on_commit(lambda: delete_all(files), robust=True)


def delete_all(files):
    for storage, name in files:
        storage.delete(name)


def random_name(length=20):
    """A name that tells nothing of what was uploaded and cannot be guessed."""
    return get_random_string(length, _ALPHABET)


def original_path(instance, filename):
    """A private path under a random name; only the extension of what was uploaded is kept."""
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else "bin"
    name = random_name()
    return f"{instance._meta.model_name}/{name[:2]}/{name}.{extension}"
