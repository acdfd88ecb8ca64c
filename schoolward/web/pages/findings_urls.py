"""Addresses of the pages about findings."""

from django.urls import path

from schoolward.web.pages import coding, findings, findings_work

urlpatterns = [
    path("findings/", findings.findings, name="findings"),
    path("findings/<int:pk>/", findings.findings_read, name="findings_read"),
    path("findings/<int:pk>/tables.<str:form>", findings.findings_tables, name="findings_tables"),
    path("findings/<int:pk>/step/<slug:step>/", findings.findings_step, name="findings_step"),
    path("findings/public/<int:pk>/", findings.findings_public, name="findings_public"),
    path("findings/survey/<int:pk>/", findings_work.survey, name="findings_survey"),
    path("findings/survey/<int:pk>/answers.<str:form>", findings_work.answers_out, name="answers_out"),
    path("findings/survey/<int:pk>/replies/", findings_work.replies, name="findings_replies"),
    path("findings/survey/<int:pk>/texts/", coding.texts, name="code_texts"),
    path("findings/text/<int:pk>/", coding.text, name="code_text"),
]
