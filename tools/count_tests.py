#!/usr/bin/env python3
"""Adds up the JUnit files that ctest and pytest wrote, and says what failed.

    count_tests.py [--label TEXT] FILE...   prints each failure, then `[TEXT: ]N passed, N failed, N skipped`
    count_tests.py --self-test

Exits 1 when a test failed, when a file cannot be read, or when no test ran at all.
"""

import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

# ctest also writes <skipped> for a test that it could not run. Only a test that asked for it counts as skipped.
ASKED_TO_SKIP = ("SKIP_", "Disabled")
OUTPUT_LINES = 60


class Count:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.skipped = 0

    def add_file(self, path: Path) -> None:
        try:
            cases = xml.parse(path).getroot().findall(".//testcase")
        except (OSError, xml.ParseError) as error:
            print(f"{path}: no test results: {error}")
            self.failed += 1
            return
        for case in cases:
            self.add_case(case)

    def add_pytest_case(self, case: xml.Element) -> None:
        failures = [part for part in case if part.tag in ("failure", "error")]
        if failures:
            self.failed += 1
            print(f"FAILED {case.get('classname')}.{case.get('name')}")
            for line in (failures[0].text or failures[0].get("message", "")).strip().splitlines()[-OUTPUT_LINES:]:
                print(f"    {line}")
        elif case.find("skipped") is not None:
            self.skipped += 1
        else:
            self.passed += 1

    def add_case(self, case: xml.Element) -> None:
        if case.get("status") is None:  # ctest always writes one, pytest never
            self.add_pytest_case(case)
            return
        skipped = case.find("skipped")
        reason = skipped.get("message", "") if skipped is not None else ""
        if case.get("status") == "run":
            self.passed += 1
        elif case.get("status") == "disabled" or reason.startswith(ASKED_TO_SKIP):
            self.skipped += 1
        else:
            self.failed += 1
            output = (case.findtext("system-out") or "").strip().splitlines()
            print(f"FAILED {case.get('name')}" + (f" ({reason})" if reason else ""))
            for line in output[-OUTPUT_LINES:]:
                print(f"    {line}")

    @property
    def good(self) -> bool:
        return self.failed == 0 and self.passed > 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


SAMPLE = """<testsuite>
  <testcase name="good" status="run"><system-out>fine</system-out></testcase>
  <testcase name="bad" status="fail"><failure message=""/><system-out>why it failed</system-out></testcase>
  <testcase name="skips itself" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
  <testcase name="switched off" status="disabled"/>
  <testcase name="never ran" status="notrun"><skipped message="Unable to find executable"/></testcase>
</testsuite>"""

PYTEST_SAMPLE = """<testsuites><testsuite>
  <testcase classname="a" name="good"/>
  <testcase classname="a" name="bad"><failure message="short">why it failed</failure></testcase>
  <testcase classname="a" name="no fixture"><error message="short">why it broke</error></testcase>
  <testcase classname="a" name="skips itself"><skipped message="not here"/></testcase>
</testsuite></testsuites>"""


def self_test() -> int:
    with tempfile.TemporaryDirectory() as folder:
        sample, broken, empty, python = (
            Path(folder) / name for name in ("sample.xml", "broken.xml", "empty.xml", "python.xml")
        )
        sample.write_text(SAMPLE, encoding="utf-8")
        broken.write_text("<testsuite>", encoding="utf-8")
        empty.write_text("<testsuite/>", encoding="utf-8")
        python.write_text(PYTEST_SAMPLE, encoding="utf-8")
        results = []
        for files in ([sample], [sample, sample], [broken], [sample.with_name("absent.xml")], [empty], [python]):
            count = Count()
            for file in files:
                count.add_file(file)
            results.append((str(count), count.good))
    expected = [
        ("1 passed, 2 failed, 2 skipped", False),
        ("2 passed, 4 failed, 4 skipped", False),
        ("0 passed, 1 failed, 0 skipped", False),
        ("0 passed, 1 failed, 0 skipped", False),
        ("0 passed, 0 failed, 0 skipped", False),
        ("1 passed, 2 failed, 1 skipped", False),
    ]
    print("count_tests: holds" if results == expected else f"count_tests: expected {expected}, got {results}")
    return 0 if results == expected else 1


def main(arguments: list[str]) -> int:
    if arguments == ["--self-test"]:
        return self_test()
    label = ""
    if arguments[:1] == ["--label"] and len(arguments) > 1:
        label = f"{arguments[1]}: "
        arguments = arguments[2:]
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    count = Count()
    for file in arguments:
        count.add_file(Path(file))
    print(f"{label}{count}")
    return 0 if count.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
