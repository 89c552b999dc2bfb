"""``guitai-hq``: HQ from the command line. Heavy modules are imported by the command that needs them."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeAlias

from hq import cli_members
from terminal.domain.errors import PosError
from terminal.domain.programs import as_called

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name
NAME = "guitai-hq"
EXAMPLES = {
    "init": "GUITAI_HQ_STATE=/var/lib/guitai-hq %(prog)s",
    "serve": "%(prog)s",
    "publish": "%(prog)s goods.csv --store S01 --wait 30",
    "publish-rules": "%(prog)s rules.toml --store S01 --wait 30",
    "publish-members": "%(prog)s --store S01",
    "tills": "%(prog)s --json",
    "sales": "%(prog)s --till S01-T03 --limit 20",
    "returns": "%(prog)s --till S01-T03 --limit 20",
    "members": "%(prog)s list",
    "members list": "%(prog)s --limit 20",
    "members show": "%(prog)s 13812345678",
    "members import": "%(prog)s members.csv",
    "members export": "%(prog)s M000001 --out M000001.json",
    "members delete": "%(prog)s M000001",
    "ledger": "%(prog)s M000001 --limit 20",
    "claims": "%(prog)s list",
    "claims list": "%(prog)s --json",
    "claims release": "%(prog)s S01-T03",
    "report": "%(prog)s --till S01-T03 --date 2026-11-23",
    "store": "%(prog)s attendance",
    "store attendance": "%(prog)s --store S01 --date 2026-11-23",
    "store stock": "%(prog)s --store S01",
    "store commission": "%(prog)s --store S01 --date 2026-11-23",
    "store inspections": "%(prog)s --store S01",
    "store campaigns": "%(prog)s --store S01",
    "store documents": "%(prog)s --store S01 --date 2026-11-23",
    "verify": "%(prog)s",
    "till-keys": "%(prog)s list",
    "till-keys list": "%(prog)s",
    "till-keys add": f"%(prog)s S01-T03 {'0123456789abcdef' * 4}",
    "till-keys remove": f"%(prog)s S01-T03 {'0123456789abcdef' * 4}",
    "code": "%(prog)s 'GT2|S01-T03|S01-T03-1-000042|…'",
    **cli_members.EXAMPLES,
}
LISTED = 50
"""Members, or rows of a ledger, that are shown if nobody says how many."""


def main(argv: list[str] | None = None, program: str = NAME) -> int:
    """Run a command; return 0, 1 when what was looked for is wrong, 2 for an error (told in one line with a hint)."""
    options = _parser(program).parse_args(sys.argv[1:] if argv is None else argv)
    from hq.private import private  # noqa: PLC0415 - starts fast

    command: Callable[[argparse.Namespace], int] = options.command
    try:
        with private(_state(options)):
            return command(options)
    except PosError as error:
        hint = f" ({as_called(error.hint, program)})" if error.hint else ""
        print(f"{NAME}: {error}{hint}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="The other end: prices and rules out, sales in.",
        epilog="example: %(prog)s publish goods.csv --store S01 --wait 30",
    )
    parser.add_argument(
        "--state", type=Path, help="folder of HQ (default: $GUITAI_HQ_STATE, $GUITAI_STATE/hq, .guitai/hq)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "init", _init, "make the folder: signing key, database, hq.toml")
    _add(commands, "serve", _serve, "collect journals and hand books out, until stopped")
    publish = _add(commands, "publish", _publish, "sign a price file and push it to the tills")
    publish.add_argument("file", type=Path, help="goods as CSV, or a shop file as TOML")
    _add_push(publish, "the book")
    publish.add_argument(
        "--shop", type=Path, help="staff and settings for a CSV (default: shop.toml beside it, or HQ's)"
    )
    publish.add_argument(
        "--fewer-articles", action="store_true", help="the book may have less than half the articles of the one before"
    )
    rules = _add(commands, "publish-rules", _publish_rules, "sign rules and coupons and push them to the tills")
    rules.add_argument("file", type=Path, help="rules, coupons and settings of trade as TOML or JSON")
    _add_push(rules, "the rules")
    told = "sign all members of a store as one file, for tills that know few of them"
    members = _add(commands, "publish-members", _publish_members, told)
    members.add_argument("--store", help="only of this store (default: each of which HQ knows a till)")
    _add(commands, "tills", _tills, "which till runs which book, and how far its journal came")
    sales = _add(commands, "sales", _sales, "done sales and daily totals")
    sales.add_argument("--till", help="only of this terminal, like S01-T03")
    sales.add_argument("--date", type=_date, help="only of this business date, like 2026-11-23")
    sales.add_argument("--limit", type=_count, default=20, help="newest sales to show (default 20)")
    returns = _add(commands, "returns", _returns, "goods that came back: refunds, voids, exchanges")
    returns.add_argument("--till", help="only of this terminal, like S01-T03")
    returns.add_argument("--date", type=_date, help="only of this business date, like 2026-11-23")
    returns.add_argument("--limit", type=_count, default=20, help="newest returns to show (default 20)")
    _add_members(commands)
    report = _add(commands, "report", _report, "shifts that tills closed: their Z reports, computed again")
    report.add_argument("--till", help="only of this terminal, like S01-T03")
    report.add_argument("--date", type=_date, help="only of this business date, like 2026-11-23")
    report.add_argument("--limit", type=_count, default=20, help="newest shifts to show (default 20)")
    _add_store(commands)
    _add_keys(commands)
    _add(commands, "verify", _verify, "check every chain and every total again; exit 1 on a fault")
    return parser


def _add_members(commands: Commands) -> None:
    """Add what is about members."""
    who = cli_members.WHO
    actions = _add_group(commands, "members", "members: who they are, under masks, and what they have")
    listed = _add(actions, "members list", _list_members, "members by number, and what they have")
    listed.add_argument("--after", default="", metavar="MEMBER", help="begin behind this number")
    listed.add_argument("--limit", type=_count, default=LISTED, help=f"members to show (default {LISTED})")
    shown = _add(actions, "members show", _show_member, "one member: cards, tier, points, stored value, count cards")
    shown.add_argument("member", help=who)
    taken = _add(
        actions, "members import", _import_members, "take members of a CSV in; those that HQ knows are updated"
    )
    taken.add_argument("file", type=Path, help="members as CSV; docs/members.md has the columns")
    exported = _add(actions, "members export", _export_member, "all that is known of a member, for that person")
    exported.add_argument("member", help=who)
    exported.add_argument("--out", type=Path, metavar="FILE", help="write it there, for nobody else to read")
    deleted = _add(actions, "members delete", _delete_member, "delete what is known of a member; sums stay, of nobody")
    deleted.add_argument("member", help=who)
    deleted.add_argument("--forfeit", action="store_true", help="stored value and uses that are left lapse")
    keys = _add_group(commands, "code-keys", "the keys of codes on members' phones")
    cli_members.add_commands(keys, actions, _add, _state)
    claims = _add_group(commands, "claims", "what is set aside of members for one till each")
    _add(claims, "claims list", _list_claims, "claims that stand: whose, for which till, since when")
    released = _add(
        claims, "claims release", _release_claims, "a till is lost: what was set aside for it is free again"
    )
    released.add_argument("till", help="like S01-T03")
    ledger = _add(commands, "ledger", _ledger, "what was done to a member's balances: where, when, by whom")
    ledger.add_argument("member", help=who)
    ledger.add_argument("--limit", type=_count, default=LISTED, help=f"newest rows to show (default {LISTED})")


def _add_store(commands: Commands) -> None:
    """Add what is about the work of stores beside selling."""
    actions = _add_group(commands, "store", "the work of stores beside selling")
    attendance = _add(actions, "store attendance", _attendance, "who came to work, who left, and for how long")
    stock = _add(actions, "store stock", _stock, "how much of each article there is: on hand, frozen, in transit")
    stock.add_argument("--sku", default="", help="only of this article")
    documents = _add(actions, "store documents", _documents, "documents of stock that were booked")
    inspections = _add(actions, "store inspections", _inspections, "inspections that were made, and their points")
    campaigns = _add(actions, "store campaigns", _campaigns, "what stores set of HQ's rules, inside its bounds")
    commission = _add(actions, "store commission", _commission, "what salespeople earned, by business date")
    for parser in (attendance, stock, documents, inspections, campaigns, commission):
        parser.add_argument("--store", default="", help="only of this store, like S01")
    for parser in (attendance, documents, inspections, campaigns, commission):
        parser.add_argument("--date", type=_date, help="only of this business date, like 2026-11-23")


def _add_keys(commands: Commands) -> None:
    """Add what is about the keys of tills, and what they signed."""
    actions = _add_group(commands, "till-keys", "the public keys of tills that HQ vouches for")
    _add(actions, "till-keys list", _list_keys, "the keys of each terminal")
    for name, vouch, text in (("add", True, "vouch for a key"), ("remove", False, "vouch for a key no longer")):
        parser = _add(actions, f"till-keys {name}", _change_keys, text)
        parser.add_argument("terminal", help="the terminal, like S01-T03")
        parser.add_argument("key", help="its public key: guitai-provision apply and guitai doctor say it")
        parser.set_defaults(vouch=vouch)
    code = _add(commands, "code", _judge_code, "is the code of a receipt right? exit 1 if not")
    code.add_argument("code", help="what a scanner reads at the foot of the receipt")


def _add_push(parser: argparse.ArgumentParser, what: str) -> None:
    """Add what is the same for all that is pushed to tills."""
    parser.add_argument("--store", help="only for this store (default: all)")
    parser.add_argument("--new-store", action="store_true", help="the store is new: HQ knows none of its tills yet")
    parser.add_argument("--label", default="", help=f"name of {what} (default: date and version)")
    parser.add_argument("--wait", type=float, metavar="S", default=0.0, help="wait until the tills use it")


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-11-23") from None


def _count(text: str) -> int:
    if not text.isdecimal() or (count := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 up")
    return count


def _add_group(commands: Commands, name: str, text: str) -> Commands:
    """Add a command that has commands of its own."""
    parser = commands.add_parser(name, help=text, description=text, epilog=f"example: {EXAMPLES[name]}")
    return parser.add_subparsers(required=True, metavar="ACTION")


def _add(
    commands: Commands,
    name: str,
    command: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    last = name.rpartition(" ")[2]
    parser = commands.add_parser(last, help=text, description=text, epilog=f"example: {EXAMPLES[name]}")
    parser.add_argument("--json", action="store_true", help="for programs: one line of JSON last")
    parser.set_defaults(command=command)
    return parser


def _state(options: argparse.Namespace) -> Path:
    from hq.config import default_state_dir  # noqa: PLC0415 - starts fast

    return options.state or default_state_dir()


def _init(options: argparse.Namespace) -> int:
    from hq.commands.init import init  # noqa: PLC0415 - starts fast

    return init(_state(options), as_json=options.json)


def _serve(options: argparse.Namespace) -> int:
    from hq.commands.serve import serve  # noqa: PLC0415 - starts fast

    return serve(_state(options))


def _publish(options: argparse.Namespace) -> int:
    from hq.commands.publish import PublishOrder, publish  # noqa: PLC0415 - starts fast

    order = PublishOrder(
        file=options.file,
        store=options.store,
        is_new_store=options.new_store,
        shop=options.shop,
        label=options.label,
        wait_s=options.wait,
        may_shrink=options.fewer_articles,
    )
    return publish(_state(options), order, as_json=options.json)


def _publish_rules(options: argparse.Namespace) -> int:
    from hq.commands.publish_rules import RulesOrder, publish_rules  # noqa: PLC0415 - starts fast

    order = RulesOrder(
        file=options.file,
        store=options.store,
        is_new_store=options.new_store,
        label=options.label,
        wait_s=options.wait,
    )
    return publish_rules(_state(options), order, as_json=options.json)


def _publish_members(options: argparse.Namespace) -> int:
    from hq.commands.publish_members import publish_members  # noqa: PLC0415 - starts fast

    return publish_members(_state(options), options.store, as_json=options.json)


def _tills(options: argparse.Namespace) -> int:
    from hq.commands.report import show_tills  # noqa: PLC0415 - starts fast

    return show_tills(_state(options), as_json=options.json)


def _sales(options: argparse.Namespace) -> int:
    from hq.commands.report import show_sales  # noqa: PLC0415 - starts fast

    return show_sales(
        _state(options), terminal=options.till, biz_date=options.date, limit=options.limit, as_json=options.json
    )


def _returns(options: argparse.Namespace) -> int:
    from hq.commands.returns import show_returns  # noqa: PLC0415 - starts fast

    return show_returns(
        _state(options), terminal=options.till, day=options.date, limit=options.limit, as_json=options.json
    )


def _list_members(options: argparse.Namespace) -> int:
    from hq.commands.members import list_members  # noqa: PLC0415 - starts fast

    return list_members(_state(options), after=options.after, limit=options.limit, as_json=options.json)


def _show_member(options: argparse.Namespace) -> int:
    from hq.commands.members import show_member  # noqa: PLC0415 - starts fast

    return show_member(_state(options), options.member, as_json=options.json)


def _import_members(options: argparse.Namespace) -> int:
    from hq.commands.members import import_members  # noqa: PLC0415 - starts fast

    return import_members(_state(options), options.file, as_json=options.json)


def _export_member(options: argparse.Namespace) -> int:
    from hq.commands.members import export_member  # noqa: PLC0415 - starts fast

    return export_member(_state(options), options.member, out=options.out, as_json=options.json)


def _delete_member(options: argparse.Namespace) -> int:
    from hq.commands.members import delete_member  # noqa: PLC0415 - starts fast

    return delete_member(_state(options), options.member, may_forfeit=options.forfeit, as_json=options.json)


def _list_claims(options: argparse.Namespace) -> int:
    from hq.commands.claims import list_claims  # noqa: PLC0415 - starts fast

    return list_claims(_state(options), as_json=options.json)


def _release_claims(options: argparse.Namespace) -> int:
    from hq.commands.claims import release_claims  # noqa: PLC0415 - starts fast

    return release_claims(_state(options), options.till)


def _ledger(options: argparse.Namespace) -> int:
    from hq.commands.members import show_ledger  # noqa: PLC0415 - starts fast

    return show_ledger(_state(options), options.member, limit=options.limit, as_json=options.json)


def _report(options: argparse.Namespace) -> int:
    from hq.commands.shifts import show_shifts  # noqa: PLC0415 - starts fast

    return show_shifts(
        _state(options), terminal=options.till, day=options.date, limit=options.limit, as_json=options.json
    )


def _attendance(options: argparse.Namespace) -> int:
    from hq.commands.store import Asked, show_attendance  # noqa: PLC0415 - starts fast

    return show_attendance(_state(options), Asked(store=options.store, date=options.date), as_json=options.json)


def _stock(options: argparse.Namespace) -> int:
    from hq.commands.store import show_stock  # noqa: PLC0415 - starts fast

    return show_stock(_state(options), store=options.store, sku=options.sku, as_json=options.json)


def _documents(options: argparse.Namespace) -> int:
    from hq.commands.store import Asked, show_documents  # noqa: PLC0415 - starts fast

    return show_documents(_state(options), Asked(store=options.store, date=options.date), as_json=options.json)


def _inspections(options: argparse.Namespace) -> int:
    from hq.commands.store import Asked, show_inspections  # noqa: PLC0415 - starts fast

    return show_inspections(_state(options), Asked(store=options.store, date=options.date), as_json=options.json)


def _campaigns(options: argparse.Namespace) -> int:
    from hq.commands.store import Asked, show_campaigns  # noqa: PLC0415 - starts fast

    return show_campaigns(_state(options), Asked(store=options.store, date=options.date), as_json=options.json)


def _commission(options: argparse.Namespace) -> int:
    from hq.commands.store import Asked, show_commission  # noqa: PLC0415 - starts fast

    return show_commission(_state(options), Asked(store=options.store, date=options.date), as_json=options.json)


def _list_keys(options: argparse.Namespace) -> int:
    from hq.commands.till_keys import list_keys  # noqa: PLC0415 - starts fast

    return list_keys(_state(options), as_json=options.json)


def _change_keys(options: argparse.Namespace) -> int:
    from hq.commands.till_keys import change_keys  # noqa: PLC0415 - starts fast

    return change_keys(_state(options), options.terminal, options.key, vouch=options.vouch, as_json=options.json)


def _judge_code(options: argparse.Namespace) -> int:
    from hq.commands.till_keys import judge_code  # noqa: PLC0415 - starts fast

    return judge_code(_state(options), options.code, as_json=options.json)


def _verify(options: argparse.Namespace) -> int:
    from hq.commands.verify import verify  # noqa: PLC0415 - starts fast

    return verify(_state(options), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
