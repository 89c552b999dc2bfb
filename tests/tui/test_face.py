from unicodedata import east_asian_width

import msgspec
import pytest

from lab.pictures.plain import plain
from lab.pictures.scenes import SCENES, view_of
from terminal.tui.face import Face, Frame, broken, too_small, without_till
from terminal.tui.keymap import DESKTOP_NAMES
from terminal.tui.panels.part import Part
from terminal.tui.paper import Tone, cells, text_of
from terminal.tui.sheet import Sheet
from terminal.tui.text.table import Texts
from terminal.wire.counter.panels import (
    CompletedPanel,
    ConfirmPanel,
    HeldPanel,
    HeldRow,
    HelpPanel,
    LoginPanel,
    NoBookPanel,
    PriceCheckPanel,
    PromptPanel,
    StatusPanel,
)
from terminal.wire.counter.view import (
    DeviceView,
    Header,
    InputLine,
    KeyHint,
    Level,
    LineView,
    Notice,
    Totals,
    UplinkView,
    View,
)
from tests.tui.goldens import FOLDER, assert_golden
from tests.tui.shown import line, sale

ZH, EN = Texts("zh"), Texts("en")
SHEETS = {
    "80x25-zh": Sheet(width=80, height=25, texts=ZH),
    "80x25-en": Sheet(width=80, height=25, texts=EN),
    "80x24-zh": Sheet(width=80, height=24, texts=ZH),
    "100x30-zh": Sheet(width=100, height=30, texts=ZH),
    "80x24-demo": Sheet(width=80, height=24, texts=Texts("zh", keys=DESKTOP_NAMES), demo=True),
}
SMALL = SHEETS["80x25-zh"]


def unguarded(draw: object) -> Part | None:
    assert callable(draw)
    part = draw()
    assert part is None or isinstance(part, Part)
    return part


def drawn(view: View, sheet: Sheet = SMALL) -> Frame:
    return Face(unguarded).draw(sheet, view)


def lines_of(view: View, sheet: Sheet = SMALL) -> list[str]:
    return plain(drawn(view, sheet).rows).splitlines()


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("sheet", SHEETS)
def test_screen_of_a_till_looks_as_it_was_approved(sheet: str, scene: str) -> None:
    assert_golden(f"{sheet}/{scene}", drawn(view_of(scene), SHEETS[sheet]).rows)


def test_no_picture_of_a_page_is_kept_that_no_till_shows() -> None:
    assert {path.stem for path in FOLDER.glob("*/*.txt")} == set(SCENES)


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=list(SHEETS))
def test_every_row_fills_the_screen_and_no_character_is_of_unclear_width(sheet: Sheet, scene: str) -> None:
    rows = drawn(view_of(scene), sheet).rows
    assert len(rows) == sheet.height
    assert {len(cells(row)) for row in rows} == {sheet.width}
    assert not [char for row in rows for char in text_of(row) if east_asian_width(char) == "A"]


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5), (1, 1)])
def test_screen_that_is_too_small_gets_one_clear_sentence(size: tuple[int, int]) -> None:
    sheet = Sheet(width=size[0], height=size[1], texts=EN)
    assert drawn(sale(), sheet) == too_small(sheet)
    rows = drawn(sale(), Sheet(width=60, height=20, texts=EN)).rows
    assert text_of(rows[0]).rstrip() == "Screen too small: 60x20, 80x24 is needed"
    assert {text_of(row).strip() for row in rows[1:]} == {""}


def test_cursor_stands_behind_what_was_typed() -> None:
    frame = drawn(sale())
    assert frame.cursor == (9, 23)
    assert text_of(frame.rows[23]).startswith(" 输入> 6*")


def test_without_a_line_of_keys_the_cursor_is_in_the_last_row() -> None:
    assert drawn(sale(), SHEETS["80x24-zh"]).cursor == (9, 23)


def test_long_input_shows_its_end() -> None:
    view = msgspec.structs.replace(sale(), input=InputLine(text="9" * 90 + "8", hint="hint.sale"))
    frame = drawn(view)
    shown = text_of(frame.rows[23])
    assert shown.rstrip().endswith("(条码|数量*|拼音首字母)")
    assert "98 " in shown
    assert frame.cursor[0] < 80


def test_page_of_the_basket_has_fourteen_lines_and_turns_with_two_of_context() -> None:
    face = Face(unguarded)
    assert face.draw(SMALL, sale(14)).page_rows == 14
    shown = plain(face.draw(SMALL, sale(15)).rows).splitlines()
    assert [row[:3] for row in shown[2:6]] == [" 13", " 14", ">15", ""]


