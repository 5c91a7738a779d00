"""Recordings of a second or two, made by PyAV, with all the private facts that their formats can hold."""

import io
import math
from array import array
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
from django.core.files.base import ContentFile
from PIL import Image

GPS = "+33.5138+036.2765/"
FACTS = {
    "title": "SECRET-TITLE",
    "artist": "SECRET-ARTIST",
    "author": "SECRET-AUTHOR",
    "comment": "SECRET-COMMENT",
    "make": "SECRET-CAMERA",
    "location": GPS,
    "com.apple.quicktime.location.ISO6709": GPS,
}
# As MPEG-4 says it of a telephone that was held upright: a quarter turn to the right (ISO/IEC 14496-12, tkhd).
UPRIGHT = b"".join(number.to_bytes(4, "big", signed=True) for number in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
TURNED = b"".join(
    number.to_bytes(4, "big", signed=True) for number in (0, 1 << 16, 0, -(1 << 16), 0, 0, 90 << 16, 0, 1 << 30)
)


def recording(muxer, *, video=None, audio=None, seconds=1, size=(160, 90), cover=False, options=None):
    """The bytes of a recording with these codecs; its upper left corner is red."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        _write(path, muxer, video, audio, seconds, size, cover, options or {})
        return path.read_bytes()


def _write(path, muxer, video, audio, seconds, size, cover, options):
    with av.open(str(path), "w", format=muxer, options=options) as file:
        file.metadata.update(FACTS)
        pictures = _add_pictures(file, video, size) if video else None
        sound = file.add_stream(audio, rate=48_000, options={"strict": "-2"}) if audio else None
        front = _add_cover(file) if cover else None
        for index in range(seconds * 10 if pictures else 0):
            image = Image.new("RGB", size, (0, 0, index * 20 % 255))
            image.paste((255, 0, 0), (0, 0, 60, 40))
            file.mux(pictures.encode(av.VideoFrame.from_image(image)))
        if pictures:
            file.mux(pictures.encode())
        if sound:
            _write_sound(file, sound, seconds * 48_000)
        if front:
            _write_cover(file, front)


def _add_pictures(file, codec, size):
    stream = file.add_stream(codec, rate=10)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.metadata["handler_name"] = "SECRET-HANDLER"
    return stream


def _add_cover(file):
    stream = file.add_stream("mjpeg", rate=1)
    stream.width = stream.height = 32
    stream.pix_fmt = "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    return stream


def _write_cover(file, stream):
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), "green").save(buffer, "JPEG", comment=b"SECRET-COVER")
    packet = av.Packet(buffer.getvalue())
    packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 10)
    file.mux(packet)


def _write_sound(file, stream, samples):
    size = stream.codec_context.frame_size or 960
    for start in range(0, samples, size):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=size)
        wave = array("f", (0.3 * math.sin(number / 20) for number in range(start, start + size))).tobytes()
        for plane in frame.planes:
            plane.update(wave)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        file.mux(stream.encode(frame))
    file.mux(stream.encode())


def mp4(**facts):
    return recording("mp4", **({"video": "libx264", "audio": "aac"} | facts))


def phone_mp4(options=None):
    """As telephones write it: QuickTime's facts, the place among them, in an MP4 file."""
    return recording("mov", video="libx264", audio="aac", options=options or {}).replace(b"ftypqt  ", b"ftypisom")


def webm(**facts):
    return recording("webm", **({"video": "libvpx", "audio": "libopus"} | facts))


def mp3(**facts):
    """With ID3 tags before and behind, an APE tag, and a cover."""
    data = recording("mp3", audio="libmp3lame", **facts)
    ape = b"APETAGEX" + b"".join(n.to_bytes(4, "little") for n in (2000, 74, 1, 0xA0000000)) + bytes(8)
    return data + ape + b"SECRET-APE" * 8 + b"TAG" + b"SECRET-ID3V1".ljust(125, b"\0")


def sent(data, name, content_type=""):
    """A file as a browser sends it."""
    file = ContentFile(data, name=name)
    file.content_type = content_type
    return file
