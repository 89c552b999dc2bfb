"""The built-in logo of the chain-less till: 208 x 72 dots (26 x 9 mm), compressed.

Made once from the shapes of a bar code on a counter and the word 柜台 (Noto Sans CJK, SIL Open Font License).
"""

import base64
import zlib
from functools import cache
from typing import Final

from terminal.drivers.escpos.raster import Picture

_WIDTH_BYTES: Final = 26
_PACKED: Final = (
    b"c-qa?Jx;?g6bJBU8Od9{GN9%P9H2@L!wFFL#)zRCN2)Bba{`1Mae+!5s6-Uw=QwfwMWF-"
    b"2>n|VA&oBP~{Nq(=T>Ff)R{D%s&_fDj6rBonA`)RvBtSi0DoVnpGPx6Fgk$wgm4uf?PSUUW?fs#erII%#5p^mQ%W6bh5@<yv"
    b"Tpv(cXk=bCQ{9R5!1r0f4j)r7?Q7>_JgIF%oeUR<jzwD;aI=Z*ncd_vkw+)jkr4gt1QL1wR@ivH!D&;|oj}~E8W}zd!UpVH?"
    b"rChd4#oF+cZZ^;S@crX^w+}e?Brxol&cE_&PiscP@B*={+Z-zYk*T(b^1dcVHHl5FtQ}(TaAQhIY}Q1?d(0U0P-"
    b"3N6A+4@121opz$`DJ@LA{+iqALB)p^;X_#E}ZG>Xq&Mnds<%^tjn)oI2XVN{@SYGwW}&`z<fmBlD0X|K!+Mv<%V4<YF&%UBw"
    b"WFe@aIAFnSC9ZYi"
)


@cache
def shop_logo() -> Picture:
    """Return the logo."""
    return Picture(width_bytes=_WIDTH_BYTES, data=zlib.decompress(base64.b85decode(_PACKED)))
