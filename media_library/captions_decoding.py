"""
Captions: the cues of a WebVTT file, written anew. No Django: it runs in the sandbox.

Only times, place on the picture and words are kept: no comments, styles,
regions or names of cues.
"""

import re

import webvtt
from webvtt.errors import MalformedCaptionError

from media_library.formats import Refused

_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_TAG = re.compile(r"<(?:(/?[biu])(?:\.[^<>]*)?|v(?:\.[^<>\s]*)?[ \t]([^<>]+)|[^<>]*)>")


def rewrite(folder):
    """
    Writes the captions `input` of a folder anew as `output`; returns the number of `cues`.

    Raises `Refused`: "captions_broken" with the `line`, "empty" where there is no cue.
    """
    lines = _lines(folder / "input")
    cues = sorted(_cues(lines), key=lambda cue: (cue.start_time, cue.end_time))
    written = [f"{_timing(cue)}\n{words}\n" for cue in cues if (words := _words(cue))]
    if not written:
        raise Refused("empty")
    (folder / "output").write_text("\n".join(["WEBVTT\n", *written]), encoding="utf-8", newline="\n")
    return {"cues": len(written)}


def _lines(path):
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("captions_broken", line=1 + data.count(b"\n", 0, error.start)) from error
    return re.split(r"\r\n|\n|\r", text.replace("\0", "\ufffd"))


def _cues(lines):
    """The captions in a file, each looked at by itself, so that a bad one can be named by its line."""
    head, *blocks = _blocks(lines)
    if any("-->" in line for line in head[1]):
        raise Refused("captions_broken", line=head[0])
    for number, block in blocks:
        if _NO_CUE.match(block[0]) and not any("-->" in line for line in block):
            continue
        yield _cue(number, block)


def _cue(number, block):
    try:
        cues = webvtt.from_string("\n".join(["WEBVTT", "", *block]), strict=True).captions
    except MalformedCaptionError as error:
        raise Refused("captions_broken", line=number) from error
    if not cues or cues[0].end_time <= cues[0].start_time:
        raise Refused("captions_broken", line=number)
    return cues[0]


def _blocks(lines):
    """(number of its first line, lines) of everything between empty lines; the first one is the head of the file."""
    block, first = [], 1
    for number, line in enumerate([*lines, ""], start=1):
        if line:
            first = first if block else number
            block.append(line)
        elif block:
            yield first, block
            block = []


def _timing(cue):
    cue.settings.region = None
    return f"{cue.start} --> {cue.end} {cue.settings}".rstrip()


def _words(cue):
    """The words of a cue with the few tags that mean something to readers: bold, italic, underlined, who speaks."""
    words, parts, position = cue.raw_text, [], 0
    for tag in _TAG.finditer(words):
        parts += [_plain(words[position : tag.start()]), _kept(tag)]
        position = tag.end()
    # What was between tags may only now be an arrow, or an empty line, which would end the cue.
    text = "".join([*parts, _plain(words[position:])]).replace("-->", "→")
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _kept(tag):
    if tag[1]:
        return f"<{tag[1]}>"
    return f"<v {' '.join(tag[2].split())}>" if tag[2] else ""


def _plain(words):
    return words.replace("<", "&lt;")
