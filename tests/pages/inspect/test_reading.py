"""How a file was read, in words: every role, reason, question, answer and refusal has them, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ce_viz.core import inspection
from ce_viz.core.inspection import CHECKS, REASONS, ROLES, Item, Option, Question, inspect_files
from ce_viz.core.inspection.remedies import REMEDIES
from ce_viz.pages.inspect import reading, sentences
from ce_viz.pages.inspect.jobs import STOPPED, Stopped
from ce_viz.pages.inspect.reading import MOST_CARDS
from ce_viz.pages.inspect.work import Choices, Step, Work
from ce_viz.strings import LANGUAGES, words
from tests.for_each import for_each

CORE = "\n".join(path.read_text("utf-8") for path in Path(inspection.__file__).parent.rglob("*.py"))
QUESTIONS = (
    "label",
    "match",
    "positive",
    "join",
    "split",
    "rows",
    "scores",
    "file",
    "column",
    "extra",
    "binary",
    "flat",
    "encoding",
)
NUMBERS = {
    "shared": "*x*",
    "classes": 1234,
    "column": "[a](b)",
    "part": "<b>",
    "rows": 5,
    "expected": 7,
    "found": 2,
    "columns": 4,
    "counted": 3,
    "file": "_a_.csv",
}


def items(count: int, **others: str) -> tuple[Item, ...]:
    return tuple(
        Item(f"0:{k}", "a.csv", f"c{k}", k, others.get(f"c{k}", "scores"), "neighbours") for k in range(count)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_core_has_words_and_no_words_are_left_over(language):
    section = words(language).section
    readouts = {name.removesuffix("_readout") for name in section("inspect.plan_reasons")}
    assert readouts == set(REASONS)
    assert section("inspect.plan_roles").keys() == set(ROLES)
    assert section("inspect.checked").keys() == set(CHECKS)
    assert section("inspect.remedies").keys() == set(REMEDIES)
    assert section("inspect.plan_sure").keys() == {"sure", "likely", "toss_up"}
    assert section("inspect.questions").keys() == {f"{code}_readout" for code in QUESTIONS}
    assert section("inspect.stopped").keys() == {f"{code}_readout" for code in STOPPED}


def test_every_question_and_answer_that_the_core_can_give_has_words():
    asked = set(re.findall(r'AskError\(\s*"(\w+)"', CORE))
    given = set(re.findall(r'Option\(\s*"(\w+)"', CORE))
    assert asked <= set(QUESTIONS)
    answers = {key.removesuffix("_readout") for key in words("en").section("inspect.options")}
    assert {answer.partition("_")[0] for answer in answers} == set(QUESTIONS)
    assert given
    assert given <= {answer.partition("_")[2] for answer in answers}


@for_each("language", LANGUAGES)
@for_each("reason", REASONS)
def test_a_reason_is_told_with_how_sure_it_is_and_what_stands_in_the_file_as_text(reason, language):
    item = Item("0:0", "a.csv", "a", 0, "scores", reason, "likely", NUMBERS)
    told = reading.reason(words(language), item)
    assert "{" not in told
    assert not re.search(r"(?<!\\)[*\[<]", told)
    if reason != "chosen":
        assert words(language)["inspect.plan_sure.likely"] in told


@for_each("language", LANGUAGES)
@for_each("code", QUESTIONS)
def test_a_question_and_its_answers_are_told_with_their_consequences(code, language):
    catalogue = words(language)
    question = Question(code, (), NUMBERS)
    told = reading.question(catalogue, question)
    assert told.endswith(catalogue["inspect.question_readout"].rpartition("}")[2])
    for key in catalogue.section("inspect.options"):
        if key.startswith(f"{code}_"):
            answer = key.removeprefix(f"{code}_").removesuffix("_readout")
            assert "{" not in reading.option(catalogue, code, answer, "*x*")


def test_a_consequence_names_rows_classes_and_the_share_of_right_ones():
    told = reading.consequence(words("en"), Option("x", "", {}, rows=1234, accuracy=0.5, classes=3))
    assert told == "1,234 rows · 3 classes · 50.0% right"
    unknown = reading.consequence(words("en"), Option("x", "", {}, rows=2, accuracy=None, classes=3))
    assert unknown == "2 rows · 3 classes · – right"
    assert reading.consequence(words("en"), Option("x", "", {})) == "another question follows"


def test_few_columns_are_all_shown_and_of_many_what_is_no_class_and_some_that_are():
    assert reading.shown(items(MOST_CARDS), "") == items(MOST_CARDS)
    shown = [item.name for item in reading.shown(items(1000, c0="id", c999="label", c500="other"), "0:77")]
    assert shown == ["c0", "c1", "c2", "c77", "c500", "c998", "c999"]


def test_never_more_columns_than_a_page_can_draw():
    for roles in ({}, {f"c{k}": "other" for k in range(3000)}, {f"c{k}": "id" for k in range(0, 3000, 2)}):
        assert len(reading.shown(items(3000, **roles), "0:2999")) <= MOST_CARDS + 1


def test_an_unnamed_column_goes_by_its_number():
    assert reading.name(words("en"), Item("0:4", "", "", 4, "scores", "table")) == "column 5"


def test_a_choice_that_cannot_be_read_is_shown_over_the_plan_before_it():
    choices = Choices((("a.csv", b"a,b,label\n1,2.5,0\n2.5,1,1\n3,1,0"),))
    choices.work("digits")
    choices.decide(Step({"0:1": "label"}, "b"))
    assert choices.work("digits").inspection.error is not None
    shown = reading.plan(choices)
    assert [(item.role, item.reason) for item in shown][1] == ("label", "chosen")
    assert reading.plan(Choices()) == ()


def test_what_a_person_decided_is_told_as_a_role_or_an_answer():
    catalogue = words("en")
    assert reading.step(catalogue, Step({"0:1": "label"}, "*b*")) == r"\*b\*: label"
    answer = Step({"?match": "value"}, "", "match", "by_value")
    assert reading.step(catalogue, answer) == catalogue["inspect.options.match_by_value_readout"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", STOPPED)
def test_why_there_is_no_result_is_told(code, language):
    told = sentences.stopped(words(language), Stopped(code))
    assert told
    assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_green_line_lists_what_was_checked(language):
    found = inspect_files([("a.csv", b"a,b,label\n1,2.5,0\n2.5,1,0\n3,1.5,1")])
    assert found.sound
    told = sentences.checked(words(language), Work(found))
    for code in found.checked:
        assert words(language)[f"inspect.checked.{code}"] in told


def test_a_number_names_a_column_and_a_word_itself():
    assert sentences.key_of("3") == "0:2"
    assert sentences.key_of("truth") == "truth"
    assert sentences.key_of("0") == "0"
