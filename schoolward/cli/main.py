"""The `schoolward` command: 0 when done, 2 for wrong use or bad input, 1 for a defect of ours."""

import argparse
import os
import sys
from collections.abc import Sequence

import schoolward
from schoolward.cli import answers, demand, judgements, published, site, structure, work
from schoolward.terms.errors import SchoolwardError

COMMANDS = (site, published, judgements, answers, demand, structure, work)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    args = build_parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except SchoolwardError as error:
        print(f"schoolward: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("schoolward: stopped.", file=sys.stderr)
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    parser = argparse.ArgumentParser(prog="schoolward", description=schoolward.__doc__)
    parser.add_argument("--version", action="version", version=f"schoolward {schoolward.__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add_parsers(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
