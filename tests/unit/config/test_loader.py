"""A configuration file is read whole and strictly, and its mistakes are named."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.config.loader import config_file, load
from terminal.config.schema import BrokerConfig, DeviceConfig, IdentityConfig, ScreenConfig, TillConfig, UplinkConfig
from terminal.domain.errors import ConfigError
from terminal.wire.toml import dump

TILL = """
state_dir = "/var/lib/guitai/till"
books_dir = "/var/lib/guitai/books"
run_dir = "/run/guitai"

[identity]
store = "S01"
till = "T03"
epoch = 2

[[devices]]
name = "printer0"
driver = "escpos"
address = "usblp:/dev/usb/lp0"
settings = {columns = 48, chinese = true}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "till.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> tuple[str, str]:
    path = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(path, TillConfig)
    return str(caught.value).replace(str(path), "FILE"), caught.value.hint


def test_a_whole_file_becomes_the_struct(tmp_path: Path) -> None:
    assert load(write(tmp_path, TILL), TillConfig) == TillConfig(
        identity=IdentityConfig(store="S01", till="T03", epoch=2),
        state_dir="/var/lib/guitai/till",
        books_dir="/var/lib/guitai/books",
        run_dir="/run/guitai",
        devices=(
            DeviceConfig(
                name="printer0",
                driver="escpos",
                address="usblp:/dev/usb/lp0",
                settings={"columns": 48, "chinese": True},
            ),
        ),
    )


def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    assert complaint(tmp_path, 'time_zon = "Asia/Shanghai"\n' + TILL) == (
        "FILE: unknown key time_zon",
        "did you mean time_zone?",
    )


def test_an_unknown_key_of_a_table_is_named_with_its_path(tmp_path: Path) -> None:
    text = TILL.replace("epoch = 2", "epok = 2")
    assert complaint(tmp_path, text) == ("FILE: unknown key identity.epok", "did you mean epoch?")


def test_an_unknown_key_in_a_list_is_named_with_its_index(tmp_path: Path) -> None:
    text = TILL + '\n[[devices]]\nname = "a"\ndriver = "b"\nadress = "c"\n'
    assert complaint(tmp_path, text) == ("FILE: unknown key devices[1].adress", "did you mean address?")


def test_an_unknown_key_like_no_other_lists_what_is_known(tmp_path: Path) -> None:
    text = TILL.replace("epoch = 2", "zzzzz = 2")
    assert complaint(tmp_path, text) == ("FILE: unknown key identity.zzzzz", "known here: epoch, store, till")


def test_a_wrong_type_names_key_and_expected_type(tmp_path: Path) -> None:
    text = TILL.replace("epoch = 2", 'epoch = "two"')
    assert complaint(tmp_path, text)[0] == "FILE: identity.epoch: Expected `int`, got `str`"


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    text = TILL.replace('run_dir = "/run/guitai"', "")
    assert complaint(tmp_path, text)[0] == "FILE: Object missing required field `run_dir`"


def test_a_missing_file_says_which_command_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        load(tmp_path / "till.toml", TillConfig)
    assert caught.value.hint == "guitai-provision apply writes it; ./guitai demo makes its own"


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Is a directory"):
        load(tmp_path, TillConfig)


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    text, _ = complaint(tmp_path, "state_dir = \n")
    assert text == "FILE: not TOML: Invalid value (at line 1, column 13)"


def test_bytes_that_are_no_utf8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "till.toml"
    path.write_bytes(b'state_dir = "\xff"')
    with pytest.raises(ConfigError, match="not TOML: 'utf-8' codec"):
        load(path, TillConfig)


printable = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
devices = st.builds(
    DeviceConfig,
    name=printable,
    driver=printable,
    address=printable,
    settings=st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True), printable | st.booleans() | st.integers(-(2**40), 2**40)
    ),
)


@given(devices=st.lists(devices, max_size=3).map(tuple), clock=st.none() | printable, text=printable)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, devices: tuple[DeviceConfig, ...], clock: str | None, text: str
) -> None:
    config = TillConfig(
        identity=IdentityConfig(store="S01", till="T01"),
        state_dir=text,
        books_dir="b",
        run_dir="r",
        devices=devices,
        lab_clock_file=clock,
    )
    path = tmp_path_factory.mktemp("config") / "till.toml"
    path.write_text(dump(config), encoding="utf-8", newline="")
    assert load(path, TillConfig) == config


def test_nested_tables_and_lists_of_values_are_written(tmp_path: Path) -> None:
    config = UplinkConfig(
        identity=IdentityConfig(store="S01", till="T01"),
        state_dir="s",
        books_dir="b",
        data_dir="d",
        run_dir="r",
        hq_keys=("aa", "bb"),
        broker=BrokerConfig(host="hq.example", port=8883),
    )
    text = dump(config)
    assert 'hq_keys = ["aa", "bb"]\n' in text
    assert '\n[broker]\nhost = "hq.example"\nport = 8883\n' in text
    assert load(write(tmp_path, text), UplinkConfig) == config


def test_a_screen_has_defaults_for_all_but_its_folder(tmp_path: Path) -> None:
    assert load(write(tmp_path, 'run_dir = "/run/guitai"'), ScreenConfig) == ScreenConfig(run_dir="/run/guitai")


def test_a_file_lies_where_the_environment_says_or_under_etc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUITAI_CONFIG", "/srv/lane")
    assert config_file("till") == Path("/srv/lane/till.toml")
    monkeypatch.delenv("GUITAI_CONFIG")
    assert config_file("screen") == Path("/etc/guitai/screen.toml")
