"""Addresses of work in the background."""

from django.urls import path

from schoolward.web.pages import jobs

urlpatterns = [
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job_progress"),
    path("jobs/<int:pk>/cancel/", jobs.cancel_job, name="cancel_job"),
    path("jobs/<int:pk>/again/", jobs.try_job_again, name="try_job_again"),
]
