"""The WSGI application that a production server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from newsroom.settings.databases import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings.production")

for alias in connections:
    limit_statements(connections.settings[alias], settings.NEWSROOM_STATEMENT_SECONDS)
application = get_wsgi_application()