def test_page_stays_while_a_panel_is_open_and_when_it_closes() -> None:
    face = Face(unguarded)
    before = [face.draw(SMALL, sale(count)) for count in (14, 15)][-1]
    face.draw(SMALL, sale(15, panel=view_of("prompt_price").panel))
    assert face.draw(SMALL, sale(15)) == before


def test_new_screen_shows_the_end_of_the_basket_on_a_full_page() -> None:
    face = Face(unguarded)
    face.draw(SMALL, sale(30))
    face.forget()
    shown = plain(face.draw(SMALL, sale(30)).rows).splitlines()
    assert (shown[2][:3], shown[15][:3]) == (" 17", ">30")


def test_empty_basket_begins_a_new_page() -> None:
    face = Face(unguarded)
    face.draw(SMALL, sale(40))
    face.draw(SMALL, sale(0))
    face.draw(SMALL, sale(14))
    assert plain(face.draw(SMALL, sale(15)).rows).splitlines()[2][:3] == " 13"


def test_thousand_lines_have_room_for_their_numbers() -> None:
    shown = lines_of(sale(1000))
    assert shown[15].startswith(">1000 6902265360100  海天金标生抽酱油1.9L")
    assert shown[15].endswith("21.80")


def test_long_name_is_cut_and_never_the_quantity() -> None:
    long = LineView(number=1, code="6" * 20, name="可乐" * 20, quantity="0.856kg", price="1.00", amount="1.00")
    assert lines_of(View(lines=(long,), selected=0))[2] == (
        "> 1 6666666666666~ 可乐可乐可乐可乐可乐可乐可乐~  0.856kg     1.00      1.00"
    )


def test_voided_line_has_its_mark_and_its_tone() -> None:
    voided = LineView(
        number=1, code="69", name="可乐", quantity="1", price="3.00", amount="0.00", tags=("tag.voided",), voided=True
    )
    row = drawn(View(lines=(voided, line(2)), selected=1)).rows[2]
    assert text_of(row).rstrip().endswith("0.00 删")
    assert {tone for _, tone in row} == {Tone.VOIDED}


def test_selected_line_has_a_mark_besides_its_colour() -> None:
    row = drawn(sale()).rows[8]
    assert text_of(row).startswith("> 7")
    assert {tone for _, tone in row} == {Tone.SELECTED}


def test_refusal_takes_the_whole_row_and_starts_with_its_sign() -> None:
    refused = Notice(level=Level.REJECTED, message="error.unknown_item", params={"code": "6900000000007"})
    row = drawn(msgspec.structs.replace(sale(), notice=refused)).rows[22]
    assert text_of(row).rstrip() == " !! 未登记商品 6900000000007"
    assert {tone for _, tone in row} == {Tone.REJECTED}


@pytest.mark.parametrize(
    ("sheet", "level", "message", "words"),
    [
        ("80x25-zh", Level.ATTENTION, "error.pay_first", " 注意 输入的 12 没有用上: 先扫了码  先结算"),
        ("80x25-zh", Level.REJECTED, "error.pay_first", " !! 先结算  输入的 12 没有用上: 先扫了码 "),
        ("80x25-zh", Level.ATTENTION, "", " 注意 输入的 12 没有用上: 先扫了码 "),
        ("80x25-en", Level.ATTENTION, "", " Note typed 12 was dropped: a scan came first "),
        (
            "80x25-en",
            Level.REJECTED,
            "error.bad_barcode",
            " !! the check digit is wrong: scan again  typed 12 was dropped: a scan came first",
        ),
    ],
)
def test_what_was_dropped_stands_before_the_outcome_of_the_scan_but_behind_a_refusal(
    sheet: str, level: Level, message: str, words: str
) -> None:
    note = Notice(level=level, message=message, dropped="12")
    row = drawn(msgspec.structs.replace(sale(), notice=note), SHEETS[sheet]).rows[22]
    assert text_of(row).startswith(words[:79])


