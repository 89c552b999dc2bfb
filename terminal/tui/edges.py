"""The rows that are always there: header, totals, notice with devices, input, keys."""

from functools import lru_cache

from terminal.tui.paper import Row, Tone, width_of
from terminal.tui.sheet import Sheet
from terminal.wire.counter.view import (
    CouponView,
    DeviceView,
    Header,
    InputLine,
    KeyHint,
    Level,
    Notice,
    Totals,
    UplinkView,
)

NONE = "0.00"
LEVELS: dict[Level, Tone] = {
    Level.OK: Tone.OK,
    Level.ATTENTION: Tone.ATTENTION,
    Level.REJECTED: Tone.REJECTED,
    Level.MONEY: Tone.MONEY,
}
INPUT_COLUMN = 1
SHORT_KEYS = {"escape": "Esc", "delete": "Del", "backspace": "Back", "pageup": "PgUp", "pagedown": "PgDn"}


@lru_cache(maxsize=4)
def header(sheet: Sheet, head: Header, uplink: UplinkView) -> Row:
    """Return where, who, which receipt; at the right the way to HQ and the time."""
    say = sheet.texts.say
    queue = say("uplink.queue", {"queue": str(uplink.queue)}) if uplink.state != "absent" else ""
    way = f"{say(f'uplink.{uplink.state}')} {queue}".rstrip() if head.clock else ""
    right = "  ".join(part for part in (way, head.clock) if part)
    if head.training:
        return _training_header(sheet, head, right)
    left = [say("header.store", {"store": head.store}), say("header.till", {"till": head.till})]
    pen = sheet.pen(Tone.HEADER).goto(1).write(" ".join(left) if head.store else head.shop)
    room = sheet.width - width_of(right) - 3
    if head.staff_number:
        staff = say("header.staff", {"number": head.staff_number, "name": head.staff_name})
        pen.goto(pen.at + 2).write(staff, width=room - pen.at)
    if head.receipt_no and room - pen.at > len(head.receipt_no):
        pen.goto(pen.at + 2).write(say("header.receipt", {"receipt": head.receipt_no}), width=room - pen.at)
    if head.shop and head.store and room - pen.at > width_of(head.shop) + 2:
        pen.goto(pen.at + 2).write(head.shop)
    return pen.right(sheet.width - 1, right).row()


def _training_header(sheet: Sheet, head: Header, right: str) -> Row:
    """Return a first row that nobody takes for that of a till that sells."""
    say = sheet.texts.say
    pen = sheet.pen(Tone.HEADER).write(f" {say('header.training')} ", Tone.REJECTED)
    room = sheet.width - width_of(right) - 3
    parts = [f"{head.store}-{head.till}"]
    if head.staff_number:
        parts.append(say("header.staff", {"number": head.staff_number, "name": head.staff_name}))
    parts.append(say("header.receipt", {"receipt": head.receipt_no}))
    for part in parts:
        if room - pen.at > width_of(part) + 1:
            pen.goto(pen.at + 1).write(part)
    return pen.right(sheet.width - 1, right).row()


