"""
Recordings: what is in a file, and the same pictures and sound in a file of our own. No Django: it runs in the sandbox.

Nothing is encoded anew. Of what was sent, the packets of one video and one
sound stream are copied into a fresh container; what it says of its maker, its
place and its tools stays behind, and so do all other streams.
"""

from fractions import Fraction
from itertools import islice

import av
from av.bitstream import BitStreamFilterContext
from av.stream import Disposition

from media_library.formats import Refused

# Format → what reads it, what writes it, codecs of its pictures, codecs of its sound. Browsers play all of these.
CONTAINERS = {
    "MP4": ("mov", "mp4", {"h264", "av1", "vp9"}, {"aac", "mp3", "opus"}),
    "WEBM": ("matroska", "webm", {"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
    "M4A": ("mov", "ipod", (), {"aac"}),
    "MP3": ("mp3", "mp3", (), {"mp3"}),
}
# What a player must know stands at the beginning; nothing says with which program it was written.
OPTIONS = {
    "mp4": {"fflags": "bitexact", "movflags": "faststart"},
    "ipod": {"fflags": "bitexact", "movflags": "faststart"},
    "webm": {"fflags": "bitexact"},
    "mp3": {"fflags": "bitexact", "id3v2_version": "0"},
}
# What takes the messages out of a stream that a camera or a program puts between the pictures: SEI units
# (ITU-T H.264, 7.4.1, type 6), metadata units (AV1 bitstream, 6.2.2, type 5).
FILTERS = {"h264": "filter_units=remove_types=6", "av1": "filter_units=remove_types=5"}

COVERS = Disposition.attached_pic | Disposition.timed_thumbnails
POSTER_AT = 0.1  # of the length
MAX_DECODED = 300  # pictures, on the way to the poster
POSTER_SIDE = 1920  # pixels, the longer one


def rewrite(folder, *, format):
    """
    Writes the recording `input` of a folder anew as `output`, and one of its pictures as `poster.jpg`.

    `format`: its name in `media_library.formats`. Returns `medium` ("video" or
    "audio"), `duration` in seconds, and `width` and `height` in pixels as it
    is shown (0 for sound). Raises `Refused`: "codec", with what was `found`,
    or "damaged_file".
    """
    reader, writer, video_codecs, audio_codecs = CONTAINERS[format]
    # No address within the file is followed.
    options = {"protocol_whitelist": "file"}
    try:
        with av.open(str(folder / "input"), format=reader, options=options, metadata_errors="replace") as source:
            streams = [
                *_chosen(source.streams.video if video_codecs else (), video_codecs),
                *_chosen(source.streams.audio, audio_codecs),
            ]
            if not streams:
                raise Refused("damaged_file")
            duration = _copy(source, streams, folder / "output", writer)
        width, height = _look_at(folder, duration)
    except av.error.InvalidDataError as error:
        raise Refused("damaged_file") from error
    return {
        "medium": "video" if width else "audio",
        "duration": max(1, round(duration)),
        "width": width,
        "height": height,
    }


def _chosen(streams, codecs):
    """The first of some streams that is no cover picture, in a list; nothing where there is none."""
    stream = next((stream for stream in streams if not stream.disposition & COVERS), None)
    if stream is None:
        return []
    codec = stream.codec_context.codec.canonical_name if stream.codec_context else "unknown"
    if codec not in codecs:
        raise Refused("codec", found=codec.upper())
    return [stream]


def _copy(source, streams, path, writer):
    """Copies the packets of some streams into a new file; returns its length in seconds."""
    with av.open(str(path), "w", format=writer, options=OPTIONS[writer]) as target:
        copies = {stream.index: _StreamCopy(stream, target) for stream in streams}
        for packet in source.demux(streams):
            if packet.is_corrupt:
                raise Refused("damaged_file")
            copies[packet.stream.index].take(packet)
    length = float(max(copy.length for copy in copies.values()))
    # Files that were cut off still say how long they were. An MP3's length is only guessed.
    if writer != "mp3" and source.duration and length < source.duration / av.time_base * 0.95 - 1:
        raise Refused("damaged_file")
    return length


class _StreamCopy:
    """A stream of the new file, with nothing but payload and times of the packets that it takes."""

    def __init__(self, stream, target):
        self._target = target
        self._codec = stream.codec_context.codec.canonical_name
        self._stream = target.add_stream_from_template(stream, opaque=True)
        self._filter = None
        if self._codec in FILTERS:
            self._filter = BitStreamFilterContext(FILTERS[self._codec], stream, self._stream)
        if self._codec == "vorbis":
            self._stream.codec_context.extradata = without_comments(stream.codec_context.extradata)
        self._time_base = stream.time_base
        self._first = self._last = None
        self.length = Fraction(0)

    def take(self, packet):
        """Copies a packet; an empty one ends the stream."""
        if self._filter is None:
            self._write(packet)
            return
        for filtered in self._filter.filter(packet if packet.size else None):
            self._write(filtered)

    def _write(self, packet):
        if not packet.size or (self._codec == "mp3" and not is_mp3_frame(bytes(packet))):
            return
        copy = av.Packet(packet.size)
        copy.update(packet)
        copy.stream, copy.time_base = self._stream, self._time_base
        copy.dts, copy.pts = self._times(packet)
        copy.duration, copy.is_keyframe = packet.duration, packet.is_keyframe
        end = (max(copy.pts, copy.dts) + (packet.duration or 0) - self._first) * self._time_base
        self.length = max(self.length, end)
        self._target.mux(copy)

    def _times(self, packet):
        """When a packet is decoded and shown; the first always later than that of the packet before."""
        dts = packet.dts if packet.dts is not None else packet.pts
        if self._last is None:
            self._first = self._last = dts or 0
        else:
            dts = self._last = max(dts if dts is not None else 0, self._last + 1)
        pts = packet.pts if packet.pts is not None else self._last
        return self._last, max(pts, self._last)


def is_mp3_frame(data):
    """Whether a packet is one frame of MPEG audio, layer III, and nothing else (ISO/IEC 11172-3, 2.4.1.3)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return False
    version, rate, sampling = data[1] >> 3 & 3, data[2] >> 4, data[2] >> 2 & 3
    if version == 1 or rate in {0, 15} or sampling == 3:
        return False
    hertz = (44_100, 48_000, 32_000)[sampling] // {3: 1, 2: 2, 0: 4}[version]
    kilobits = (_MPEG_1_RATES if version == 3 else _MPEG_2_RATES)[rate - 1]
    size = (144 if version == 3 else 72) * kilobits * 1000 // hertz + (data[2] >> 1 & 1)
    return len(data) == size


_MPEG_1_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG_2_RATES = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def without_comments(headers):
    """
    The headers of a Vorbis stream with an empty comment in place of their own.

    Three packets with lengths before them, as containers keep them (Vorbis I, 5; Matroska's codec mappings).
    """
    if not headers or headers[0] != 2:
        raise Refused("damaged_file")
    sizes, position = [], 1
    for _packet in range(2):
        size = 0
        while True:
            if position >= len(headers):
                raise Refused("damaged_file")
            size, position = size + headers[position], position + 1
            if headers[position - 1] != 255:
                break
        sizes.append(size)
    identification = headers[position : position + sizes[0]]
    setup = headers[position + sum(sizes) :]
    comment = b"\x03vorbis" + bytes(8) + b"\x01"
    return bytes([2, len(identification), len(comment)]) + identification + comment + setup


def _look_at(folder, duration):
    """
    Decodes the beginning of the new file, and a picture for the poster.

    Returns width and height in pixels as it is shown; (0, 0) for sound.
    """
    with av.open(str(folder / "output")) as made:
        stream = (made.streams.video or made.streams.audio)[0]
        stream.codec_context.thread_count = 1
        first = next(made.decode(stream), None)
        if first is None:
            raise Refused("damaged_file")
        if stream.type == "audio":
            return 0, 0
        frame = _frame_at(made, stream, duration * POSTER_AT) or first
        image = _upright(frame, stream.sample_aspect_ratio)
    size = image.size
    image.thumbnail((POSTER_SIDE, POSTER_SIDE))
    image.save(folder / "poster.jpg", quality=90)
    return size


def _frame_at(made, stream, seconds):
    """The picture at a moment, or one a little before it; None where there is none."""
    made.seek(int(seconds * av.time_base))
    frame = None
    for frame in islice(made.decode(stream), MAX_DECODED):
        if frame.time is None or frame.time >= seconds:
            break
    return frame


def _upright(frame, pixel_ratio):
    """A frame as it is shown: with square pixels, and turned as the file says."""
    image = frame.to_image()
    if pixel_ratio and pixel_ratio != 1:
        image = image.resize((max(1, round(image.width * pixel_ratio)), image.height))
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image
