from django.apps import AppConfig


class ConcernConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.concern"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.accounts.ownership import OwnedWork, register_owned_work
        from schoolward.apps.concern import actions, disclosure, queries, tasks  # noqa: F401 - kinds of job
        from schoolward.apps.concern.needs import concern_needs
        from schoolward.apps.concern.paper_kind import concern_paper_kind
        from schoolward.apps.papers.kinds import register_paper_kind

        register_needs("concern", concern_needs)
        register_paper_kind(concern_paper_kind())
        register_owned_work(
            OwnedWork(
                kind="schools led",
                count=lambda member: len(queries.led_by(member.pk)),
                hand_over=actions.hand_over_schools,
                owners=queries.leaders,
            )
        )
        register_owned_work(
            OwnedWork(
                kind="panel actions",
                count=lambda member: queries.open_panel_actions(member.pk).count(),
                hand_over=actions.hand_over_panel_actions,
                owners=queries.owners_of_panel_actions,
            )
        )
        disclosure.register()
