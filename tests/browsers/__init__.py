"""One tour of the app through Chromium, Firefox and WebKitGTK: ``python -m tests.browsers FOLDER``.

Prints a table browser × step, each ``seen`` or what was seen instead, and writes pictures to the folder, those of a
step side by side in its ``index.html``. A browser that is not there is said to be *not installed*. Exit code 1: a step
failed, or no browser was there.

On Debian: ``apt-get install chromium chromium-driver firefox-esr webkit2gtk-driver xvfb``. Firefox needs no driver of
its own: ``marionette.py`` speaks to it. WebKitGTK has Safari's engine; neither is an iPhone with a finger on it.

What differs and stays (Chromium 156, Firefox ESR 153.7, WebKitGTK 2.50.6; 27 November 2026): Firefox without a screen
has no WebGL, and its tour sees the maps that stand for surfaces in space; its pictures of a page within a frame lack
what is translucent, which is there on a screen. WebKitGTK rounds each letter's width to whole pixels, so lines are a
little wider, and keeps room for a scrollbar beside the sidebar.
"""
