"""Files as programs and people write them, each read as it is meant, asked about, or refused with the reason."""

import json

import numpy as np
import pytest

from ce_viz.core.inspection import inspect_files
from tests.core.inspection.known_files import (
    LABELS,
    LOGITS,
    NAMES,
    PREDICTED,
    PROBS,
    K,
    N,
    assert_read,
    csv,
    npz,
    roles,
    scores,
    text,
)

RNG = np.random.default_rng(15)
WORDS = [NAMES[at] for at in LABELS]
IDS = [f"img_{at:03d}.jpg" for at in RNG.permutation(N)]
ORDER = RNG.permutation(N)
HOT = np.eye(K, dtype=int)[LABELS]
LOGS = np.log(PROBS)
LINES = csv({**scores(), "label": LABELS})[1].decode().split("\n")
AGE, BMI = RNG.uniform(20, 80, N).round(1), RNG.uniform(18, 35, N).round(1)


def quoted(columns: dict, delimiter: str = ",") -> str:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    return "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)


def lists(way) -> str:
    return quoted({"id": range(N), "logits": map(way, LOGITS.tolist()), "label": LABELS})


def weka(header: str) -> str:
    rows = []
    for at, row in enumerate(PROBS.tolist()):
        marked = [f"{'*' if place == PREDICTED[at] else ''}{value!r}" for place, value in enumerate(row)]
        classes = [f"{place + 1}:{NAMES[place]}" for place in (LABELS[at], PREDICTED[at])]
        rows.append(",".join([str(at + 1), *classes, "" if LABELS[at] == PREDICTED[at] else "+", *marked]))
    return "\n".join([header, *rows])


def top(row: list[float]) -> list[dict]:
    found = [{"token": name, "logprob": value, "bytes": [65]} for name, value in zip(NAMES, row, strict=True)]
    return sorted(found, key=lambda one: -one["logprob"])


def batch(at: int) -> dict:
    choice = {
        "index": 0,
        "logprobs": {"content": [{**top(LOGS[at])[0], "top_logprobs": top(LOGS[at].tolist())}]},
    }
    return {
        "custom_id": IDS[at],
        "response": {"status_code": 200, "body": {"choices": [choice]}},
        "error": None,
    }


def by_score(names: list[str], row: list[float]) -> list[dict]:
    pairs = sorted(zip(names, row, strict=True), key=lambda pair: -pair[1])
    return [{"label": name, "score": score} for name, score in pairs]


def lines(records) -> tuple[str, bytes]:
    return "a.jsonl", "\n".join(map(json.dumps, records)).encode()


def document(value) -> tuple[str, bytes]:
    return "a.json", json.dumps(value).encode()


# What a cell, a line or a header may look like.

