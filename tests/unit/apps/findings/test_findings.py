"""Texts coded by people, findings prepared, published and withdrawn, and what is done about them."""

import pytest

from schoolward.apps.audit.models import Event
from schoolward.apps.findings import actions, coding, presenters, queries
from schoolward.apps.findings.models import Coding, Remark, Suggestion
from schoolward.apps.findings.paper import findings_figures
from schoolward.apps.findings.states import ByPhase, Consent, FindingsState, RedactionReason, ReplyState
from schoolward.apps.papers import actions as paper_actions
from schoolward.apps.papers import queries as paper_queries
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotAllowed, NotEnoughData, NotNow
from tests.factories.surveys import WHOLE


def themes(s):
    return [
        coding.name_theme(by=s.analyst, survey=s.survey, name="Price", words="price cheaper budget money"),
        coding.name_theme(by=s.analyst, survey=s.survey, name="People", words="adviser named headship"),
    ]


def code_all(s, by=None):
    price, people = themes(s)
    for each in queries.texts_of(s.survey):
        chosen = [price] if "rice" in each.remark.text or "money" in each.remark.text else [people]
        coding.decide_themes(by=by or s.analyst, remark=each.remark, themes=chosen)
    return price, people


class TestTexts:
    def test_gathering_again_takes_nothing_in_twice_and_keeps_what_was_changed(self, surveyed):
        surveyed.send(900001, WHOLE | {"strategy_words": "First words"})
        assert coding.gather_remarks(by=surveyed.analyst, survey=surveyed.survey) == 1
        assert coding.gather_remarks(by=surveyed.analyst, survey=surveyed.survey) == 0
        surveyed.send(900001, WHOLE | {"strategy_words": "Other words"})
        assert coding.gather_remarks(by=surveyed.analyst, survey=surveyed.survey) == 1
        texts = dict(Remark.objects.values_list("text", "superseded_at"))
        assert texts["First words"] is not None
        assert texts["Other words"] is None

    def test_text_without_a_word_on_consent_may_not_be_printed(self, surveyed):
        surveyed.send(900001, {"strategy_words": "No word on consent"})
        coding.gather_remarks(by=surveyed.analyst, survey=surveyed.survey)
        assert Remark.objects.get().consent == Consent.NOT_ASKED
        assert not queries.texts_of(surveyed.survey)[0].may_print

    def test_suggestion_decides_nothing_and_what_was_suggested_stays_beside_the_decision(self, closed):
        price, people = themes(closed)
        coding.suggest_themes(by=closed.analyst, survey=closed.survey)
        assert Suggestion.objects.exists()
        assert not Coding.objects.exists()
        text = next(each for each in queries.texts_of(closed.survey) if each.suggestions)
        assert text.suggestions[0].words
        other = people if text.suggestions[0].theme == price else price
        made = coding.decide_themes(by=closed.analyst, remark=text.remark, themes=[other])
        coding.suggest_themes(by=closed.analyst, survey=closed.survey)
        made.refresh_from_db()
        assert text.suggestions[0].theme.key in made.suggested
        assert [theme.key for theme in made.themes.all()] == [other.key]

    def test_later_decision_supersedes_and_the_first_stays(self, closed):
        price, people = themes(closed)
        remark = queries.texts_of(closed.survey)[0].remark
        coding.decide_themes(by=closed.analyst, remark=remark, themes=[price])
        coding.decide_themes(by=closed.second, remark=remark, themes=[price, people])
        assert [theme.name for theme in queries.text_of(remark).themes] == ["People", "Price"]
        assert Coding.objects.filter(remark=remark).count() == 2
        found = queries.progress_of(closed.survey)
        assert (found.decided, found.looked_at_twice) == (1, 1)

    def test_agreement_is_measured_against_what_was_suggested_when_people_decided(self, closed):
        themes(closed)
        coding.suggest_themes(by=closed.analyst, survey=closed.survey)
        for each in queries.texts_of(closed.survey):
            coding.decide_themes(
                by=closed.analyst, remark=each.remark, themes=[s.theme for s in each.suggestions]
            )
        assert queries.progress_of(closed.survey).agreement.f1 == 1

    def test_system_never_decides(self, closed):
        from schoolward.apps.accounts.acting import Acting

        remark = queries.texts_of(closed.survey)[0].remark
        with pytest.raises(NotAllowed):
            coding.decide_themes(by=Acting.system(closed.authority), remark=remark, themes=[])

    def test_passage_left_out_is_printed_as_its_reason_and_stays_out_of_the_audit(self, closed):
        text = next(each for each in queries.texts_of(closed.survey) if "Pat Green" in each.remark.text)
        row = coding.redact(
            by=closed.analyst, remark=text.remark, passage="Pat Green", reason=RedactionReason.PERSON
        )
        printed = queries.text_of(text.remark).printed
        assert "Pat Green" not in printed
        assert "[left out: names or describes a person]" in printed
        assert not [e for e in Event.objects.all() if "Pat Green" in f"{e.before}{e.after}{e.reason}"]
        coding.lift_redaction(by=closed.analyst, redaction=row, because="She agreed.")
        assert "Pat Green" in queries.text_of(text.remark).printed

    def test_passage_that_is_not_in_the_text_is_refused(self, closed):
        remark = queries.texts_of(closed.survey)[0].remark
        with pytest.raises(BadInput, match="does not hold"):
            coding.redact(by=closed.analyst, remark=remark, passage="nowhere", reason=RedactionReason.PERSON)


