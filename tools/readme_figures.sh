#!/usr/bin/env bash
# Draws the figures of the README from a simulated market into docs/images.
#
#   tools/readme_figures.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."

offex=$(realpath "${1:-build/release/offex}")
images=$PWD/docs/images
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OFFEX_HOME=$folder/home OFFEX_NOW=2026-04-18T16:00:00Z

market=$folder/market
"$offex" simulate --out "$market" --symbols 400 --days 290 --tape-days 40 --tape-symbols 1 -q
"$offex" import -q "$market"/{short,bars,weekly,reference,tape}
"$offex" build lit -q
"$offex" build -q
ticker=$("$offex" sql "SELECT symbol FROM lit_direction_daily LIMIT 1" -f csv -q | tail -n 1)
panels=share,mix,short,lit,surprise,price
"$offex" plot ticker "$ticker" --panels "$panels" -o "$images/ticker.png" --force
"$offex" plot scan --date 2026-04-15 -o "$images/scan.png" --force
"$offex" plot macro --panels short,breadth,volume,sectors -o "$images/macro.png" --force
