#!/usr/bin/env python3
"""Checks that every include of include/ and src/ obeys tools/floors.txt.

A room includes itself and lower floors; rooms on one floor are strangers. A third-party header belongs to the rooms that
floors.txt names and stays out of public headers. A room is one folder. Prints FILE:LINE: REASON, exits 1 on a finding.

    check_floors.py [ROOT]       checks a tree
    check_floors.py --self-test  proves that each rule refuses what breaks it
"""

import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
OURS = "offex/"
PRIVATE = "_internal.hpp"


class BadTable(Exception):
    """floors.txt cannot be read."""


@dataclass
class Floors:
    """What floors.txt says."""

    floor: dict[str, int] = field(default_factory=dict)
    third_party: dict[str, list[str]] = field(default_factory=dict)
    anywhere: list[str] = field(default_factory=list)
    system: list[str] = field(default_factory=list)


def read_floors(path: Path) -> Floors:
    floors = Floors()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "room" and len(words) >= 3 and words[1].isdigit() and words[2] not in floors.floor:
            floors.floor[words[2]] = int(words[1])
            floors.third_party[words[2]] = words[3:]
        elif words[0] in ("anywhere", "system"):
            getattr(floors, words[0]).extend(words[1:])
        else:
            raise BadTable(f"{path}:{number}: not a line of this table, or a room named twice")
    return floors


def matches(header: str, patterns: list[str]) -> bool:
    return any(header.startswith(p) if p.endswith("/") else header == p for p in patterns)


def is_cpp_library(header: str) -> bool:
    return re.fullmatch(r"[a-z_0-9]+", header) is not None


class Checker:
    def __init__(self, root: Path):
        self.root = root
        self.floors = read_floors(root / "tools" / "floors.txt")
        self.findings: list[str] = []

    def run(self) -> list[str]:
        for base in (self.root / "include" / "offex", self.root / "src"):
            if base.is_dir():
                self.check_layout(base)
        return self.findings

    def report(self, path: Path, line: int, reason: str) -> None:
        self.findings.append(f"{path.relative_to(self.root)}:{line}: {reason}")

    def check_layout(self, base: Path) -> None:
        for entry in sorted(base.iterdir()):
            if entry.is_file():
                self.report(entry, 1, "a file outside the rooms")
            elif entry.name not in self.floors.floor:
                if any(entry.iterdir()):
                    self.report(entry, 1, f"room '{entry.name}' is not in tools/floors.txt")
            else:
                self.check_room(entry)

    def check_room(self, folder: Path) -> None:
        public = folder.parent.name == "offex"
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                self.report(path, 1, "a folder inside a room")
                continue
            private = path.name.endswith(PRIVATE)
            if public and private:
                self.report(path, 1, "a private header among the public ones")
            if not public and path.suffix == ".hpp" and not private:
                self.report(path, 1, f"a private header is named *{PRIVATE}")
            if path.suffix not in (".hpp", ".cpp"):
                self.report(path, 1, "neither .hpp nor .cpp")
                continue
            self.check_file(path, folder.name, public)

    def check_file(self, path: Path, room: str, public: bool) -> None:
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), start=1):
            found = INCLUDE.match(line)
            if found:
                reason = self.judge(found[1], found[2], room, public)
                if reason:
                    self.report(path, number, reason)

    def judge(self, bracket: str, header: str, room: str, public: bool) -> str | None:
        """Says why `room` may not include `header`, or nothing when it may."""
        if bracket == "<" and not header.startswith(OURS):
            return self.judge_foreign(header, room, public)
        if header.startswith(OURS):
            if bracket == "<":
                return f"'{header}' is ours: include it in quotes"
            parts = header.split("/")
            return self.judge_room(parts[1], room, header) if len(parts) == 3 else f"'{header}' is not offex/ROOM/FILE"
        if not header.endswith(PRIVATE):
            return f"'{header}' in quotes is neither offex/ROOM/FILE nor a private header"
        if public:
            return f"a public header includes the private '{header}'"
        if header.split("/")[:-1] not in ([], [room]):
            return f"'{header}' is private to another room"
        return None

    def judge_room(self, target: str, room: str, header: str) -> str | None:
        if header.endswith(PRIVATE):
            return f"'{header}' is not a public header"
        if target == room:
            return None
        if target not in self.floors.floor:
            return f"room '{target}' is not in tools/floors.txt"
        here, there = self.floors.floor[room], self.floors.floor[target]
        if there > here:
            return f"{room} (floor {here}) includes '{header}' from above (floor {there})"
        if there == here:
            return f"{room} includes '{header}', but rooms of one floor ({here}) are strangers"
        return None

    def judge_foreign(self, header: str, room: str, public: bool) -> str | None:
        if is_cpp_library(header) or matches(header, self.floors.anywhere):
            return None
        if matches(header, self.floors.system):
            return f"a public header includes the system's <{header}>" if public else None
        owners = [name for name, patterns in self.floors.third_party.items() if matches(header, patterns)]
        if not owners:
            return f"<{header}> has no room in tools/floors.txt"
        if room not in owners:
            return f"<{header}> belongs to {' and '.join(owners)}, not to {room}"
        return f"a public header includes the third-party <{header}>" if public else None


