"""Why cross-entropy under AppTest."""

from tests.pages.conftest import open_app, texts


def open_page(**link):
    app = open_app("why", **link)
    assert not app.exception
    return app


def shown(app):
    return texts(app).replace("\\", "")
