"""The form in which links between schools are published."""

from schoolward.datasets.periods import day_in_name_after, latest_day
from schoolward.datasets.schema import Variant, day, text, urn

LINKS = Variant(
    product="links",
    name="gias links",
    title="links between schools (links_edubasealldata)",
    period=day_in_name_after(latest_day("linked_on", at_least=20)),
    key=("urn", "link_urn", "link_type"),
    columns=(
        urn(),
        urn("LinkURN", "link_urn"),
        text("LinkName", "link_name"),
        text("LinkType", "link_type", need=True, blank=False),
        day("LinkEstablishedDate", "linked_on", need=True),
    ),
)

VARIANTS = (LINKS,)
