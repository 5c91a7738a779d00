"""
Feeds of articles: where they are (`addresses`), what they hold (`entries`), and how it is written down (`formats`).

The views are those of `pages.feeds`, which knows what the site is called.
"""

from articles.feeds.addresses import feeds_of, topics_of

__all__ = ["feeds_of", "topics_of"]