@pytest.mark.parametrize(
    ("level", "prefix", "tone"),
    [
        (Level.OK, " OK ", Tone.OK),
        (Level.ATTENTION, " 注意 ", Tone.ATTENTION),
        (Level.MONEY, " OK ", Tone.MONEY),
    ],
)
def test_notice_says_by_a_word_what_its_colour_says(level: Level, prefix: str, tone: Tone) -> None:
    view = msgspec.structs.replace(sale(), notice=Notice(level=level, message="notice.signed_out"))
    row = drawn(view).rows[22]
    assert text_of(row).startswith(prefix + "已锁屏")
    assert tone in {tone for _, tone in row}


def test_long_notice_is_more_important_than_the_devices() -> None:
    long = Notice(level=Level.OK, message="notice.nothing_found", params={"query": "可乐" * 14})
    shown = lines_of(msgspec.structs.replace(sale(), notice=long))[22]
    assert shown == " OK 找不到 " + "可乐" * 14


def test_devices_that_are_not_fine_say_so() -> None:
    devices = (
        DeviceView(name="a", kind="scanner", link="absent", state="closed"),
        DeviceView(name="b", kind="printer", link="open", state="busy"),
        DeviceView(name="c", kind="drawer", link="open", state="error"),
        DeviceView(name="d", kind="beeper", link="open", state="idle"),
        DeviceView(name="e", kind="beeper", link="failed", state="closed"),
        DeviceView(name="f", kind="a scale of a newer till", link="open", state="idle"),
    )
    assert lines_of(View(devices=devices))[22].endswith("扫描!! 打印忙 钱箱!! 蜂鸣!!")


def test_status_page_says_link_and_state_of_each_device() -> None:
    devices = (
        DeviceView(name="gun", kind="scanner", link="absent", state="closed", detail="device_absent"),
        DeviceView(name="paper", kind="printer", link="open", state="error", detail="detail.paper_out"),
    )
    shown = lines_of(View(devices=devices, panel=StatusPanel(journal_seq=9, version="0.1.0")))
    assert shown[4].split() == ["扫描枪", "gun", "断开", "!", "没有连接"]
    assert shown[5].split() == ["小票机", "paper", "故障", "!", "缺纸"]
    assert "没有设备" in lines_of(View(panel=StatusPanel()))[4]


def test_status_page_says_why_the_till_cannot_sign() -> None:
    shown = lines_of(View(panel=StatusPanel(key_problem="key_missing")))
    assert "   密钥不能用 (文件不见了): 小票上没有签名, Z 报表也没有; 请技术员处理" in [row.rstrip() for row in shown]
    assert not any("密钥" in row for row in lines_of(View(panel=StatusPanel())))


def test_header_without_a_till_says_nothing_about_it() -> None:
    assert lines_of(View())[0] == ""


def test_header_names_the_shop_where_there_is_no_store_number() -> None:
    assert lines_of(View(header=Header(shop="好邻居超市", clock="08:00")))[0].split() == [
        "好邻居超市",
        "无上传!",
        "08:00",
    ]


def test_header_cuts_a_long_name_and_never_the_time() -> None:
    head = Header(store="018", till="03", staff_number="1024", staff_name="阿卜杜" * 12, receipt_no="1", clock="19:30")
    shown = lines_of(View(header=head, uplink=UplinkView(state="offline", queue=12345)))[0]
    assert shown.endswith("脱机! 队列12345  19:30")
    assert "~" in shown


def test_receipt_number_that_does_not_fit_is_left_out() -> None:
    head = Header(store="018", till="03", staff_number="1024", staff_name="王芳", receipt_no="9" * 60, clock="19:30")
    assert "9999" not in lines_of(View(header=head))[0]


def test_keys_that_do_not_fit_are_left_out_and_names_are_short() -> None:
    keys = (KeyHint("escape", "key.back"), KeyHint("delete", "key.void_held")) + (KeyHint("f12", "key.cash"),) * 20
    shown = lines_of(View(keys=keys))[24]
    assert shown.startswith(" Esc返回 Del作废 F12现金 F12现金")
    assert shown.endswith("F12现金")


def test_demo_says_in_the_line_of_keys_how_to_leave() -> None:
    assert lines_of(sale(), SHEETS["80x24-demo"])[23].endswith("Ctrl+Q两次退出")


def test_totals_without_discount_and_member_are_short() -> None:
    shown = lines_of(View(totals=Totals(pieces="3", lines=2, gross="9.00", due="9.00")))
    assert shown[17].startswith(" 件数 3   2行")
    assert [row[:6].strip(" #") for row in shown[18:22]] == [""] * 4


