"""Addresses of the pages about letters."""

from django.urls import path

from schoolward.web.pages import letters, letters_sending

urlpatterns = [
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/recipients/", letters.letter_recipients, name="letter_recipients"),
    path("letters/<int:pk>/files/", letters.letter_files, name="letter_files"),
    path("letters/<int:pk>/preview.pdf", letters.letter_preview, name="letter_preview"),
    path("letters/<int:pk>/freeze/", letters_sending.freeze_letter, name="freeze_letter"),
    path("letters/frozen/<int:pk>/", letters_sending.frozen_letter, name="frozen_letter"),
    path("letters/frozen/<int:pk>/copies.<str:form>", letters_sending.letter_copies, name="letter_copies"),
    path("letters/frozen/<int:pk>/copies/<int:copy>/", letters_sending.letter_copy, name="letter_copy"),
    path("letters/frozen/<int:pk>/<str:step>/", letters_sending.letter_step, name="letter_step"),
]
