"""Addresses of the pages on which a school answers a survey."""

from django.urls import path

from schoolward.web.pages import answering, answering_sending

urlpatterns = [
    path("answer/", answering.answering_list, name="answering_list"),
    path("answer/<int:pk>/", answering.task_list, name="answering"),
    path("answer/<int:pk>/save/", answering.save, name="answering_save"),
    path("answer/<int:pk>/check/", answering_sending.check_answers, name="answering_check"),
    path("answer/<int:pk>/differences/", answering_sending.differences, name="answering_differences"),
    path("answer/<int:pk>/sent/", answering_sending.sent, name="answering_sent"),
    path("answer/<int:pk>/page/<str:page>/", answering.question_page, name="answering_page"),
]
