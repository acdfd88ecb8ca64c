"""Addresses of the page of one's own tokens."""

from django.urls import path

from schoolward.web.pages import tokens

urlpatterns = [
    path("tokens/", tokens.my_tokens, name="my_tokens"),
    path("tokens/<int:pk>/revoke/", tokens.revoke_token, name="revoke_token"),
]