TABLE = """
room 0 base
room 1 market date/
room 3 formats zip.h
room 3 store duckdb.h
room 6 cli CLI/
anywhere fmt/
system unistd.h
"""

# What each tree holds, and what must be said about it; nothing said means the tree is good.
SELF_TESTS = [
    ("an empty house", {}, None),
    (
        "a good house",
        {
            "include/offex/base/a.hpp": "#include <vector>\n#include <fmt/core.h>\n",
            "src/base/a.cpp": '#include "offex/base/a.hpp"\n#include <unistd.h>\n#include "a_internal.hpp"\n',
            "src/base/a_internal.hpp": "#pragma once\n",
            "src/store/s.cpp": '#include "store/s_internal.hpp"\n#include "offex/base/a.hpp"\n#include <duckdb.h>\n',
            "src/cli/main.cpp": '#include "offex/store/s.hpp"\n',
        },
        None,
    ),
    ("upwards", {"src/base/a.cpp": '\n#include "offex/market/m.hpp"\n'}, "src/base/a.cpp:2: base (floor 0) includes"),
    ("upwards in a header", {"include/offex/market/m.hpp": '#include "offex/cli/c.hpp"\n'}, "from above (floor 6)"),
    ("upwards with spaces", {"src/base/a.cpp": '  #  include   "offex/market/m.hpp"\n'}, "from above (floor 1)"),
    ("sideways", {"src/store/s.cpp": '#include "offex/formats/f.hpp"\n'}, "are strangers"),
    ("another room's library", {"src/formats/f.cpp": "#include <duckdb.h>\n"}, "belongs to store, not to formats"),
    ("a library folder", {"src/base/a.cpp": "#include <date/tz.h>\n"}, "belongs to market, not to base"),
    ("an unknown library", {"src/base/a.cpp": "#include <boost/any.hpp>\n"}, "has no room"),
    ("a library in a public header", {"include/offex/store/s.hpp": "#include <duckdb.h>\n"}, "third-party <duckdb.h>"),
    ("the system in a public header", {"include/offex/base/a.hpp": "#include <unistd.h>\n"}, "the system's <unistd.h>"),
    ("a library in quotes", {"src/store/s.cpp": '#include "duckdb.h"\n'}, "'duckdb.h' in quotes"),
    ("ours in angle brackets", {"src/store/s.cpp": "#include <offex/base/a.hpp>\n"}, "include it in quotes"),
    ("another's private header", {"src/store/s.cpp": '#include "base/a_internal.hpp"\n'}, "private to another room"),
    ("a way round by dots", {"src/store/s.cpp": '#include "../base/a_internal.hpp"\n'}, "private to another room"),
    ("a private header as public", {"src/base/a.cpp": '#include "offex/base/a_internal.hpp"\n'}, "not a public header"),
    ("public includes private", {"include/offex/base/a.hpp": '#include "a_internal.hpp"\n'}, "includes the private"),
    ("a private header in include/", {"include/offex/base/a_internal.hpp": ""}, "among the public ones"),
    ("a source header without its mark", {"src/base/a.hpp": ""}, "is named *_internal.hpp"),
    ("a folder in a room", {"src/base/deep/a.cpp": ""}, "src/base/deep:1: a folder inside a room"),
    ("a folder in a public room", {"include/offex/base/deep/a.hpp": ""}, "a folder inside a room"),
    ("an unknown room", {"src/attic/a.cpp": ""}, "room 'attic' is not in"),
    ("an include of an unknown room", {"src/base/a.cpp": '#include "offex/attic/a.hpp"\n'}, "room 'attic' is not in"),
    ("a file outside the rooms", {"src/a.cpp": ""}, "a file outside the rooms"),
    ("another kind of file", {"src/base/a.c": ""}, "neither .hpp nor .cpp"),
    ("a bad table", {"tools/floors.txt": "room zero base\n"}, "not a line of this table"),
    ("a room named twice", {"tools/floors.txt": "room 0 base\nroom 1 base\n"}, "a room named twice"),
]


def check(root: Path) -> list[str]:
    try:
        return Checker(root).run()
    except (BadTable, OSError) as error:
        return [str(error)]


def self_test() -> int:
    failed = 0
    for name, files, expected in SELF_TESTS:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path, text in {"tools/floors.txt": TABLE, **files}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            findings = check(root)
        right = not findings if expected is None else len(findings) == 1 and expected in findings[0]
        if not right:
            failed += 1
            print(f"{name}: expected {expected or 'no finding'}, got {findings or 'no finding'}")
    print(f"floors: {len(SELF_TESTS) - failed} of {len(SELF_TESTS)} rules of the checker hold")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) > 1 or any(a.startswith("-") for a in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    findings = check(Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent)
    for finding in findings:
        print(finding)
    if not findings:
        print("floors: every include points down")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
