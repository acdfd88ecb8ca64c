"""Addresses of the pages about findings."""

urlpatterns = []
