#include "offex/render/writers.hpp"

#include <array>
#include <utility>

#include "offex/base/check.hpp"

namespace offex::render {
namespace {

constexpr std::array<std::pair<TextFormat, std::string_view>, 7> kNames{{
    {TextFormat::Table, "table"},
    {TextFormat::Csv, "csv"},
    {TextFormat::Tsv, "tsv"},
    {TextFormat::Md, "md"},
    {TextFormat::Html, "html"},
    {TextFormat::Json, "json"},
    {TextFormat::Jsonl, "jsonl"},
}};

}  // namespace

std::string_view to_string(TextFormat format) {
  for (const auto& [known, name] : kNames) {
    if (known == format) return name;
  }
  return "unknown";
}

std::optional<TextFormat> parse_text_format(std::string_view text) {
  for (const auto& [format, name] : kNames) {
    if (name == text) return format;
  }
  return std::nullopt;
}

std::unique_ptr<RowWriter> make_writer(TextFormat format, Sink sink, TableView view,
                                       TerminalOptions terminal, DelimitedOptions delimited,
                                       Theme theme) {
  switch (format) {
    case TextFormat::Table:
      return make_table_writer(std::move(sink), std::move(view), terminal);
    case TextFormat::Csv:
      return make_csv_writer(std::move(sink), std::move(delimited));
    case TextFormat::Tsv:
      return make_tsv_writer(std::move(sink), std::move(delimited));
    case TextFormat::Md:
      return make_markdown_writer(std::move(sink), std::move(view));
    case TextFormat::Html:
      return make_html_writer(std::move(sink), std::move(view), theme);
    case TextFormat::Json:
      return make_json_writer(std::move(sink));
    case TextFormat::Jsonl:
      return make_jsonl_writer(std::move(sink));
  }
  OFFEX_CHECK(to_string(format) != "unknown");
  return nullptr;
}

}  // namespace offex::render
