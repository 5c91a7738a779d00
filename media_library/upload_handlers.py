"""What the web process does with the bytes of an upload while they arrive; see `FILE_UPLOAD_HANDLERS`."""

import errno
import tempfile
from contextlib import contextmanager, suppress
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError

from media_library.uploads import LIMITS

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class UploadHandler(FileUploadHandler):
    """
    Keeps a file on the disk while its request lasts, and lets no file spoil the rest of a form.

    A file that is larger than any kind may be, or for which the disk has no
    room, arrives empty, with its true `size` and with `problem`: the code of
    `media_library.refusals` with which `uploads.receive` refuses it. The files
    have no names on the disk, so a lost connection, a crash or a power cut
    leaves nothing behind.
    """

    file = None

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.problem, self.file = "", BytesIO()
        with self._while_there_is_room():
            self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 (the request closes it)

    def receive_data_chunk(self, raw_data, start):
        if self.problem:
            return
        if start + len(raw_data) > _largest_allowed():
            self._give_up("too_large")
            return
        with self._while_there_is_room():
            self.file.write(raw_data)

    def file_complete(self, file_size):
        with self._while_there_is_room():
            self.file.seek(0)  # writes what is buffered
        file = UploadedFile(
            self.file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
        file.problem = self.problem
        return file

    def upload_interrupted(self):
        """The body ended within a file: half of a form is never taken for the whole."""
        if self.file:
            self.file.close()
        raise MultiPartParserError("The request's body is shorter than it says.")

    @contextmanager
    def _while_there_is_room(self):
        try:
            yield
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            self._give_up("disk_full")

    def _give_up(self, problem):
        self.problem = problem
        with suppress(OSError):  # what is buffered finds no room either
            self.file.close()
        self.file = BytesIO()


def _largest_allowed():
    return max(getattr(settings, name) for name in LIMITS.values())
