#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "offex/formats/document.hpp"

#include "formats/csv_row_internal.hpp"
#include "formats/directory_reader_internal.hpp"
#include "formats/finra_reader_internal.hpp"
#include "formats/gzip_internal.hpp"
#include "formats/polygon_reader_internal.hpp"
#include "formats/short_layout_internal.hpp"
#include "formats/short_reader_internal.hpp"
#include "formats/table_reader_internal.hpp"
#include "formats/text_reader_internal.hpp"

namespace offex::formats {
namespace {

constexpr std::string_view kUnderstood =
    "understood are FINRA's and Nasdaq's daily short-sale files, FINRA's weekly downloads and "
    "Query "
    "API replies, ATS weekly summaries, tables of short volume, bars, weekly volume, lit "
    "direction, index members, securities and corporate actions, Nasdaq's symbol directories, "
    "Polygon's day files and replies with daily bars, tickers, splits, exchanges and conditions, "
    "and, as plain text or gzip, its trades, quotes and minute bars";

using Made = Result<std::unique_ptr<Reader>>;

// Adds what the file's own name says, and refuses to be told otherwise.
Result<void> add_name_hints(ReadOptions& options) {
  const NameHints hints = hints_from_name(options.file);
  if (hints.facility && options.facility && *hints.facility != *options.facility) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the name says {}, but --facility says {}", market::to_string(*hints.facility),
                    market::to_string(*options.facility)),
        in_file(options.file));
  }
  if (hints.facility) {
    options.facility = hints.facility;
  }
  return {};
}

// Only for layouts of a single day: the date in a table's name says when it was made.
Result<void> add_day_hint(ReadOptions& options) {
  const NameHints hints = hints_from_name(options.file);
  if (hints.day && options.day && *hints.day != *options.day) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the name says {}, but --date says {}", hints.day->iso(), options.day->iso()),
        in_file(options.file));
  }
  if (hints.day) options.day = hints.day;
  return {};
}

Result<void> check_facility(const ShortLayout& layout, const ReadOptions& options) {
  const base::Place place = in_file(options.file);
  if (!options.facility) {
    const std::string_view choice = layout.exchange_style
                                        ? "this is an exchange's short-sale file: say which one "
                                          "with --facility (NQBX or NPSX)"
                                        : "the name does not say which facility this is from: say "
                                          "it with --facility (CNMS, FNSQ, FNYX, FNQC, FNRA, FORF)";
    return fail(base::ErrorCode::InvalidArgument, std::string{choice}, place);
  }
  if (layout.exchange_style && !market::is_exchange(*options.facility)) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("this is a short-sale file of an exchange, not of FINRA's facility {}",
                            market::to_string(*options.facility)),
                place);
  }
  return {};
}

// A name of a short-sale file promises its content; any other file may be no data at all.
std::unexpected<base::Error> no_layout(std::string_view header, const ReadOptions& options) {
  const bool promised = hints_from_name(options.file).facility.has_value();
  const std::string_view first = header.substr(0, header.find_first_of("|,\t"));
  const bool number =
      !first.empty() && first.find_first_not_of("0123456789-") == std::string_view::npos;
  std::string reason{finra_refusal(finra_names(header, finra_text(header)))};
  if (reason.empty()) {
    reason = fmt::format(
        "{}; {}", number ? "the header line is missing" : "this is no header of a known layout",
        kUnderstood);
  }
  auto error = damaged(options.file, {.text = header}, "header", std::move(reason));
  if (!promised) error.error().code = base::ErrorCode::UnknownLayout;
  return error;
}

Made make_short(std::string_view header, ReadOptions options) {
  const Line line{.text = header};
  const auto layout = read_short_header(header);
  const bool says_short = normalised(header).find("shortvolume") != std::string::npos;
  const bool named_short = hints_from_name(options.file).facility.has_value();
  if (!layout && !says_short && !named_short) return no_layout(header, options);
  if (!layout) {
    // A note may quote the header of a file; the name of one promises it.
    return fail(named_short ? base::ErrorCode::Integrity : base::ErrorCode::UnknownLayout,
                fmt::format("{}; {}", layout.error().reason, kUnderstood),
                place_of(options.file, line, layout.error()));
  }
  OFFEX_TRY(check_facility(*layout, options));
  OFFEX_TRY(add_day_hint(options));
  return make_short_reader(std::move(options));
}

const TableLayout* table_layout(std::string_view header, char delimiter) {
  CsvRow row{delimiter};
  std::vector<std::string> names;
  if (!row.read(header)) {
    for (const CsvField& field : row.fields()) names.push_back(normalised(field.text));
  }
  const TableLayout* layout = find_table_layout(names);
  return layout == nullptr || delimiter == ',' || layout->any_delimiter ? layout : nullptr;
}

Made make_table(std::string_view header, ReadOptions options) {
  for (const char delimiter : {'|', '\t'}) {
    if (header.find(delimiter) == std::string_view::npos) continue;
    if (const TableLayout* layout = table_layout(header, delimiter)) {
      return make_table_reader(*layout, std::move(options), delimiter);
    }
  }
  if (header.find('|') != std::string_view::npos) return make_short(header, std::move(options));
  const TableLayout* layout = table_layout(header, ',');
  if (layout == nullptr) return no_layout(header, options);
  if (layout->dataset == market::Dataset::DailyBarFlatFile) OFFEX_TRY(add_day_hint(options));
  if (options.facility && market::is_exchange(*options.facility)) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{} is an exchange's short-sale file, and this is a {}",
                            market::to_string(*options.facility), layout->title),
                in_file(options.file));
  }
  return make_table_reader(*layout, std::move(options));
}

std::string_view refusal(std::string_view head, std::string_view first_line) {
  if (head.empty()) return "the file is empty";
  if (looks_like_gzip(head) || looks_like_zip(head)) return "an archive inside an archive";
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    return "UTF-16 text; UTF-8 is understood";
  }
  if (first_line.find('\0') != std::string_view::npos) return "binary content";
  return {};
}

}  // namespace

Made make_reader(std::string_view head, ReadOptions options) {
  const std::string_view text = without_bom(head);
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const Line place{.text = line, .number = 1, .byte = head.size() - text.size()};
  if (const std::string_view reason = refusal(text, line); !reason.empty()) {
    return damaged(options.file, place, {}, std::string{reason});
  }
  OFFEX_TRY(add_name_hints(options));
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '<') {
    return damaged(options.file, place, {}, "an HTML or XML page instead of data");
  }
  if (first != std::string_view::npos && text[first] == '{') {
    return make_polygon_reader(std::move(options));
  }
  if (first != std::string_view::npos && text[first] == '[') {
    return make_finra_json_reader(std::move(options));
  }
  const FinraText finra = finra_text(line);
  if (const FinraLayout* layout =
          find_finra_layout(finra_names(line, finra), FinraSource::Text, options.file)) {
    return make_finra_text_reader(*layout, finra, std::move(options));
  }
  if (is_directory_header(line)) return make_directory_reader(std::move(options));
  return make_table(line, std::move(options));
}

}  // namespace offex::formats
