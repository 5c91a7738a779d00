from django.urls import path

from delivery import views

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]
