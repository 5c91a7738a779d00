from media_library.models.albums import Album, AlbumPicture
from media_library.models.base import Collection, LibraryItem
from media_library.models.documents import Document, DocumentFile
from media_library.models.illustrated import Illustrated, IllustratedVersion
from media_library.models.infographics import Infographic
from media_library.models.pictures import (
    FormerFile,
    Picture,
    PictureUse,
    PictureWord,
    Redaction,
    Rendition,
)
from media_library.models.recordings import Captions, Playlist, PlaylistVideo, Video
from media_library.models.uploads import Upload
from media_library.video_hosts import video_frame

__all__ = [
    "Album",
    "AlbumPicture",
    "Captions",
    "Collection",
    "Document",
    "DocumentFile",
    "FormerFile",
    "Illustrated",
    "IllustratedVersion",
    "Infographic",
    "LibraryItem",
    "Picture",
    "PictureUse",
    "PictureWord",
    "Playlist",
    "PlaylistVideo",
    "Redaction",
    "Rendition",
    "Upload",
    "Video",
    "video_frame",
]
