from django.urls import path

from delivery import security_txt, views

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path(security_txt.PATH, views.security),
]
