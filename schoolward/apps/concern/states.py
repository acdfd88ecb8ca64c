"""The life of a category, and the words of this app, as tables."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a school stands in the list; `unknown` is proposed but never decided."""

    CONCERN = "concern"
    WATCH = "watch"
    NONE = "none"
    UNKNOWN = "unknown"


DECIDED = (Status.CONCERN, Status.WATCH, Status.NONE)
STATUS_WORDS = {
    Status.CONCERN: "Concern",
    Status.WATCH: "Watch",
    Status.NONE: "No concern",
    Status.UNKNOWN: "Unknown",
}


class Capacity(StrEnum):
    """A person's judgement of whether the school can improve by itself."""

    HAS = "has"
    PARTLY = "partly"
    LACKS = "lacks"
    NOT_JUDGED = "not_judged"


CAPACITY_WORDS = {
    Capacity.HAS: "Has shown that it can improve by itself",
    Capacity.PARTLY: "Can improve with some support",
    Capacity.LACKS: "Cannot improve by itself at present",
    Capacity.NOT_JUDGED: "Not judged yet",
}


class KnowledgeKind(StrEnum):
    """What officers may know of a school that no table shows; the codes of the decision table's evidence."""

    HEAD_VACANCY = "head_vacancy"
    DEFICIT = "deficit_reported"
    FALLING_ROLLS = "falling_rolls"
    GOVERNANCE = "governance"
    SAFEGUARDING = "safeguarding"
    EXCLUSIONS = "exclusions"
    COMPLAINTS = "complaints"
    PROVISIONAL = "provisional_results"
    OTHER = "other_concern"


KNOWLEDGE_WORDS = {
    KnowledgeKind.HEAD_VACANCY: "Headteacher: vacancy or turnover",
    KnowledgeKind.DEFICIT: "Budget deficit",
    KnowledgeKind.FALLING_ROLLS: "Falling rolls",
    KnowledgeKind.GOVERNANCE: "Governance",
    KnowledgeKind.SAFEGUARDING: "Safeguarding practice",
    KnowledgeKind.EXCLUSIONS: "Suspensions and exclusions",
    KnowledgeKind.COMPLAINTS: "Complaints",
    KnowledgeKind.PROVISIONAL: "Provisional summer results",
    KnowledgeKind.OTHER: "Something else",
}


class CategoryState(StrEnum):
    """How far the year's conversation about a school's category has come."""

    TO_PROPOSE = "to_propose"
    PROPOSED = "proposed"
    DISCUSSED = "discussed"
    AGREED = "agreed"


CATEGORY_MOVES: dict[CategoryState, tuple[CategoryState, ...]] = {
    CategoryState.TO_PROPOSE: (CategoryState.PROPOSED,),
    CategoryState.PROPOSED: (CategoryState.PROPOSED, CategoryState.DISCUSSED),
    CategoryState.DISCUSSED: (CategoryState.DISCUSSED, CategoryState.AGREED),
    CategoryState.AGREED: (),
}
CATEGORY_WORDS = {
    CategoryState.TO_PROPOSE: "To propose",
    CategoryState.PROPOSED: "Proposed, conversation to come",
    CategoryState.DISCUSSED: "Discussed with the head",
    CategoryState.AGREED: "Agreed",
}

DEFAULT_CATEGORIES = (
    ("leading", "Leading", "Improving, and able to help other schools.", "none"),
    ("secure", "Secure", "Good or better, and able to improve by itself.", "none"),
    ("targeted", "Targeted", "Something needs to change, and the school needs some help to do it.", "watch"),
    ("intensive", "Intensive", "A school causing concern: challenged, supported and monitored.", "concern"),
)

# groups by chance, from the one to look at first, and what each means
RISK_WORDS = {
    "high": "The whole interval lies above twice the average chance.",
    "raised": "The whole interval lies above the average chance.",
    "not set apart": "The interval holds the average chance: nothing sets the school apart.",
    "low": "The whole interval lies below the average chance.",
}