TEXTS = {
    "rows of commas at the end": "\n".join([*LINES, ",,,", ",,,"]),
    "rows of commas at the end, as Excel ends lines": "\r\n".join([*LINES, ",,,", ",,,", ""]),
    "a title above": "\n".join(["Results of the model", "", *LINES]),
    "a title above, as Excel writes it": "\n".join(["Results of the model,,,", ",,,", *LINES]),
    "a comment between rows and one at the end": "\n".join([*LINES[:9], "# batch 2", *LINES[9:], "# end"]),
    "decimal commas in quotes": quoted(
        {
            **{name: [str(v).replace(".", ",") for v in held] for name, held in scores().items()},
            "label": LABELS,
        }
    ),
    "numbers as tensors": quoted(
        {**{name: [f"tensor({v})" for v in held] for name, held in scores().items()}, "label": LABELS}
    ),
    "labels as tensors": quoted({**scores(), "label": [f"tensor({at})" for at in LABELS]}),
    "labels in brackets": quoted({**scores(), "label": [f"[{at}]" for at in LABELS]}),
    "a last name over all classes": "\n".join(
        [
            "id,label,logits",
            *(f"{at},{LABELS[at]},{','.join(map(str, row))}" for at, row in enumerate(LOGITS.tolist())),
        ]
    ),
    "lists of NumPy's numbers": lists(lambda row: "[" + ", ".join(f"np.float64({v})" for v in row) + "]"),
    "lists in lists": lists(lambda row: f"[{row}]"),
    "tensors of one row": lists(lambda row: f"tensor([{row}], device='cuda:0', grad_fn=<AddmmBackward0>)"),
    "dense vectors": lists(lambda row: f"DenseVector({row})"),
    "lists in braces": lists(lambda row: "{" + ",".join(map(str, row)) + "}"),
    "lists without brackets": lists(lambda row: " ".join(map(str, row))),
    "lists with semicolons": lists(lambda row: ";".join(map(str, row))),
    "names in cells": quoted(
        {"logits": [dict(zip(NAMES, row, strict=True)) for row in LOGITS.tolist()], "label": WORDS}
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_table_is_read_however_its_cells_are_written(case):
    assert_read(text(TEXTS[case]))


@pytest.mark.parametrize(
    ("mark", "decimal", "delimiter"),
    [(",", ".", ","), (".", ",", ";"), ("'", ".", ";"), ("\u202f", ",", ";"), (" ", ".", "\t")],
)
def test_thousands_may_be_set_apart(mark, decimal, delimiter):
    swap = str.maketrans({",": mark, ".": decimal})
    columns = {
        name: [f"{v:,.3f}".translate(swap) for v in held] for name, held in scores(LOGITS * 1e3).items()
    }
    assert_read(text(quoted({**columns, "label": LABELS}, delimiter)), LOGITS * 1e3)


@pytest.mark.parametrize("missing", ["", "NA", "#N/A", "?", ".", "<NA>", "#DIV/0!", "None", "-"])
@pytest.mark.parametrize(("column", "code"), [("label", "label_missing"), ("dog", "not_finite")])
def test_what_is_missing_is_told_and_left_out(missing, column, code):
    columns = {**scores(), "label": LABELS.tolist()}
    columns[column][4] = missing
    result = inspect_files([csv(columns)])
    assert [(finding.code, finding.rows) for finding in result.findings] == [(code, (4,))]
    kept = np.arange(N) != 4
    assert result.accuracy == (PREDICTED == LABELS)[kept].mean()


@pytest.mark.parametrize(
    "header",
    ["inst#,actual,predicted,error,distribution", "inst#,actual,predicted,error,distribution,,"],
)
def test_wekas_distribution_stands_over_all_classes(header):
    result = text(weka(header))
    assert_read(result)
    assert roles(result)["predicted"] == "prediction"


def test_rs_and_databases_marks_for_spaces_are_the_same_names():
    spaced = ["polar bear", "sea lion", "Hühner"]
    words = [spaced[at] for at in LABELS]
    for names in (["polar.bear", "sea.lion", "Hu\u0308hner"], ["Polar_bear", "sea_lion", "hühner"]):
        assert_read(inspect_files([csv({**scores(names=names), "label": words})]))


# JSON in the shapes of programs.

DOCUMENTS = {
    "by id, lists": [
        document({IDS[at]: {"logits": LOGITS[at].tolist(), "label": int(LABELS[at])} for at in range(N)})
    ],
    "by id, columns": [
        document(
            {
                IDS[at]: {**dict(zip(NAMES, LOGITS[at].tolist(), strict=True)), "label": WORDS[at]}
                for at in range(N)
            }
        )
    ],
    "names by number": [
        document({"logits": LOGITS.tolist(), "labels": WORDS, "id2label": dict(enumerate(NAMES))})
    ],
    "numbers by name": [
        document(
            {
                "logits": LOGITS.tolist(),
                "labels": WORDS,
                "label2id": {name: at for at, name in enumerate(NAMES)},
            }
        )
    ],
    "vectors of Spark": [
        lines(
            {"label": int(LABELS[at]), "probability": {"type": 1, "values": PROBS[at].tolist()}}
            for at in range(N)
        )
    ],
    "pipelines, numbers": [
        lines(
            {"label": int(LABELS[at]), "prediction": by_score(["LABEL_0", "LABEL_1", "LABEL_2"], row)}
            for at, row in enumerate(PROBS.tolist())
        )
    ],
    "pipelines and labels": [
        document([by_score(NAMES, row) for row in PROBS.tolist()]),
        ("labels.csv", "\n".join(["label", *WORDS]).encode()),
    ],
    "answers in a batch": [
        lines(map(batch, range(N))),
        csv({"custom_id": [IDS[at] for at in ORDER], "answer": [WORDS[at] for at in ORDER]}, "gold.csv"),
    ],
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_json_is_read_in_the_shapes_of_programs(case):
    assert_read(inspect_files(DOCUMENTS[case]))


# What names and values say.

TABLES = {
    "letters before the names": csv({**scores(PROBS, prefix="P"), "label": WORDS}),
    "letters on both sides": csv(
        {**{f'Class "{name}" score': PROBS[:, at] for at, name in enumerate(NAMES)}, "label": WORDS}
    ),
    "features before probabilities": csv({"age": AGE, "bmi": BMI, **scores(PROBS), "target": LABELS}),
    "features before probabilities, words": csv({"age": AGE, "bmi": BMI, **scores(PROBS), "target": WORDS}),
    "one-hot columns": csv({**scores(), **scores(HOT, prefix="Species_")}),
    "one-hot columns of yes and no": csv({**scores(), **scores(HOT.astype(bool), prefix="y_")}),
    "the right one, not whether it is right": csv({**scores(), "prediction": PREDICTED, "correct": LABELS}),
    "a class called logit": csv({**scores(PROBS, names=["logit", "y", "truth"]), "y_true": LABELS}),
    "OpenML": csv(
        {
            "repeat": [0] * N,
            "row_id": range(N),
            **scores(PROBS, prefix="confidence."),
            "prediction": PREDICTED,
            "correct": WORDS,
        }
    ),
    "stars": csv({**scores(names=["1 star", "2 stars", "3 stars"]), "rating": LABELS + 1}),
    "labels scored": csv(
        {"Scored Labels": [NAMES[at] for at in PREDICTED], **scores(PROBS), "Species": WORDS}
    ),
    "lists beside": csv({"place": [f"{x} {x + 1.5}" for x in AGE], **scores(), "label": WORDS}),
}


@pytest.mark.parametrize("case", TABLES)
def test_names_and_values_together_settle_what_a_column_is(case):
    assert_read(inspect_files([TABLES[case]]))


MEASURES = {
    "energy": -np.log(np.exp(LOGITS).sum(axis=1)),
    "lse": np.log(np.exp(LOGITS).sum(axis=1)),
    "p_true": PROBS[np.arange(N), LABELS],
    "brier": ((PROBS - HOT) ** 2).sum(axis=1),
    "threshold": np.full(N, 0.5),
    "lr": np.full(N, 0.001),
}


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("first", [True, False])
def test_measures_of_a_row_and_constants_are_no_classes(measure, first):
    side = {measure: MEASURES[measure]}
    assert_read(inspect_files([csv({**(side if first else {}), **scores(), **side, "label": LABELS})]))


@pytest.mark.parametrize("noise", [-1.2e-17, -3e-7])
def test_a_rounding_error_below_0_leaves_probabilities_what_they_are(noise):
    probs = PROBS.copy()
    probs[3] = np.where(HOT[3], 1 - noise, [noise, 0, noise])
    result = inspect_files([npz(probs=probs, labels=LABELS)])
    assert result.scores == "probabilities"
    assert_read(result, np.log(np.maximum(probs, 1e-300)))


def test_many_probabilities_of_two_decimals_are_probabilities():
    logits = RNG.normal(size=(N, 12))
    probs = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).round(2)
    assert inspect_files([npz(y_proba=probs, y_true=probs.argmax(axis=1))]).scores == "probabilities"
