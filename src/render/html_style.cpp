#include <fmt/format.h>

#include "render/html_style_internal.hpp"

namespace offex::render {
namespace {

// Blue against orange for signed data; one grey for everything that is not data.
constexpr std::string_view kLight = R"(--page: #ffffff; --panel: #f6f7f9; --ink: #1c2430;
  --quiet: #5d6878; --line: #dde2e9; --stripe: #fafbfc; --positive: #0b5fb8; --negative: #b4530a;
  --accent: #33415c;)";
constexpr std::string_view kDark = R"(--page: #12161c; --panel: #1a2028; --ink: #e3e8ef;
  --quiet: #97a3b4; --line: #2d3642; --stripe: #161b22; --positive: #6cb2ff; --negative: #ffa45c;
  --accent: #b9c7de;)";

constexpr std::string_view kCommon = R"(
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
.wrap { max-width: 1280px; margin: 0 auto; padding: 0 24px; }
header { border-bottom: 1px solid var(--line); background: var(--panel); padding: 28px 0 20px; }
h1 { margin: 0; font-size: 26px; letter-spacing: -.01em; }
header p { margin: 6px 0 0; color: var(--quiet); }
nav { margin-top: 14px; display: flex; flex-wrap: wrap; gap: 6px 18px; }
nav a { color: var(--accent); text-decoration: none; border-bottom: 1px solid var(--line); }
nav a:hover, nav a:focus-visible { border-bottom-color: var(--accent); }
section { padding: 26px 0 6px; }
h2 { margin: 0 0 10px; font-size: 19px; }
h3 { margin: 22px 0 8px; font-size: 15px; color: var(--accent); }
p { max-width: 76ch; }
.facts { display: grid; gap: 12px; margin: 14px 0;
  grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); }
.fact { background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 14px; }
.fact dt { color: var(--quiet); font-size: 13px; }
.fact dd { margin: 2px 0 0; font-size: 22px; font-variant-numeric: tabular-nums; }
.fact small { display: block; color: var(--quiet); font-size: 12px; }
.scroll { overflow: auto; max-height: 72vh; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 13.5px;
  font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px; text-align: left; white-space: nowrap; }
th { position: sticky; top: 0; background: var(--panel); color: var(--quiet); font-weight: 600;
  border-bottom: 1px solid var(--line); }
tbody tr:nth-child(even) { background: var(--stripe); }
tbody tr.group > td { border-top: 1px solid var(--line); }
tbody tr.mean > td { border-top: 1px dashed var(--line); font-style: italic; }
tr.sections > th, tr.sections > td { border-bottom: 0; padding-bottom: 0; background: var(--panel);
  position: sticky; top: 0; }
tr.sections > th { color: var(--accent); font-size: 12px; letter-spacing: .04em;
  text-transform: uppercase; }
tr.sections + tr > th { top: 24px; }
th.section, th.first { border-left: 1px solid var(--line); }
tbody tr:hover { background: var(--panel); }
.num { text-align: right; }
.key { font-weight: 600; }
.missing { color: var(--quiet); }
.positive { color: var(--positive); }
.negative { color: var(--negative); }
.definitions { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px;
  font-size: 12.5px; margin: 14px 0; color: var(--quiet); }
.definitions dt { color: var(--accent); }
.definitions dd { margin: 0; max-width: 90ch; }
.note { color: var(--quiet); font-size: 12.5px; margin: 6px 0 0; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 14px; overflow-x: auto; font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
footer { border-top: 1px solid var(--line); margin-top: 34px; padding: 16px 0 34px;
  color: var(--quiet); font-size: 13px; }
footer p { margin: 4px 0; max-width: 100ch; }
figure { margin: 16px 0; }
figure img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line);
  border-radius: 8px; background: #ffffff; }
@media print { .scroll { max-height: none; overflow: visible; border: 0; }
  th { position: static; } nav { display: none; } }
)";

// A table alone: as wide as its columns, and no frame that scrolls by itself.
constexpr std::string_view kSheet = R"(
.sheet { width: max-content; min-width: min(100%, 640px); max-width: 100%; margin: 0 auto;
  padding: 26px 24px 34px; }
.sheet h1 { font-size: 20px; margin: 0 0 14px; }
.sheet .scroll { max-height: none; }
.sheet .note { max-width: 110ch; }
)";

}  // namespace

std::string report_style() {
  return fmt::format(
      "\n:root {{ color-scheme: light dark;\n  {} }}\n"
      "@media (prefers-color-scheme: dark) {{ :root {{\n  {} }} }}{}",
      kLight, kDark, kCommon);
}

std::string table_style(Theme theme) {
  return fmt::format("\n:root {{ color-scheme: {};\n  {} }}{}{}", to_string(theme),
                     theme == Theme::Light ? kLight : kDark, kCommon, kSheet);
}

}  // namespace offex::render
