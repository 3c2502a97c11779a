"""The URL table: every page and endpoint, each with its access policy."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