class TestFindings:
    def test_open_survey_has_no_findings_yet(self, surveyed):
        with pytest.raises(NotNow, match="closed"):
            actions.prepare_findings(by=surveyed.analyst, survey=surveyed.survey)

    def test_prepared_findings_print_no_small_figure_and_no_sentence_without_consent(self, closed):
        code_all(closed)
        found = actions.prepare_findings(by=closed.analyst, survey=closed.survey)
        content = found.content
        assert (content["asked"], content["answered"]) == (25, 20)
        lines = [line for table in content["tables"] for line in table["lines"]]
        assert not [n for n in lines if 0 < n.get("said", 9) < 5]
        assert [n for n in lines if n.get("withheld")]
        assert all(table.get("holds", True) for table in content["tables"])
        quotes = [quote for theme in content["said"]["themes"] for quote in theme["quotes"]]
        allowed = [t for t in queries.texts_of(closed.survey) if t.remark.consent != "not_published"]
        assert len(quotes) == len(allowed)
        named = {t.school.name for t in allowed if t.remark.consent == "with_name"}
        assert {quote["school"] for quote in quotes} == named | {""}

    def test_findings_do_not_move_when_answers_do(self, closed):
        found = actions.prepare_findings(by=closed.analyst, survey=closed.survey, by_phase=ByPhase.NONE)
        before = found.content
        closed.send(900005, WHOLE)
        found.refresh_from_db()
        assert found.content == before
        again = actions.prepare_findings(by=closed.analyst, survey=closed.survey, by_phase=ByPhase.NONE)
        assert again.content["answered"] == before["answered"] + 1

    def test_somebody_else_publishes_and_newer_findings_take_the_place_of_older(self, closed):
        older = actions.prepare_findings(by=closed.analyst, survey=closed.survey, by_phase=ByPhase.NONE)
        with pytest.raises(NotAllowed):
            actions.publish_findings(by=closed.analyst, findings=older)
        newer = actions.prepare_findings(by=closed.director, survey=closed.survey, by_phase=ByPhase.NONE)
        with pytest.raises(NotNow, match="somebody else"):
            actions.publish_findings(by=closed.director, findings=newer)
        actions.publish_findings(by=closed.director, findings=older)
        actions.publish_findings(by=closed.assistant, findings=newer)
        older.refresh_from_db()
        assert older.state == FindingsState.WITHDRAWN
        assert older.withdrawn_because == "Replaced by number 2."

    def test_paper_binds_every_figure_and_says_when_newer_findings_differ(self, closed):
        code_all(closed)
        with pytest.raises(NotEnoughData):
            findings_figures(closed.analyst, clock.today())
        actions.prepare_findings(by=closed.analyst, survey=closed.survey, by_phase=ByPhase.NONE)
        paper = paper_actions.start_paper(
            by=closed.analyst,
            kind="findings.survey",
            as_at=clock.today(),
            compared_with=clock.days_from_today(-1),
        )
        draft = paper_queries.draft_of(paper)
        bound = paper_queries.bound_draft(paper, draft, closed.analyst)
        assert "20 of the 25 schools" in bound.public.markdown
        meta = paper_queries.meta_of(paper, "public", draft=True)
        page = paper_queries.document(bound.public, "html", meta).decode()
        assert "for &lt;b&gt;small&lt;/b&gt; schools &amp; those with *little* money" in page
        assert {f.query for f in bound.figures.values()} >= {"answers", "schools_answered"}

    def test_rows_in_words_say_withheld_and_never_a_zero(self, closed):
        found = actions.prepare_findings(by=closed.analyst, survey=closed.survey)
        hidden = [
            row
            for table in presenters.general_tables(found.content)
            for group in table["groups"]
            for row in presenters.rows_of(table, group)
            if row.share == "withheld"
        ]
        assert hidden
        assert {row.said for row in hidden} == {"withheld"}


class TestReplies:
    def test_reply_keeps_both_halves_and_links_that_open(self, closed):
        price, _ = code_all(closed)
        found = actions.prepare_findings(by=closed.analyst, survey=closed.survey, by_phase=ByPhase.NONE)
        with pytest.raises(BadInput, match="nothing to see"):
            self.write(closed, price, [f"findings:{found.pk}"])
        actions.publish_findings(by=closed.director, findings=found)
        self.write(closed, price, [f"findings:{found.pk}"])
        (answered,) = queries.replies_of(closed.survey)
        assert answered.links[0].words == f"Findings: {closed.survey.title}"
        actions.withdraw_findings(by=closed.director, findings=found, because="A mistake.")
        assert "no longer shown" in queries.replies_of(closed.survey)[0].links[0].words

    def test_theme_that_nobody_replied_to_stays_open_and_a_plan_needs_a_day(self, closed):
        price, people = code_all(closed)
        assert queries.unanswered_themes(closed.survey) == [people, price]
        self.write(closed, price, [])
        assert queries.unanswered_themes(closed.survey) == [people]
        with pytest.raises(BadInput, match="by when"):
            actions.write_reply(
                by=closed.analyst, survey=closed.survey, said="x", did="y", state=ReplyState.PLANNED
            )

    def test_newer_reply_takes_the_place_of_an_older_that_is_kept(self, closed):
        price, _ = code_all(closed)
        older = self.write(closed, price, [])
        newer = self.write(closed, price, [], instead_of=older)
        assert [each.reply for each in queries.replies_of(closed.survey)] == [newer]
        older.refresh_from_db()
        assert older.replaced_at

    @staticmethod
    def write(s, theme, links, **more):
        return actions.write_reply(
            by=s.analyst,
            survey=s.survey,
            theme=theme,
            said="Days are too dear",
            did="A half day is sold from April.",
            state=ReplyState.DONE,
            links=links,
            **more,
        )
