"""Addresses of the outbox."""

from django.urls import path

from schoolward.web.pages import outbox

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/decide/", outbox.decide_message, name="decide_message"),
    path("outbox/letters/collect/", outbox.collect_letters, name="collect_letters"),
    path("outbox/letters/<int:pk>.pdf", outbox.letters_pdf, name="letters_pdf"),
    path("outbox/letters/<int:pk>/posted/", outbox.letters_posted, name="letters_posted"),
]
