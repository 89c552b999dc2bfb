"""``guitai-provision``: makes a Debian host, or the root folder of an image, the host of a till."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from provisioning.keys import introduction, public_key
from provisioning.plan import LIVE, Plan, make_plan, run_command, wake
from provisioning.services import KEY_FILE
from provisioning.site import SiteConfig, load_site
from provisioning.steps import Finding, State
from terminal.domain.errors import ConfigError
from terminal.domain.programs import as_called

NAME = "guitai-provision"
DIFFERENT = 1
WRONG = 2


def main(argv: list[str] | None = None, program: str = NAME) -> int:
    """``check``: exit 0 as it should be, 1 differences. ``apply``: 0, or 1 when something could not be done."""
    options = _options(sys.argv[1:] if argv is None else argv, program)
    try:
        site = load_site(options.config)
        plan = make_plan(site, options.root)
        if options.command == "apply" and options.yes:
            return _apply(plan, site, as_json=options.json)
        return _look(plan, command=options.command, as_json=options.json)
    except ConfigError as error:
        _say_fault(f"{error}" + (f" ({as_called(error.hint, program)})" if error.hint else ""))
        return WRONG
    except OSError as error:
        _say_fault(f"{error.filename}: {error.strerror} (run it as root, or name a folder with --root)")
        return DIFFERENT


def _options(argv: Sequence[str], program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Install units, accounts, device rules and configuration of a till.",
        epilog="example: %(prog)s check --config site.toml",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (("check", "tell what differs"), ("apply", "tell what would change; with --yes, change it")):
        example = "example: %(prog)s --root /mnt --config site.toml"
        command = commands.add_parser(name, help=text, description=text, epilog=example)
        command.add_argument(
            "--config",
            type=Path,
            required=True,
            help="the site file of this till; docs/operations.md has one to begin with",
        )
        command.add_argument("--root", type=Path, default=LIVE, help="a root folder; default: this machine")
        command.add_argument("--json", action="store_true", help="one JSON object on one line")
        if name == "apply":
            command.add_argument("--yes", action="store_true", help="really do it")
    return parser.parse_args(argv)


def _look(plan: Plan, *, command: str, as_json: bool) -> int:
    findings = plan.check()
    different = [finding for finding in findings if finding.state is not State.FINE]
    if as_json:
        _print_json(command, plan, findings, failed=[])
    else:
        _print_rows(different)
        todo = "nothing to do" if not different else f"{len(different)} of {len(findings)} differ"
        print(todo + ("; nothing was changed, --yes does it" if different and command == "apply" else ""))
    return DIFFERENT if different and command == "check" else 0


def _apply(plan: Plan, site: SiteConfig, *, as_json: bool) -> int:
    done = plan.apply()
    failed = wake(run_command) if done and plan.root == LIVE else []
    if as_json:
        _print_json("apply", plan, done, failed=failed)
    else:
        _print_rows(done)
        print(f"{len(done)} of {len(plan.steps)} changed" if done else "nothing to do")
        if done and (words := introduction(site, plan.root, KEY_FILE)):
            print(words)
        if done and plan.root == LIVE:
            print("between two sales: systemctl restart guitai.target")
    for command in failed:
        _say_fault(f"did not work: {command}")
    return DIFFERENT if failed else 0


def _print_rows(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print(f"{finding.state:<9} {finding.path}")
        for line in finding.detail.splitlines():
            print(f"          {line}")


def _print_json(command: str, plan: Plan, findings: Sequence[Finding], *, failed: Sequence[str]) -> None:
    rows = [{"path": finding.path, "state": finding.state, "detail": finding.detail} for finding in findings]
    different = sum(finding.state is not State.FINE for finding in findings)
    report = {
        "command": command,
        "root": str(plan.root),
        "steps": len(plan.steps),
        "differences": different,
        "failed": list(failed),
        "public_key": public_key(plan.root, KEY_FILE),
        "findings": rows,
    }
    print(json.dumps(report, ensure_ascii=False))


def _say_fault(text: str) -> None:
    print(f"{NAME}: {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
