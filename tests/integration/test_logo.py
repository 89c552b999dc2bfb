"""A shop's own logo: from a PNG at HQ to the paper of the till."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from hq.cli import main
from hq.store.sqlite import SqliteStore
from simulators.escpos.picture import render_png
from tests.integration.chain import Chain
from tests.integration.shop import CASHIER, CASHIER_PIN, COLA
from tests.integration.tills import Cashier, until

GOODS = f"sku,name,price,barcodes\n1,可口可乐,3.50,{COLA}\n"
SHOP = f"""
[settings]
shift_required = false
[settings.shop]
name = "柜台超市"
[[staff]]
number = "{CASHIER}"
name = "王芳"
role = "cashier"
pin = "{CASHIER_PIN}"
"""
LEFT, TOP = 32 + (576 - 384) // 2, 28
"""Where a picture of 384 dots in the middle of 80 mm begins in the drawing of the paper."""


def drawn_logo() -> Image.Image:
    image = Image.new("L", (384, 100), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((10, 10, 90, 90), fill="black")
    draw.rectangle((110, 20, 373, 40), fill=60)
    draw.line((110, 80, 373, 60), fill="black", width=6)
    return image


def publish(chain: Chain, folder: Path, *, logo: str) -> None:
    """Publish as HQ's people do: files in a folder, and the command."""
    folder.mkdir(exist_ok=True)
    (folder / "goods.csv").write_text(GOODS, encoding="utf-8")
    (folder / "shop.toml").write_text(logo + SHOP, encoding="utf-8")
    drawn_logo().save(folder / "logo.png")
    assert main(["--state", str(chain.world.folder / "hq"), "publish", str(folder / "goods.csv")]) == 0


async def sell(chain: Chain, cashier: Cashier, *, book: int) -> None:
    await cashier.sees(lambda view: view.uplink.book_version == book)
    chain.lane.wedge.scan(COLA)
    await cashier.sees(lambda view: len(view.lines) == 1)
    await cashier.pay()
    await until(lambda: len(chain.lane.paper) == book, what="the receipt")


@pytest.mark.parametrize("chain", [{"logo": True}], indirect=True)
async def test_logo_that_hq_publishes_stands_on_the_next_receipt_and_goes_again(chain: Chain, tmp_path: Path) -> None:
    SqliteStore(chain.world.hq.database).close()  # as ``guitai-hq init`` leaves it
    publish(chain, tmp_path / "prices", logo='logo = "logo.png"\n')
    with chain.hq():
        async with chain.uplink(), chain.lane.till() as cashier:
            await cashier.sees(lambda view: view.uplink.state == "online" and view.uplink.book_version == 1)
            await cashier.sign_in()
            await sell(chain, cashier, book=1)
            publish(chain, tmp_path / "prices", logo="")
            await sell(chain, cashier, book=2)
    own, built_in = chain.lane.printer.receipts
    assert own.text().splitlines()[0].strip() == "[image 384x100]"
    assert built_in.text().splitlines()[0].strip() == "[image 184x72]"
    assert "[2x2]" in own.text().splitlines()[1]
    render_png(own, tmp_path / "paper.png")
    with Image.open(tmp_path / "paper.png") as paper:
        printed = paper.convert("L").crop((LEFT, TOP, LEFT + 384, TOP + 100)).point(lambda grey: 255 * (grey > 127))
    assert printed.tobytes() == drawn_logo().point(lambda grey: 255 * (grey > 127)).tobytes()