def test_amount_that_leaves_no_room_has_narrow_pixels() -> None:
    wide = lines_of(View(totals=Totals(due="1234.56")))[17]
    narrow = lines_of(View(totals=Totals(due="-123456789.01")))[17]
    assert ("######" in wide, "######" in narrow) == (True, False)


def test_panel_that_cannot_be_drawn_leaves_the_rest_as_it_is() -> None:
    frame = Face(lambda _: broken(SMALL)).draw(SMALL, sale())
    whole = drawn(sale())
    assert text_of(frame.rows[15]).startswith(" 这一部分画不出来")
    assert frame.rows[:8] == whole.rows[:8]
    assert frame.rows[16:] == whole.rows[16:]


def test_held_list_shows_the_page_of_the_chosen_sale() -> None:
    rows = tuple(
        HeldRow(label=f"G{number}", time="1", owner="1", pieces="1", amount="1.00", member="", first="x")
        for number in range(40)
    )
    shown = lines_of(View(panel=HeldPanel(rows=rows, selected=39)))
    assert shown[18].split()[:2] == [">40", "G39"]
    assert "剩 40" in shown[20]


def test_receipt_that_is_not_on_paper_is_said_with_attention() -> None:
    panel = CompletedPanel(receipt_no="1", total="1.00", given="1.00", change="0.00", printed="unknown")
    device = DeviceView(name="printer", kind="printer", link="open", state="idle")
    row = next(row for row in drawn(View(panel=panel, devices=(device,))).rows if "小票" in text_of(row))
    assert "可能不全" in text_of(row)
    assert Tone.ATTENTION in {tone for _, tone in row}


def test_drawer_of_which_nothing_is_known_is_not_called_shut() -> None:
    panel = CompletedPanel(
        receipt_no="1", total="1.00", given="1.00", change="0.00", printed="printed", drawer="unknown"
    )
    rows = lines_of(View(panel=panel, devices=(DeviceView(name="d", kind="drawer", link="open", state="idle"),)))
    assert any("钱箱: 不知道开了没有" in row for row in rows)
    assert not any("没有打开" in row for row in rows)


def test_page_that_asks_for_an_approver_has_the_hint_of_the_demo_in_its_language() -> None:
    panel = ConfirmPanel(question="ask.reprint", approval=True, hint={"zh": "主管 2001", "en": "supervisor 2001"})
    assert any("演示: 主管 2001" in row for row in lines_of(View(panel=panel)))
    bare = ConfirmPanel(question="ask.reprint", approval=True)
    assert not any("演示" in row for row in lines_of(View(panel=bare)))


@pytest.mark.parametrize(("result", "rows"), [("", 0), ("opened", 0), ("pulsed", 0), ("failed", 1), ("stuck", 1)])
def test_drawer_that_stayed_shut_is_said_with_the_keys_that_open_it(result: str, rows: int) -> None:
    panel = CompletedPanel(receipt_no="1", total="1.00", given="1.00", change="0.00", printed="printed", drawer=result)
    view = View(panel=panel, devices=(DeviceView(name="d", kind="drawer", link="open", state="idle"),))
    assert sum("F9" in row and "钱箱" in row for row in lines_of(view)) == rows


@pytest.mark.parametrize(("kind", "words"), [("printer", "按 F13 补打"), ("scanner", "没有小票机")])
def test_missing_receipt_is_offered_again_where_there_is_a_printer(kind: str, words: str) -> None:
    panel = CompletedPanel(receipt_no="1", total="1.00", given="1.00", change="0.00", printed="not_started")
    device = DeviceView(name="d", kind=kind, link="open", state="idle")
    assert any(words in row for row in lines_of(View(panel=panel, devices=(device,))))


def test_receipt_without_an_outcome_is_printing() -> None:
    panel = CompletedPanel(receipt_no="1", total="1.00", given="1.00", change="0.00")
    assert any("小票: 正在打印" in row for row in lines_of(View(panel=panel)))


def test_reason_of_a_missing_book_may_be_an_id_or_a_code() -> None:
    for reason in ("book_forged", "error.book_forged"):
        assert "原因: 签名不对" in "\n".join(lines_of(View(panel=NoBookPanel(reason=reason))))
    assert "原因" not in "\n".join(lines_of(View(panel=NoBookPanel())))


def test_panel_without_a_basket_stands_at_the_top() -> None:
    panel = CompletedPanel(receipt_no="7", total="1.00", given="1.00", change="0.00")
    assert lines_of(View(panel=panel))[2] == " [完成]  单号 7"


