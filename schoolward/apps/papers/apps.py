from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Lets papers be drafted, and tells signatories what waits for them."""

    name = "schoolward.apps.papers"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.drafts.kinds import DraftKind, register_draft_kind
        from schoolward.apps.papers import disclosure
        from schoolward.apps.papers.drafting import check_paper_draft, clean_paper
        from schoolward.apps.papers.needs import paper_needs
        from schoolward.apps.papers.queries import DRAFT_KIND

        register_draft_kind(DraftKind(DRAFT_KIND, check_paper_draft, clean_paper))
        register_needs("papers", paper_needs)
        disclosure.register()
