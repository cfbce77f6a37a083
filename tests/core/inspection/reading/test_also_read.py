"""Ways of writing logits that single programs have: read as they are meant."""

import io
import json

import numpy as np
import pytest

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.reading import read_logits

LOGITS = np.array(
    [[-0.989, 2.84, -0.497], [0.183, -0.826, 3.002], [2.293, 0.334, -1.359], [0.5, 0.25, -0.125]]
)
LABELS = [1, 2, 0, 0]
NAMES = ("setosa", "versicolor", "virginica")


def assert_table(*files: tuple[str, str], names: tuple[str, ...] = NAMES) -> None:
    table = read_logits([(name, content.encode()) for name, content in files])
    np.testing.assert_array_equal(table.logits, LOGITS)
    assert table.labels.tolist() == LABELS
    assert table.class_names == names


def rows(delimiter: str = ",", number=str, label=lambda at: NAMES[at]) -> list[str]:
    return [
        delimiter.join([*map(number, row), label(at)])
        for row, at in zip(LOGITS.tolist(), LABELS, strict=True)
    ]


HEADER = [*NAMES, "label"]


def test_excels_first_line_names_the_delimiter():
    for first in ("sep=;", '"sep=;"', "SEP=;"):
        body = rows(";", lambda cell: str(cell).replace(".", ","))
        assert_table(("a.csv", "\n".join([first, ";".join(HEADER), *body])))


@pytest.mark.parametrize("quote", ['"', ""])
def test_rs_write_table_names_its_rows_and_not_their_column(quote):
    header = " ".join(f"{quote}{name}{quote}" for name in HEADER)
    body = rows(" ", label=lambda at: f"{quote}{NAMES[at]}{quote}")
    named = [f"{quote}{number}{quote} {row}" for number, row in enumerate(body, 1)]
    assert_table(("a.txt", "\n".join([header, *named])))


@pytest.mark.parametrize("minus", ["−", "-", "－"])
def test_every_minus_sign_is_a_minus(minus):
    assert_table(
        ("a.csv", "\n".join([",".join(HEADER), *rows(number=lambda cell: str(cell).replace("-", minus))]))
    )


@pytest.mark.parametrize(
    "way", ["[{}, {}, {}]", "[{} {} {}]", "[ {}  {}\n {}]", "({}, {}, {})", "tensor([{}, {}, {}])"]
)
def test_lists_in_cells_are_rows_of_scores(way):
    for header in ("label,logits", "logits,label"):
        cells = [f'"{way.format(*row)}"' for row in LOGITS.tolist()]
        order = [
            (str(at), cell) if header[1] == "a" else (cell, str(at))
            for at, cell in zip(LABELS, cells, strict=True)
        ]
        assert_table(("a.csv", "\n".join([header, *map(",".join, order)])), names=())


def test_lists_in_cells_that_differ_in_length_are_refused_with_their_place():
    result = inspect_files([("a.csv", b'label,logits\n1,"[1, 2]"\n0,"[1, 2, 3]"\n')])
    assert (result.error.code, result.error.line, result.error.value) == ("list_length", 3, "3")


