#include <string>

#include <fmt/format.h>

#include "offex/studies/catalogue.hpp"

namespace offex::studies {
namespace {

std::string_view shown_name(const Metric& metric) {
  return metric.name == "symbol_code" ? std::string_view{"symbol"} : metric.name;
}

std::string words_of(const Metric& metric) {
  std::string out;
  for (const std::string_view word : metric.words) {
    out += fmt::format("{}{}", out.empty() ? "" : ", ", word);
  }
  return out;
}

void line(std::string& out, std::string_view label, std::string_view text) {
  if (!text.empty()) {
    out += fmt::format("  {:<12} {}\n", label, text);
  }
}

/// A cell of a Markdown table: the bar is the only character that would end it.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string anchor_name(const TableSpec& spec) {
  return fmt::format("{} {}", spec.table, spec.version);
}

void append_table(std::string& out, const TableSpec& spec) {
  out += fmt::format("\n## {}\n\n{} ", anchor_name(spec), spec.about);
  out += spec.stored ? fmt::format("View `{}`", spec.sql_name) : "Computed on request, not stored";
  if (spec.export_day != spec.day_column) {
    out += fmt::format("; exports write `{}` for `{}`", spec.export_day, spec.day_column);
  }
  out +=
      ".\n\n| Column | Type | Unit | Formula | Denominator | Inputs | Lag | Caveat |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const Metric& metric : spec.metrics) {
    const std::string type = fmt::format("{}{}", to_string(metric.type), metric.key ? ", key" : "");
    const std::string formula =
        metric.words.size() > 1 ? fmt::format("{} (words: {})", metric.formula, words_of(metric))
                                : std::string{metric.formula};
    out += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} | {} |\n", shown_name(metric), type,
                       cell(metric.unit), cell(formula), cell(metric.denominator),
                       cell(metric.inputs), cell(metric.lag), cell(metric.caveat));
  }
}

}  // namespace

std::optional<std::string> explain(std::string_view name) {
  const std::vector<MetricEntry> entries = find_metric(name);
  if (entries.empty()) {
    return std::nullopt;
  }
  std::string out;
  for (const MetricEntry& entry : entries) {
    const Metric& metric = *entry.metric;
    out += fmt::format("{}{} ({})\n", out.empty() ? "" : "\n", shown_name(metric),
                       anchor_name(*entry.table));
    line(out, "formula", metric.formula);
    line(out, "unit", metric.unit);
    line(out, "words", words_of(metric));
    line(out, "denominator", metric.denominator);
    line(out, "inputs", metric.inputs);
    line(out, "lag", metric.lag);
    line(out, "caveat", metric.caveat);
    line(out, "source", metric.source);
  }
  return out;
}

std::string metrics_markdown() {
  std::string out =
      "# Metrics\n\n"
      "Written from the metric catalogue; do not edit. `offex explain NAME` prints one entry.\n\n"
      "FINRA does not publish trade direction for off-exchange volume. Buy and sell figures are\n"
      "estimates inferred from lit trades; they are not observed.\n\n"
      "Four ratios are kept apart, each with its own denominator: `short_ratio` (short / FINRA\n"
      "facility total), `short_of_consolidated` (short / consolidated volume), `offex_share` "
      "(FINRA\n"
      "total / consolidated volume, daily) and `otc_share` (ATS and non-ATS / consolidated "
      "volume,\n"
      "weekly). `short_vol_share` is the seed's name for `short_ratio`.\n"
      "Missing is null, never zero.\n";
  for (const TableSpec& spec : catalogue()) {
    append_table(out, spec);
  }
  return out;
}

}  // namespace offex::studies
