"""What machines and those who look after them ask."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from delivery.security_txt import security_txt


@never_cache
def healthz(request):
    """The process answers. Asks nothing of anybody else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request):
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", content_type="text/plain", status=503)
    return HttpResponse("ready", content_type="text/plain")


@require_safe
def security(request):
    """Whom to tell about a weakness (RFC 9116); no page where the settings name nobody."""
    if not settings.NEWSROOM_SECURITY_CONTACT:
        raise Http404("no contact is set")
    return HttpResponse(security_txt(timezone.now()), content_type="text/plain; charset=utf-8")


@require_safe
def indexnow_key(request, key):
    """
    The file by which search engines know that this site sent a ping, and nobody else in its name.

    See https://www.indexnow.org/documentation.
    """
    if key != settings.NEWSROOM_INDEXNOW_KEY:
        raise Http404("not the key of this site")
    return HttpResponse(key, content_type="text/plain; charset=utf-8")
