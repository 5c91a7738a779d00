from django.urls import path

import publishing.converters  # noqa: F401 (`words`, `number`)
from coalition import views

app_name = "coalition"

urlpatterns = [
    path("structure/", views.structure, name="structure"),
    path("structure/representatives/", views.representatives, name="representatives"),
    path("structure/<words:slug>/", views.body, name="body"),
    path("people/<number:pk>-<words:slug>/", views.person, name="person"),
]
