import pytest

from lab.pictures.scenes import view_of


@pytest.fixture(scope="session", autouse=True)
def till_has_been_sold_at() -> None:
    """A till sells once, before any deadline of a test begins."""
    view_of("sale")