def test_unit_of_a_newer_till_is_shown_as_it_is() -> None:
    panel = PriceCheckPanel(code="1", name="x", price="1.00", unit="carton")
    assert any("单价 1.00 / carton" in row for row in lines_of(View(panel=panel)))
    bare = PriceCheckPanel(code="1", name="x", price="1.00")
    assert any(row.startswith("  单价 1.00 ") for row in lines_of(View(panel=bare)))


def test_help_of_the_sale_fits_with_the_demos_part_on_the_smallest_screen() -> None:
    shown = "\n".join(lines_of(View(panel=HelpPanel(topic="prompt")), SHEETS["80x24-demo"]))
    assert "三个键卖一单" in shown
    assert "Ctrl+Q 两次 = 退出演示" in shown
    assert "Alt+S 状态  Alt+X 整单取消" in shown


@pytest.mark.parametrize(("sheet", "reprint"), [("80x24-demo", "Alt+R补打"), ("80x25-zh", "F13补打")])
def test_footer_names_the_keys_that_the_keyboard_has(sheet: str, reprint: str) -> None:
    footer = lines_of(view_of("completed"), SHEETS[sheet])[-1]
    assert [word for word in footer.split() if word.endswith("补打")] == [reprint]


@pytest.mark.parametrize(("sheet", "row"), [("80x25-zh", "演示: 工号 1001"), ("80x25-en", "Demo: number 1001")])
def test_hint_of_the_demo_speaks_the_language_of_the_screen(sheet: str, row: str) -> None:
    panel = LoginPanel(hint={"zh": "工号 1001", "en": "number 1001"})
    assert [line.strip() for line in lines_of(View(panel=panel), SHEETS[sheet]) if "1001" in line] == [row]


def test_login_without_shop_hint_and_sale_is_short() -> None:
    shown = "\n".join(lines_of(View(panel=LoginPanel())))
    assert "演示账号" not in shown
    assert "未完成" not in shown


def test_prompt_of_an_unknown_kind_is_shown_by_its_id() -> None:
    assert any("prompt.colour" in row for row in lines_of(View(panel=PromptPanel(what="colour"))))


@pytest.mark.parametrize(
    ("sheet", "scale", "row"),
    [
        ("80x25-zh", "stable", "电子秤  0.855kg   Enter 计入"),
        ("80x25-en", "stable", "Scale  0.855kg   Enter takes it"),
        ("80x25-zh", "silent", "电子秤  没有应答: 检查电源和线, 先手输"),
        ("80x25-en", "motion", "Scale  moving   Enter: taken when it rests"),
    ],
)
def test_prompt_for_a_weight_shows_what_lies_on_the_scale(sheet: str, scale: str, row: str) -> None:
    panel = PromptPanel(what="weight", about="红富士苹果", scale=scale, weight="0.855kg")
    assert row in [line.strip() for line in lines_of(View(panel=panel), SHEETS[sheet])]


def test_prompt_of_a_till_without_a_scale_says_nothing_of_one() -> None:
    assert not any("秤" in line for line in lines_of(View(panel=PromptPanel(what="weight"))))


def test_away_from_the_till_the_basket_stays_and_the_input_is_empty() -> None:
    shown = lines_of(without_till(sale(), "screen.away"))
    assert shown[8].startswith("> 7 6922255451427")
    assert shown[22].startswith(" 注意 收银程序正在重启")
    assert shown[23] == " 输入>"


def test_foreign_text_cannot_reach_the_terminal_as_a_command() -> None:
    evil = "\x1b[2J\x07[bold]x[/]\u202e"
    row = LineView(number=1, code=evil, name=evil, quantity=evil, price="1", amount="1", tags=(evil, evil))
    view = View(
        header=Header(
            store=evil, till=evil, staff_number=evil, staff_name=evil, receipt_no=evil, clock=evil, shop=evil
        ),
        totals=Totals(pieces=evil, due=evil, member=evil),
        notice=Notice(message=evil, params={"a": evil}),
        input=InputLine(text=evil, hint=evil),
        devices=(DeviceView(name=evil, kind="scanner", link=evil, state=evil, detail=evil),),
        uplink=UplinkView(state=evil, book_label=evil),
        keys=(KeyHint(evil, evil),),
        lines=(row,),
    )
    for scene in SCENES:
        rows = drawn(msgspec.structs.replace(view, panel=view_of(scene).panel)).rows
        assert all(text_of(row).isprintable() for row in rows)
