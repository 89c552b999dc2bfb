import pytest

from terminal.config.schema import DeviceConfig
from terminal.domain.errors import ConfigError
from terminal.drivers.settings import DeviceSettings, SettingValue


def settings(**values: SettingValue) -> DeviceSettings:
    return DeviceSettings(DeviceConfig(name="front", driver="x", settings=values))


def test_settings_are_read_by_kind_with_their_defaults() -> None:
    given = settings(layout="de", half_read_ms=200, logo=False)
    read = (
        given.choice("layout", "us", ("us", "de")),
        given.number("half_read_ms", 300, minimum=1, maximum=999),
        given.flag("logo", default=True),
        given.choice("cut", "full", ("full",)),
        given.number("columns", 48, minimum=1, maximum=99),
        given.flag("drawer", default=True),
    )
    given.finish()
    assert read == ("de", 200, False, "full", 48, True)


@pytest.mark.parametrize("value", ["xx", 3, True])
def test_choice_outside_the_list_is_refused(value: SettingValue) -> None:
    with pytest.raises(ConfigError, match=r"device front: layout = .* is none of us, de"):
        settings(layout=value).choice("layout", "us", ("us", "de"))


@pytest.mark.parametrize("value", ["9", 0, 100, True])
def test_number_outside_its_bounds_or_of_another_kind_is_refused(value: SettingValue) -> None:
    with pytest.raises(ConfigError, match=r"device front: n = .* is no number from 1 to 99"):
        settings(n=value).number("n", 5, minimum=1, maximum=99)


def test_text_is_read_with_its_default() -> None:
    assert settings(name="S01").text("name", "x", longest=3) == "S01"
    assert settings().text("name", "x", longest=3) == "x"


@pytest.mark.parametrize("value", ["", "S0123", "一", "a\n", 3])
def test_text_that_is_none_of_so_many_characters_is_refused(value: SettingValue) -> None:
    with pytest.raises(ConfigError, match=r"device front: n = .* is no text of 1 to 4 ASCII characters"):
        settings(n=value).text("n", "x", longest=4)


@pytest.mark.parametrize("value", ["yes", 1])
def test_flag_of_another_kind_is_refused(value: SettingValue) -> None:
    with pytest.raises(ConfigError, match=r"device front: f = .* is neither true nor false"):
        settings(f=value).flag("f", default=True)


def test_key_that_nobody_reads_is_an_error_that_names_the_nearest() -> None:
    given = settings(layuot="de")
    given.choice("layout", "us", ("us", "de"))
    with pytest.raises(ConfigError, match=r"device front: unknown setting 'layuot'; did you mean 'layout'\?"):
        given.finish()


def test_key_that_is_near_to_nothing_is_an_error_too() -> None:
    with pytest.raises(ConfigError, match=r"device front: unknown setting 'zzz'$"):
        settings(zzz=1).finish()
