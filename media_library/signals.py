"""The media library's own signal, sent inside a transaction: what leaves the database must wait for the commit."""

from django.dispatch import Signal

# Readers see something else of a picture, or will once its files are made. With: picture, and is_urgent: whether what
# was made of it must be gone at once (parts of it were hidden, or its files were taken away).
picture_changed = Signal()
