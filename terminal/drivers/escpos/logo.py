"""The built-in logo, for a shop that has none of its own: 184 x 72 dots (23 x 9 mm), compressed.

Made once from the shapes of a bar code on a counter and the word 柜台 (Noto Sans CJK, SIL Open Font License).
"""

import base64
import zlib
from functools import cache
from typing import Final

from terminal.domain.picture import Picture

_WIDTH_BYTES: Final = 23
_PACKED: Final = (
    b"c-"
    b"rmNu};G<5CBkH9=u_85aAO*ERh)UOQ~3x8dnUAh|gg_GU5aHh42L}VkuHub7vopudxvAjEBT|QqIoVz6fz(GZwG9%%%?ymB+"
    b"S1xW~J3fxEy%;wo}bza7~gLtjSri5pu(UlH5H0t0Gdh-el#a3{AVo{J6x688{pgS>_41s+7>rYzSA`kY}1`s7{ih=&_<G5f6"
    b"G#cDykF7v>+i9Em@Ij?j`-"
    b"!11C;+ApuPJGV!gIF;3$eNOz@mHBQC6>!)nD>O$@~O;^$S!Q7k@eeR4^|Jj#D8UJa!!jT7{}De#5C`WVGpi<I17^Vn5si~ci"
    b"!=&O_?3WfBuc<qHT|)cW0tz8=1I5PHQOxi&Mc_IpPz}miQW~)mVL?Tt>bs^Cj?D*|f2dXRglbAmg!WYDL^3ry8s7h&^(u$m*"
    b"52@9Qi((%Yt=vLKd@^Bi_x;I`iL_wfytok_F"
)


@cache
def built_in_logo() -> Picture:
    """Return the logo."""
    return Picture(width_bytes=_WIDTH_BYTES, data=zlib.decompress(base64.b85decode(_PACKED)))
