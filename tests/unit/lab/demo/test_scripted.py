"""What the scripted sale says when the till does not go along with it."""

from pathlib import Path

import pytest

from lab.demo import scripted
from lab.operator import Operator
from terminal.domain.errors import PosError
from terminal.wire.counter.view import InputLine, Notice, Sections
from tests.tui.fake_till import FakeTill


async def refusal(folder: Path, sections: Sections, *, code: str = "not_shown") -> PosError:
    """Play a script that fails while the till shows these sections, and return the error that a visitor reads."""
    till = FakeTill(folder / "counter.sock")
    await till.open()
    operator = await Operator.connect(folder)
    await till.painted(till.change(sections))
    with pytest.raises(PosError) as caught, scripted._told(operator):
        raise PosError("the till shows what is not in the script", code=code)
    await operator.close()
    await till.close()
    return caught.value


@pytest.mark.parametrize(
    "sections",
    [
        Sections(notice=Notice(serial=1, message="error.disk_full")),
        Sections(notice=Notice(serial=1, message="error.low_space")),
        Sections(notice=Notice(serial=1, message="notice.space_low")),
        Sections(input=InputLine(hint="hint.low_space")),
    ],
    ids=lambda sections: sections.notice.message if sections.notice else sections.input.hint,
)
async def test_disk_without_room_is_told_as_that_and_beginning_anew_is_not_advised(
    tmp_path: Path, sections: Sections
) -> None:
    error = await refusal(tmp_path, sections)
    assert (str(error), error.code) == ("the disk has too little space for a sale", "low_space")
    assert "GUITAI_STATE" in error.hint
    assert "--fresh" not in error.hint


async def test_till_that_shows_something_else_is_to_be_looked_at(tmp_path: Path) -> None:
    error = await refusal(tmp_path, Sections(notice=Notice(serial=1, message="notice.book_refused")))
    assert "./guitai demo" in error.hint
    assert "--fresh" not in error.hint


async def test_other_trouble_keeps_its_own_advice(tmp_path: Path) -> None:
    error = await refusal(tmp_path, Sections(), code="till_gone")
    assert (error.code, error.hint) == ("till_gone", "")
