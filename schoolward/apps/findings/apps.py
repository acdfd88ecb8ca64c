from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.findings"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.findings import disclosure
        from schoolward.apps.findings.needs import findings_needs
        from schoolward.apps.findings.paper_kind import findings_paper_kind
        from schoolward.apps.papers.kinds import register_paper_kind

        register_needs("findings", findings_needs)
        register_paper_kind(findings_paper_kind())
        disclosure.register()
