"""Finds a font that has Chinese in two cells and ASCII in one."""

import subprocess
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

# Families whose ASCII is half as wide as their Chinese, the best first.
_FAMILIES = ("Noto Sans Mono CJK SC", "WenQuanYi Zen Hei Mono", "WenQuanYi Micro Hei Mono", "Sarasa Mono SC")
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_FILES = ("NotoSansCJK-Regular.ttc", "NotoSansMonoCJKsc-Regular.otf", "wqy-zenhei.ttc", "wqy-microhei.ttc")
_FACES_IN_A_FILE = 16


class NoChineseFontError(RuntimeError):
    """No font of this machine can draw Chinese receipts."""


@lru_cache(maxsize=1)
def _chinese_face() -> tuple[str, int]:
    """File and face number; ``NoChineseFontError`` says what to install."""
    for file in _candidates():
        for index in range(_FACES_IN_A_FILE):
            try:
                family, _ = ImageFont.truetype(file, 12, index=index).getname()
            except OSError:
                break
            if family in _FAMILIES:
                return str(file), index
    raise NoChineseFontError(
        f"no Chinese font found ({', '.join(_FAMILIES)}); install fonts-noto-cjk or fonts-wqy-zenhei"
    )


def chinese_font(size_dots: int) -> ImageFont.FreeTypeFont:
    """The font at a size; ``NoChineseFontError`` when the machine has none."""
    file, index = _chinese_face()
    return ImageFont.truetype(file, size_dots, index=index)


def _candidates() -> list[Path]:
    folders = [Path(folder).expanduser() for folder in _FOLDERS]
    found = [path for name in _FILES for folder in folders for path in sorted(folder.rglob(name))]
    return found or _asked_fontconfig()


def _asked_fontconfig() -> list[Path]:
    paths = []
    for family in _FAMILIES:
        command = ["fc-match", "--format=%{file}", family]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
        except (OSError, subprocess.SubprocessError):
            return []
        paths.append(Path(answer.stdout))
    return paths
