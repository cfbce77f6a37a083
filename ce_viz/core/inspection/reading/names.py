"""What the name of a column or array hints at, and what several names have in common.

A hint is a reason to look, never enough alone: what the values look like decides with it (see `evidence`).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

TRUTH, PREDICTION, SCORES, ID, WEIGHT, SPLIT, OTHER = (
    "truth", "prediction", "scores", "id", "weight", "split", "other",
)  # fmt: skip

# fmt: off
_WORDS: Mapping[str, frozenset[str]] = {
    WEIGHT: frozenset(("weight", "weighting", "权重")),
    # Measures of a row, and what programs note beside it.
    OTHER: frozenset((
        "confidence", "conf", "certainty", "uncertainty", "uncert", "uct", "unc", "entropy", "margin", "loss", "nll",
        "correct", "incorrect", "iscorrect", "hit", "match", "error", "err", "rank", "variance", "std", "time",
        "timestamp", "datetime", "date", "epoch", "step", "iteration", "iter", "seed", "duration", "latency", "elapsed",
        "brier", "ce", "crossentropy", "energy", "logsumexp", "surprisal", "perplexity", "temperature", "threshold",
        "text", "sentence", "title", "image", "img", "file", "filename", "path", "filepath", "url", "prompt",
        "question", "content", "document", "description", "comment", "token", "config", "置信度", "损失", "文本",
    )),
    PREDICTION: frozenset((
        "pred", "prediction", "predicted", "predict", "yhat", "hat", "argmax", "guess", "response", "decision", "ypred",
        "top1", "scored", "inferred", "estimated", "预测", "预测类别", "预测标签",
    )),
    SCORES: frozenset((
        "logit", "score", "output", "prob", "proba", "probability", "softmax", "logprob", "logp", "likelihood",
        "activation", "posterior", "formula", "logprobability", "distribution", "概率", "得分",
    )),
    TRUTH: frozenset((
        "label", "target", "truth", "true", "gold", "actual", "gt", "groundtruth", "y", "ys", "ytrue", "ytest", "yval",
        "obs", "observed", "reference", "expected", "answer", "annotation", "class", "category", "outcome", "labelid",
        "classid", "tgt", "标签", "类别", "真实标签", "真实类别", "真值",
    )),
    SPLIT: frozenset(("split", "fold", "subset", "partition", "phase", "dataset")),
    ID: frozenset((
        "id", "idx", "index", "indice", "indices", "row", "rowid", "uid", "uuid", "guid", "key", "nr", "no", "number",
        "sample", "sampleid", "imageid", "unnamed", "instance", "example", "序号", "编号",
    )),
}
# What else may stand in such a name without making it a name of something else.
_FILLERS = frozenset((
    "y", "is", "the", "of", "in", "at", "raw", "max", "min", "mean", "total", "top", "test", "val", "valid",
    "validation", "train", "dev", "name", "names", "code", "val", "all", "model", "data", "my", "ground", "n",
))
_SPLITS = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "test": "test", "testing": "test", "eval": "test", "holdout": "test", "cal": "cal", "calib": "cal",
    "calibration": "cal", "训练": "train", "验证": "val", "测试": "test",
}
# Names that cannot well be meant for a class, though they are a single word.
_CLEAR = frozenset((
    "predictions", "prediction", "predicted", "ypred", "yhat", "argmax", "timestamp", "datetime", "uuid", "guid", "idx",
    "indices", "rowid", "sampleid", "imageid", "filename", "filepath", "unnamed", "nll", "iscorrect", "index", "id",
    "uncertainty", "groundtruth", "ytrue",
))
# fmt: on
_MATRIX_NAMES = frozenset(
    ("name", "classname", "class", "labelname", "category", "column", "classe", "categorie")
)
YES_NO = frozenset(("correct", "incorrect", "iscorrect", "hit", "match"))
"""What tells of a row whether it is right."""
_MAPPINGS = frozenset(
    ("id2label", "label2id", "idx2label", "label2idx", "idxtoclass", "classtoidx", "idx2class", "class2idx")
)
_BREAK = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|[\W_]+"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a name hints at."""

    role: str  # one of the roles above, or ""
    clear: bool = False  # whether it can hardly be meant for a class
    words: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name: ``SampleId``, ``y_pred`` and ``label-ids`` in the singular, without capitals."""
    found = [part.casefold() for part in _BREAK.split(name[:200]) if part]
    return tuple(_singular(part) for part in found)


def _singular(word: str) -> str:
    if len(word) > 2 and word.endswith("s") and word not in ("gts", "loss", "class", "obs", "ys", "is"):
        return word[:-1]
    return word


@lru_cache(maxsize=4096)
def hint(name: str) -> Hint:
    """What the name hints at."""
    words = tokens(name)
    joined = "".join(words)
    known = frozenset((*words, joined) if len(words) > 1 else words)
    roles = {role for role, meant in _WORDS.items() if known & meant}
    if not roles:
        split = known & {"is", "in"} and known & _SPLITS.keys()  # "is_test"
        return Hint(SPLIT if split else "", bool(split), known)
    whole = any(joined in meant for meant in _WORDS.values()) or all(
        word in _FILLERS or word.isdigit() or any(word in meant for meant in _WORDS.values())
        for word in words
    )
    role = _strongest(roles, known)
    clear = whole and (len(words) > 1 or joined in _CLEAR or name.casefold() in _CLEAR)
    return Hint(role, clear, known)


def _strongest(roles: set[str], words: frozenset[str]) -> str:
    if (
        OTHER in roles
        and TRUTH in roles
        and words & {"correct", "text", "image", "img", "file", "token", "sentence"}
    ):
        roles = roles - {OTHER}  # correct_label, image_label
    if PREDICTION in roles and SCORES in roles:
        return OTHER if OTHER in roles else SCORES  # y_pred_proba
    if roles >= {OTHER, ID} or (OTHER in roles and words & {"path", "name"}):
        return ID if ID in roles else OTHER  # image_id, file_name
    order = (WEIGHT, OTHER, PREDICTION, SCORES, TRUTH, SPLIT, ID)
    return next(role for role in order if role in roles)


def split_of(name: str) -> str:
    """Which part of the data a name speaks of: "train", "val", "test", "cal", or ""."""
    return next((_SPLITS[word] for word in tokens(name) if word in _SPLITS), "")


def splits_rows(name: str) -> bool:
    """Whether a column of this name says which part of the data a row belongs to: ``split``, ``is_test``."""
    words = set(tokens(name))
    return bool(
        words & {"split", "subset", "partition", "phase"} or (words & {"is", "in"} and split_of(name))
    )


def is_split(word: str) -> bool:
    """Whether a cell names a part of the data."""
    return word.strip().casefold() in _SPLITS


def names_classes(name: str) -> bool:
    """Whether an array of this name may hold the names of the classes."""
    words = tokens(name)
    return "".join(words) in _MATRIX_NAMES | _MAPPINGS or bool(
        {"name", "categorie", "category", "classe"} & set(words)
    )


def whole_number(name: str) -> int | None:
    """The whole number that a name is, or None."""
    text = name.strip()
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        return int(float(text)) if re.fullmatch(r"-?\d{1,15}\.0", text) else None
    return int(text)


_TWO = (("true", "yes", "positive", "pos", "t"), ("false", "no", "negative", "neg", "f"))


def class_numbers(names: Sequence[str]) -> list[int] | None:
    """The numbers by which classes are called: ``7``, ``LABEL_2``, ``3 stars``, and 1 and 0 for yes and no.

    None where the names are something else, or two of them the same number.
    """
    whole = [whole_number(name) for name in names]
    if None in whole:
        split = [tokens(name) for name in names]
        digits = [[word for word in words if word.isdecimal()] for words in split]
        rests = {tuple(word for word in words if not word.isdecimal()) for words in split}
        whole = [int(found[0]) if len(found) == 1 and len(found[0]) < 16 else None for found in digits]
        if len(rests) > 1 or None in whole:
            whole = [
                next((1 - at for at in (0, 1) if name.strip().casefold() in _TWO[at]), None) for name in names
            ]
    numbers = [number for number in whole if number is not None]
    return numbers if len(numbers) == len(names) == len(set(numbers)) else None


_LONGEST = 60  # letters of a name that are searched for labels
_MOST_CUTS, _MOST_FAMILIES = 8, 24  # names made to have many would take for ever
_SEPARATORS = re.compile(r"[\s_.:\-\[(=/|]+(?=[^\s_.:\-\[(=/|])|(?<=[^\W\d_])(?=\d)")
_TAILS = re.compile(r"[\s_.:\-\])/|]+(?=[^\s_.:\-\])/|]*$)")


def beginnings(name: str) -> list[tuple[str, str]]:
    """Ways to cut a name into a beginning and a rest, the longest beginning first."""
    cuts = [match.end() for match in _SEPARATORS.finditer(name[:200]) if match.end() > 0]
    whole = [cut for cut in reversed(cuts) if name[cut:].strip("]) ")]
    return [(name[:cut], name[cut:].rstrip("])").strip()) for cut in whole[:_MOST_CUTS]]


def endings(name: str) -> list[tuple[str, str]]:
    """Ways to cut a name into an ending and what stands before it."""
    cuts = [match for match in _TAILS.finditer(name[:200]) if match.start() and name[match.end() :]]
    return [(name[cut.start() :], name[: cut.start()].strip()) for cut in cuts[:_MOST_CUTS]]


@dataclass(frozen=True, slots=True)
class Family:
    """Columns whose names begin or end alike."""

    shared: str  # what they share
    members: tuple[int, ...]  # their places
    rests: tuple[str, ...]  # what is left of each name

    @property
    def role(self) -> str:
        """What the shared part hints at."""
        return hint(self.shared).role


def families(names: Sequence[str], at: Sequence[int]) -> list[Family]:
    """Groups of at least two of the columns ``at`` that begin or end alike, the largest first.

    Of groups with the same members only the one with the longest shared part is kept.
    """
    groups: dict[tuple[str, bool], dict[int, str]] = defaultdict(dict)
    for place in at:
        for cuts, front in ((beginnings, True), (endings, False)):
            for shared, rest in cuts(names[place].strip()):
                groups[shared, front].setdefault(place, rest)
    best: dict[tuple[int, ...], Family] = {}
    for (shared, _), members in groups.items():
        if len(members) < 2 or len(set(members.values())) < len(members):
            continue
        family = Family(shared, tuple(members), tuple(members.values()))
        held = best.get(family.members)
        if held is None or len(shared) > len(held.shared):
            best[family.members] = family
    return sorted(best.values(), key=lambda one: -len(one.members))[:_MOST_FAMILIES]


def affixed(names: Sequence[str], words: Sequence[str]) -> list[Family]:
    """The largest groups of names that are words with the same letters before and after them, as ``Pcat, Pdog``."""
    known = {word.casefold() for word in words}
    groups: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for at, name in enumerate(names):
        text = name.strip()[:_LONGEST]
        for start, end in combinations(range(len(text) + 1), 2):
            if text[start:end].casefold() in known:
                groups[text[:start], text[end:]][at] = text[start:end]
    most = max((len(members) for members in groups.values()), default=0)
    found = []
    for (before, after), members in groups.items():
        if len(members) < most or most < 2:
            continue
        # A class that is never a label is called like the others.
        alike = {
            at: name[len(before) : len(name) - len(after)]
            for at, name in enumerate(names)
            if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
        }
        found.append(Family(f"{before} {after}".strip(), tuple(alike), tuple(alike.values())))
    return found