@lru_cache(maxsize=4)
def totals(sheet: Sheet, total: Totals) -> tuple[Row, ...]:
    """Return a rule and the rows of the totals, with what is due in big digits."""
    say = sheet.texts.say
    texts = [say("total.pieces", {"pieces": total.pieces, "lines": str(total.lines)})]
    off = [] if total.discount == NONE else [say("total.discount", {"discount": total.discount})]
    if total.points and off:
        params = {"pieces": total.pieces, "lines": str(total.lines), "discount": total.discount}
        texts = [say("total.pieces_off", params)]
    elif off:
        texts += [say("total.gross", {"gross": total.gross}), *off]
    if total.presented:
        texts.append(_coupons(sheet, total.presented))
    if total.by_priority:
        texts.append(say("total.by_priority"))
    texts += _member(sheet, total)
    pens = [sheet.pen() for _ in range(sheet.digit_rows)]
    for pen, text in zip(pens, texts, strict=False):
        pen.goto(1).write(text, width=sheet.width * 2 // 5 if total.points else sheet.width // 3)
    return (sheet.rule(), *sheet.big(total.due, pens, label=say("total.due")))


def _member(sheet: Sheet, total: Totals) -> list[str]:
    """Return who the member of the sale is, and what there is."""
    say = sheet.texts.say
    texts = [say("total.member", {"who": total.member})] if total.member else []
    if total.points:
        worth = say("member.worth", {"amount": total.worth}) if total.worth else ""
        texts.append(f"{say('total.points', {'points': total.points})} {worth}".rstrip())
        texts.append(say("total.stored", {"stored": total.stored, "counts": total.counts or "-"}))
    if total.coupons:
        texts.append(say("total.coupons", {"coupons": total.coupons}))
    return texts


def _coupons(sheet: Sheet, coupons: tuple[CouponView, ...]) -> str:
    """Return the coupons of a sale in one row: what they take off, or how many of them do not count now."""
    refused = sum(1 for coupon in coupons if coupon.refusal)
    if refused:
        return sheet.texts.say("total.presented_refused", {"count": str(len(coupons)), "refused": str(refused)})
    if len(coupons) == 1:
        return sheet.texts.say("total.presented_one", {"name": coupons[0].name, "amount": coupons[0].amount})
    return sheet.texts.say("total.presented", {"count": str(len(coupons))})


def notice(sheet: Sheet, note: Notice, devices: tuple[DeviceView, ...]) -> Row:
    """Return the outcome of the last thing that happened, and at the right the devices.

    A refusal takes the whole row, in reverse; its words come before the devices, and before what was dropped. Any other
    outcome is seen in the basket, too: what was dropped comes before it.
    """
    tone = LEVELS[note.level]
    text = _told(sheet, note)
    state = "" if note.level is Level.REJECTED else _device_row(sheet, devices)
    pen = sheet.pen(Tone.REJECTED if note.level is Level.REJECTED else Tone.PLAIN)
    if text:
        words = f"{sheet.texts.say(f'level.{note.level}')} {text}"
        if width_of(words) + width_of(state) + 3 > sheet.width:
            state = ""
        pen.goto(1).write(words, tone)
    return pen.right(sheet.width - 1, state).row()


def _told(sheet: Sheet, note: Notice) -> str:
    say = sheet.texts.say
    dropped = say("notice.typed_dropped", {"text": note.dropped}) if note.dropped else ""
    parts = [dropped, say(note.message, note.params)]
    if note.level is Level.REJECTED:
        parts.reverse()
    return "  ".join(part for part in parts if part)


@lru_cache(maxsize=16)
def keys(sheet: Sheet, hints: tuple[KeyHint, ...]) -> Row:
    """Return the live keys, as many as fit; in the demo the end says how to leave."""
    pen = sheet.pen(Tone.KEYS).goto(1)
    leave = sheet.texts.say("screen.leave") if sheet.demo else ""
    end = sheet.width - (width_of(leave) + 2 if leave else 0)
    for hint in hints:
        label = sheet.texts.say(hint.message)
        name = sheet.texts.key(_key_name(hint.key))
        if pen.at + width_of(name) + width_of(label) + 1 > end:
            break
        pen.write(name, Tone.KEY).write(label).goto(pen.at + 1)
    return pen.right(sheet.width - 1, leave, Tone.KEY).row()


def entry(sheet: Sheet, line: InputLine) -> tuple[Row, int]:
    """Return the input row and the column of the cursor, which stands behind what was typed."""
    say = sheet.texts.say
    prompt = say("input.prompt")
    hint = say(line.hint) if line.hint else ""
    room = sheet.width - width_of(prompt) - width_of(hint) - 5
    typed = line.text
    while typed and width_of(typed) > room:
        typed = typed[1:]
    pen = sheet.pen().goto(INPUT_COLUMN).write(prompt, Tone.LABEL).goto(INPUT_COLUMN + width_of(prompt) + 1)
    pen.write(typed, Tone.INPUT)
    cursor = pen.at
    return pen.right(sheet.width - 1, hint, Tone.LABEL).row(), cursor


def _key_name(key: str) -> str:
    return SHORT_KEYS.get(key, key.capitalize())


def _device_row(sheet: Sheet, devices: tuple[DeviceView, ...]) -> str:
    shown = [device for device in devices if sheet.texts.has(f"device.short.{device.kind}")]
    short = [f"device.short.{device.kind}" for device in shown]
    return " ".join(
        f"{sheet.texts.say(name)}{sheet.texts.say(f'device.state.{_short_state(device)}')}"
        for name, device in zip(short, shown, strict=True)
        if device.kind != "beeper" or _short_state(device) != "ok"
    )


def _short_state(device: DeviceView) -> str:
    state = device_state(device)
    return state if state in ("ok", "busy") else "bad"


def device_state(device: DeviceView) -> str:
    """Return one word for link and state: ``ok``, ``busy``, or what is wrong."""
    if device.link != "open":
        return device.link
    return {"idle": "ok", "busy": "busy"}.get(device.state, device.state)
