#!/usr/bin/env python3
"""Prints one table of what the benchmarks found: tools/bench_summary.py RESULT.json..."""

import json
import sys

HEADINGS = ("what", "ours", "reference", "ratio", "target", "met")


def findings(path):
    """Yields the lines that benchmarks reported: labels of six fields."""
    with open(path, encoding="utf-8") as file:
        try:
            entries = json.load(file)["benchmarks"]
        except ValueError:
            yield (path, "the program ended early", "", "", "", "no")
            return
    for entry in entries:
        if entry.get("error_occurred"):
            yield (entry["name"], entry.get("error_message", "failed"), "", "", "", "no")
            continue
        fields = tuple(entry.get("label", "").split("|"))
        if len(fields) == len(HEADINGS):
            yield fields


def main(paths):
    rows = [HEADINGS] + [row for path in paths for row in findings(path)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if row is HEADINGS:
            print("  ".join("-" * width for width in widths))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
