"""The papers that come with Schoolward, as templates, and what each of their bindings means.

"Schools causing concern" (`concern_paper`) asks for:

figure  schools.count               schools covered, of every kind, on the day
figure  concern.count               schools proposed for concern
figure  watch.count                 schools proposed to be watched
figure  none.count                  schools with no cause for concern
figure  unknown.count               schools that cannot be judged
figure  floor.below                 schools of the authority below the floor in the latest year
figure  floor.eligible              schools of the authority to which the floor applied that year
figure  floor.national_below        the same, England
figure  floor.national_eligible
text    authority.name              Estuary Council
text    board.name                  "the School Improvement Board"
text    concern.as_at               31 December 2018
text    concern.compared_with       31 July 2018
text    data.edition, rules.edition how the editions are called in print
text    floor.year                  the latest exam year, with its key stage
text    chance.meaning              a sentence: of what the chance is, as the analysis reckons it
prose   officers.summary            may be blank
prose   officers.actions, officers.recommendations
prose   implications.financial, implications.legal, implications.equality
table   concern.table               school, proposed, why, decision, route
table   concern.changes_table       school, before, now, why; may have no rows
table   concern.working_table       school, condition, value, threshold, holds, rule
table   unknown.table               school, why it is unknown; asked for only if there are any
table   chance.table                school, pupils, chance of being below by luck
table   cases.table                 exempt: school, lead officer, stage, next review; may have no rows
chart   status.bars                 the four counts above
chart   floor.trend                 schools below the floor over the years; None where there is no history
chart   results.strip               schools against the threshold; None where there is nothing to draw
table   provenance.table            made by `figures.bind` itself

"What schools said" (`findings_paper`) asks for:

figure  schools.asked, schools.answered   schools
figure  schools.rate                answered of 100 asked
figure  withheld.count              figures withheld
text    authority.name, board.name, survey.title, survey.closed
prose   officers.summary, officers.next   may be blank
table   returns.table               group, asked, answered
table   services.table              service, then a share for each place it may come from; may have no rows
table   likely.table                service, then shares of likely, perhaps, unlikely, not from the council
table   sums.table                  question, group, sum, likely range
table   questions.table             question, answer, share, likely range, if silent schools all differ
table   themes.table, quotes.table, replies.table   may have no rows
chart   services.council            share that would have each service from the council; None without any

"School improvement service: structure and prices" (`structure_paper`) has seven headings, and asks for:

figure  grants.ending, funding.today, funding.then          money of the core, before and in the year planned
figure  schools.answered, schools.count                     who said what they would buy
figure  income.expected, income.low, income.high, income.silent_nothing
figure  today.fte, proposed.core_fte, proposed.traded_fte, proposed.core_cover, proposed.surplus,
        proposed.deficit_chance
figure  children.count, children.days, virtual.fte_today, virtual.fte_then
text    authority.name, board.name, structure.as_at, structure.year_from, concern.load, run.study,
        data.edition, rules.edition
prose   officers.introduction, officers.advice, officers.consultation, officers.children,
        implications.legal, officers.recommendations
table   funding.table, duties.table, options.table, posts.table, budget.table
table   tranches.table              may have no rows
table   standing.table              exempt: which posts are provisional, and the chance that each loses money
chart   income.range, structure.frontier, organisation.proposed, matters.most (None until it is worked out)

A condition counts as asking: a value must be given for every name above, blank or empty where there is none.
"""

from __future__ import annotations

from schoolward.publishing.typeset import read


def concern_paper() -> str:
    """The template of the board paper "Schools causing concern"."""
    return read("concern_paper.md")


def findings_paper() -> str:
    """The template of the paper "What schools said"."""
    return read("findings_paper.md")


def structure_paper() -> str:
    """The template of the board paper on the structure of the service."""
    return read("structure_paper.md")
