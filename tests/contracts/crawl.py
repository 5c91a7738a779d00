"""Reads the public site as a reader's browser could: every address that a page links to."""

import re
from urllib.parse import urldefrag, urljoin

HREF = re.compile(r'(?:href|src|data-embed)="([^"]+)"')


def crawl(client, *starts, limit=600):
    """Address → response of every page below the site's languages that can be reached from `starts`."""
    waiting, seen = list(starts), {}
    while waiting and len(seen) < limit:
        address = waiting.pop()
        if address in seen:
            continue
        response = client.get(address)
        seen[address] = response
        if response.status_code in {301, 302}:
            waiting.append(response["Location"])
        elif response["Content-Type"].startswith("text/html"):
            page = response.content.decode().replace("&amp;", "&")
            waiting += [link for link in _links(page, address) if link not in seen]
    return seen


def _links(page, address):
    for href in HREF.findall(page):
        link = urldefrag(urljoin(address, href)).url
        if re.match(r"/(en|ar|tr|ku|a)/", link):
            yield link
