"""The forms in which inspections are published."""

from schoolward.datasets.ofsted import reader
from schoolward.datasets.periods import latest_day, undated
from schoolward.datasets.schema import Variant, day, text, urn

PRODUCT = "inspections"
# One inspection may tell of several schools' present and earlier numbers, so rows are known by all three.
_KEY = ("urn", "inspected_on", "event")

HISTORY = Variant(
    product=PRODUCT,
    name="history of grades",
    title="a history of inspection grades in words (URN, Rating, Inspection Date)",
    fullness=1,
    period=latest_day("inspected_on"),
    key=_KEY,
    lacks=("name", "inspection type"),
    reshape=reader.tidy_history,
    columns=(
        urn(),
        text("Rating", "grade", need=True, blank=False),
        day("Inspection Date", "inspected_on", need=True, past=True, blank=False),
    ),
)

_SINCE_2005 = (
    urn("URN", "school_urn"),
    text(
        "Inspection number of latest full inspection",
        "latest_number",
        other_names=("Inspection number of latest graded inspection",),
    ),
    urn(
        "URN at time of latest full inspection",
        "latest_urn",
        blank=True,
        other_names=("URN at time of latest graded inspection",),
    ),
    text("Inspection type", "latest_type"),
    day("Inspection start date", "latest_inspected_on", need=True, past=True),
    day(
        "Publication date", "latest_published_on", other_names=("First published date",), need=True, past=True
    ),
    text("Category of concern", "latest_category", need=True),
)

MANAGEMENT_INFORMATION = Variant(
    product=PRODUCT,
    name="management information, overall effectiveness",
    title="Ofsted's management information: most recent inspections of state-funded schools, to 2024",
    fullness=3,
    seen=False,
    period=latest_day("published_on", "inspected_on"),
    key=_KEY,
    lacks=("inclusion",),
    reshape=reader.events_of_management_information,
    columns=(
        *_SINCE_2005,
        text("Overall effectiveness", "latest_grade", need=True),
        text("Quality of education", "latest_quality_of_education"),
        text("Behaviour and attitudes", "latest_behaviour"),
        text("Personal development", "latest_personal_development"),
        text("Effectiveness of leadership and management", "latest_leadership"),
        text("Safeguarding is effective?", "latest_safeguarding"),
        text(
            "Previous full inspection number",
            "previous_number",
            other_names=("Previous inspection number", "Previous graded inspection number"),
        ),
        urn(
            "URN at time of previous full inspection",
            "previous_urn",
            need=False,
            blank=True,
            other_names=("URN at time of previous graded inspection",),
        ),
        day("Previous inspection start date", "previous_inspected_on", past=True),
        day("Previous publication date", "previous_published_on", past=True),
        text(
            "Previous full inspection overall effectiveness",
            "previous_grade",
            other_names=(
                "Previous overall effectiveness",
                "Previous graded inspection overall effectiveness",
            ),
        ),
        text("Previous category of concern", "previous_category"),
        urn(
            "URN at time of the section 8 inspection",
            "ungraded_urn",
            need=False,
            blank=True,
            other_names=("URN at time of the ungraded inspection",),
        ),
        day(
            "Date of latest section 8 inspection",
            "ungraded_inspected_on",
            past=True,
            other_names=("Date of latest ungraded inspection",),
        ),
        day(
            "Section 8 inspection publication date",
            "ungraded_published_on",
            past=True,
            other_names=("Ungraded inspection publication date",),
        ),
        text(
            "Section 8 inspection overall outcome",
            "ungraded_grade",
            other_names=("Ungraded inspection overall outcome",),
        ),
    ),
)

_AREAS = (
    text("Safeguarding standards", "latest_safeguarding", need=True),
    text("Inclusion", "latest_inclusion", need=True),
    text("Curriculum and teaching", "latest_curriculum", need=True),
    text("Achievement", "latest_achievement"),
    text("Attendance and behaviour", "latest_behaviour"),
    text("Personal development and wellbeing", "latest_personal_development"),
    text("Early years (where applicable)", "latest_early_years"),
    text("Post-16 provision (where applicable)", "latest_post16"),
    text("Leadership and governance", "latest_leadership", need=True),
)

REPORT_CARDS = Variant(
    product=PRODUCT,
    name="management information, report cards (most recent)",
    title="Ofsted's management information with report cards, most recent inspections, from November 2025",
    fullness=4,
    seen=False,
    period=latest_day("published_on", "inspected_on"),
    key=_KEY,
    reshape=reader.events_of_report_cards,
    columns=(
        *_SINCE_2005,
        *_AREAS,
        text("Inspection number of latest OEIF graded inspection", "oeif_number"),
        urn("URN at time of latest OEIF graded inspection", "oeif_urn", need=False, blank=True),
        day("Inspection start date of latest OEIF graded inspection", "oeif_inspected_on", past=True),
        day("Publication date of latest OEIF graded inspection", "oeif_published_on", past=True),
        text("Latest OEIF category of concern", "oeif_category"),
        text("Latest OEIF overall effectiveness", "oeif_grade"),
        text("Latest OEIF quality of education", "oeif_quality_of_education"),
        text("Latest OEIF behaviour and attitudes", "oeif_behaviour"),
        text("Latest OEIF personal development", "oeif_personal_development"),
        text("Latest OEIF effectiveness of leadership and management", "oeif_leadership"),
        urn("URN at time of the ungraded inspection", "ungraded_urn", need=False, blank=True),
        day("Date of latest ungraded inspection", "ungraded_inspected_on", past=True),
        day("Ungraded inspection publication date", "ungraded_published_on", past=True),
        text("Ungraded inspection overall outcome", "ungraded_grade"),
    ),
)

REPORT_CARDS_IN_YEAR = Variant(
    product=PRODUCT,
    name="management information, report cards (in year)",
    title="Ofsted's management information with report cards, inspections of the year, from November 2025",
    fullness=4,
    seen=False,
    period=latest_day("published_on", "inspected_on"),
    key=_KEY,
    lacks=("urn at time of latest full inspection",),
    reshape=reader.events_of_the_year,
    columns=(
        urn("URN", "school_urn"),
        text("Inspection number", "latest_number", need=True),
        text("Inspection type", "latest_type"),
        day("Inspection start date", "latest_inspected_on", need=True, past=True),
        day("Publication date", "latest_published_on", need=True, past=True),
        text("Category of concern", "latest_category", need=True),
        *_AREAS,
    ),
)

PROVIDERS = Variant(
    product="providers",
    name="inspectorate's list of schools",
    title="Ofsted's list of schools (name, address, type, page)",
    period=undated,
    columns=(
        urn(),
        text("Name", "name", need=True),
        text("Address", "address", need=True),
        text("Type", "provider_type", need=True),
        text("URL", "page", need=True),
    ),
)

VARIANTS = (PROVIDERS, HISTORY, MANAGEMENT_INFORMATION, REPORT_CARDS, REPORT_CARDS_IN_YEAR)
