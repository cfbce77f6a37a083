"""How logits and labels are saved so that Your logits reads them."""

from __future__ import annotations

from collections.abc import Mapping

PYTORCH = """import numpy as np
logits = model(inputs).detach().float().cpu().numpy()
np.savez("logits.npz", logits=logits, labels=labels.cpu().numpy())"""
JAX = """import numpy as np
logits = np.asarray(model.apply(params, inputs), np.float32)
np.savez("logits.npz", logits=logits, labels=np.asarray(labels))"""
NUMPY = """import numpy as np
names = ["cat", "dog", "owl"]
np.savez("logits.npz", logits=logits, labels=labels, names=names)"""
CSV = """cat,dog,owl,label
2.0,1.0,0.1,dog
-1.5,0.25,3.0,owl"""
JSON = '{"logits": [[2.0, 1.0, 0.1], [-1.5, 0.25, 3.0]], "labels": [1, 2], "names": ["cat", "dog", "owl"]}'
JSON_ROW = '{"logits": [[2.0, 1.0, 0.1]], "labels": [0]}'

EXAMPLES: Mapping[str, tuple[str, str]] = {
    "PyTorch": (PYTORCH, "python"),
    "JAX": (JAX, "python"),
    "NumPy": (NUMPY, "python"),
    "CSV": (CSV, "text"),
    "JSON": (JSON, "json"),
}
"""Code and its language, by the name of the library or the format."""
