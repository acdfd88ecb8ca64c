from django.apps import AppConfig


class StructureConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.structure"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.demand.tasks import followers
        from schoolward.apps.papers.kinds import register_paper_kind
        from schoolward.apps.structure import disclosure
        from schoolward.apps.structure.needs import structure_needs
        from schoolward.apps.structure.paper_kind import structure_paper_kind
        from schoolward.apps.structure.running import study_new_demand

        disclosure.register()
        register_paper_kind(structure_paper_kind())
        register_needs("structure", structure_needs)
        followers.append(study_new_demand)
