"""What single pages ask of the mathematics; nothing here is exported by `ce_viz.core`.

derivation               the intermediate quantities of the proof that dL/do = S - y
comparison, race         cross-entropy against squared error: gradients, surfaces, and a race of descents
optimum                  where a label's loss ends, smoothing, and the effect of the temperature
precision, reference     four formulas in three floating types, judged by decimals
explicit_chain, clipping the chain rule as an explicit product; the clipped loss
training, classified     the classifier of handwritten digits, and its result for single images
pitfalls/                the rounds of Pitfalls

The modules import the core beside this folder, `ce_viz.core.exact` and one another without a circle; not
`ce_viz.core.inspection`, and nothing outside the core. Results are frozen dataclasses of read-only arrays. What
takes more than 10 ms is kept by `ce_viz.core.once`, so that a class that opens the same link computes it once.
"""
