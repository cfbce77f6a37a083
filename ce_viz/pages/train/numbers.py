"""Train's numbers: the charts' text twin, and every array to take away."""

from __future__ import annotations

import streamlit as st

from ce_viz.core.studies.classified import ClassifiedImage
from ce_viz.core.studies.training import TrainingState
from ce_viz.pages.frame import files
from ce_viz.pages.frame.sidebar import address
from ce_viz.pages.train.run import training_data
from ce_viz.strings import Words
from ce_viz.strings.numbers import field
from ce_viz.takeaway import training as takeaway


def panel(words: Words, images: list[ClassifiedImage], states: tuple[TrainingState, ...]) -> None:
    """The tables of the picked image and the history, one for each run; closed until it is asked for."""
    with st.expander(words["explore.numbers"], key="train_numbers", on_change="rerun") as expander:
        if not expander.open:
            return
        data, image, link_back = training_data(), images[0].number, address()
        with st.container(horizontal=True):
            for name, write in (("CSV", takeaway.as_csv), ("JSON", takeaway.as_json)):
                files.offer(
                    name,
                    lambda write=write: write(data, states, image, link_back),
                    f"digits-step-{states[0].step}.{name.lower()}",
                    key=f"train_{name}",
                )
        st.caption(words["explore.numbers_help"])
        for picked, state in zip(images, states, strict=True):
            if len(states) > 1:
                st.markdown(words[f"train.{state.settings.loss}"])
            st.code(_table(words, picked, state), language=None, wrap_lines=False)


def _table(words: Words, picked: ClassifiedImage, state: TrainingState) -> str:
    columns = {
        "o": picked.logits,
        "S": picked.probs,
        "y": picked.targets,
        "S − y": picked.probs_minus_targets,
        "∂L/∂o": picked.logits_grad,
    }
    lines = ["\t".join([words["explore.class_column"], *columns])]
    for k in range(len(picked.logits)):
        lines.append("\t".join([str(k), *(field(column[k]) for column in columns.values())]))
    heads = ("step", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "gradient_norm")
    lines += ["", "\t".join(words[f"train.column_{head}"] for head in heads)]
    lines += ["\t".join(field(getattr(entry, head)) for head in heads) for entry in state.history]
    return "\n".join(lines)