@pytest.mark.parametrize(
    "form",
    [
        ".pred_{}", "prob.{}", "y_pred_proba_{}", "RawFormulaVal:Class={}", "class_prob_{}", "{}_prob", "logits[{}]",
        "p_{}", "probability({})", "score {}", "Probability:Class={}", "model_out_{}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("label", ["label", "class", "Species"])
def test_what_the_names_share_is_no_part_of_a_class(form, label):
    header = ",".join([*(form.format(name) for name in NAMES), label, ".row"])
    body = [f"{row},{number}" for number, row in enumerate(rows(), 1)]
    assert_table(("a.csv", "\n".join([header, *body])))


def test_json_lines_are_known_by_name_and_by_look():
    lines = [
        json.dumps({"logits": row, "label": at}) for row, at in zip(LOGITS.tolist(), LABELS, strict=True)
    ]
    for name in ("a.jsonl", "a.json", ""):
        assert_table((name, "\n".join(lines)), names=())


def test_bfloat16_is_told_as_what_it_is():
    head = b"{'descr': '|V2', 'fortran_order': False, 'shape': (2, 3), }"
    data = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(12)
    error = inspect_files([("a.npy", data)]).error
    assert (error.code, error.value) == ("bfloat16", "|V2")


def completion(row: list[float], answer: str) -> dict:
    """A row as an interface for language models answers it."""
    logs = np.array(row) - np.log(np.exp(row).sum())
    top = [
        {"token": f" {name}", "logprob": log, "bytes": None}
        for name, log in zip(NAMES, logs.tolist(), strict=True)
    ]
    first = {
        "token": top[0]["token"],
        "logprob": top[0]["logprob"],
        "top_logprobs": sorted(top, key=lambda t: -t["logprob"]),
    }
    choice = {"index": 0, "message": {"role": "assistant", "content": "x"}, "logprobs": {"content": [first]}}
    return {"answer": answer, "choices": [choice]}


@pytest.mark.parametrize("way", ["whole answers", "top_logprobs", "by token", "old answers"])
def test_log_probabilities_of_language_models_are_one_row_each(way):
    lines = []
    for row, at in zip(LOGITS.tolist(), LABELS, strict=True):
        whole = completion(row, NAMES[at])
        content = whole["choices"][0]["logprobs"]["content"]
        by_token = {top["token"]: top["logprob"] for top in content[0]["top_logprobs"]}
        lines.append(
            {
                "whole answers": whole,
                "top_logprobs": {"top_logprobs": content[0]["top_logprobs"], "label": NAMES[at]},
                "by token": {"label": NAMES[at], "logprobs": by_token},
                "old answers": {
                    "choices": [{"text": "x", "logprobs": {"top_logprobs": [by_token]}}],
                    "label": NAMES[at],
                },
            }[way]
        )
    result = inspect_files([("a.jsonl", "\n".join(map(json.dumps, lines)).encode())])
    assert result.error is None
    assert result.accuracy == 1
    shifted = LOGITS - np.log(np.exp(LOGITS).sum(axis=1, keepdims=True))
    assert result.mean_loss == pytest.approx(-shifted[np.arange(4), LABELS].mean(), abs=1e-12)
    assert result.scores == "log_probabilities"


def test_pipelines_that_list_label_and_score_are_one_row_each():
    probs = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    lines = [
        {
            "text": f"sentence {at}",
            "output": [{"label": name, "score": score} for name, score in zip(NAMES, row, strict=True)],
            "gold": NAMES[at],
        }
        for row, at in zip(probs.tolist(), LABELS, strict=True)
    ]
    result = inspect_files([("a.jsonl", "\n".join(map(json.dumps, lines)).encode())])
    assert result.accuracy == 1
    assert result.scores == "probabilities"


def test_a_token_that_is_not_among_the_top_has_no_probability():
    lines = [
        {"top_logprobs": [{"token": "A", "logprob": -0.1}, {"token": "B", "logprob": -2.5}], "label": "A"},
        {"top_logprobs": [{"token": "B", "logprob": -0.2}, {"token": "C", "logprob": -2.0}], "label": "A"},
    ]
    table = read_logits([("a.jsonl", "\n".join(map(json.dumps, lines)).encode())])
    assert table.class_names == ("A", "B", "C")
    assert table.logits.tolist() == [[-0.1, -2.5, -np.inf], [-np.inf, -0.2, -2.0]]


def test_two_files_that_are_complete_are_asked_for():
    def archive(turn: int) -> bytes:
        stream = io.BytesIO()
        np.savez(stream, logits=np.roll(LOGITS, turn, axis=0), labels=LABELS)
        return stream.getvalue()

    for names, code in ((("val.npz", "test.npz"), "split"), (("a.npz", "b.npz"), "scores")):
        files = [(names[0], archive(1)), (names[1], archive(0))]
        result = inspect_files(files)
        assert [question.code for question in result.questions] == [code]
        assert inspect_files(files, result.questions[0].options[1].choices).accuracy == 1
