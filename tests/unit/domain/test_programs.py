import pytest

from terminal.domain.programs import as_called

SAID = "guitai-hq init prints the key; guitai-provision apply, guitai doctor says more"


def test_sentence_for_an_installation_stays() -> None:
    assert as_called(SAID, "guitai-hq") == SAID


def test_sentence_for_a_checkout_names_what_works_there() -> None:
    assert as_called(SAID, "./guitai hq") == (
        "./guitai hq init prints the key; ./guitai provision apply, ./guitai doctor says more"
    )


@pytest.mark.parametrize(
    "text",
    [
        "systemctl status guitai-till",
        "the group guitai-counter",
        "/var/lib/guitai-hq or so",
        "/opt/guitai doctor",
        "./guitai demo",
        "./guitai doctor",
    ],
)
def test_names_that_are_no_commands_stay(text: str) -> None:
    assert as_called(text, "./guitai hq") == text
