#include "offex/cli/arguments.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>
#include <sstream>

#include <fmt/format.h>

#include "offex/market/day_text.hpp"
#include "offex/studies/index_aggregate.hpp"
#include "offex/studies/load.hpp"

#include "cli/place_internal.hpp"

namespace offex::cli {
namespace {

void read_words(std::istream& in, std::vector<std::string>& out) {
  std::string line;
  while (std::getline(in, line)) {
    line.resize(std::min(line.find('#'), line.size()));
    std::ranges::replace(line, ',', ' ');
    std::istringstream words{line};
    std::string word;
    while (words >> word) out.push_back(word);
  }
}

// Sectors and industries are named in full: "Health Care".
Result<void> read_sector(std::string_view name, const store::Reader& reader,
                         std::vector<std::string>& out) {
  const std::array<store::Parameter, 1> parameters{store::Parameter{std::string{name}}};
  OFFEX_ASSIGN(store::QueryRows rows,
               reader.query("SELECT symbol FROM ref_security SEMI JOIN symbol_dictionary "
                            "USING (symbol) WHERE sector = $1 OR industry = $1 ORDER BY symbol",
                            parameters));
  OFFEX_ASSIGN(const columns::Batch batch, rows.all());
  for (std::size_t row = 0; row < batch.num_rows(); ++row) {
    out.push_back(columns::cell_text(batch.column(0), row));
  }
  return {};
}

bool belongs_on(const store::Constituent& member, market::Day day) {
  return (!member.valid_from || *member.valid_from <= day) &&
         (!member.valid_to || *member.valid_to >= day);
}

/// Reads the members of an index on the newest day with daily data. Returns whether there is such
/// an index.
Result<bool> read_index(std::string_view name, const store::Reader& reader,
                        std::vector<std::string>& out) {
  OFFEX_ASSIGN(auto members, reader.constituents());
  std::erase_if(members,
                [name](const store::Constituent& row) { return row.index.view() != name; });
  if (members.empty()) return false;
  OFFEX_ASSIGN(const auto known, reader.daily_range());
  if (known) {
    std::erase_if(members,
                  [&](const store::Constituent& row) { return !belongs_on(row, known->last); });
    if (members.empty()) {
      return fail(base::ErrorCode::NotFound,
                  fmt::format("the index `{}` has no member on {}, the newest day of the store",
                              name, known->last.iso()));
    }
  }
  OFFEX_ASSIGN(const studies::Axis axis, studies::store_axis(reader));
  studies::settle_members(members, axis);
  for (const store::Constituent& member : members) {
    // A member that no fact names has no row to show.
    if (member.symbol_code) out.push_back(member.symbol.str());
  }
  return true;
}

Result<void> read_group(std::string_view name, const store::Reader& reader,
                        std::vector<std::string>& out) {
  OFFEX_ASSIGN(const bool is_index, read_index(name, reader, out));
  if (is_index) return {};
  const std::size_t before = out.size();
  OFFEX_TRY(read_sector(name, reader, out));
  if (out.size() > before) return {};
  return fail(base::ErrorCode::NotFound,
              fmt::format("no index, sector or industry `{}` in the store", name));
}

}  // namespace

Result<market::Day> parse_day_argument(std::string_view text,
                                       std::optional<market::DayRange> known) {
  return market::parse_day_text(text, known);
}

Result<market::DayRange> parse_range_arguments(std::string_view from, std::string_view to,
                                               market::DayRange known) {
  return market::parse_range_text(from, to, known);
}

Result<std::vector<std::string>> expand_tickers(const std::vector<std::string>& arguments,
                                                std::istream& in, const store::Reader* reader) {
  std::vector<std::string> words;
  for (const std::string& argument : arguments) {
    if (argument == "-") {
      read_words(in, words);
    } else if (argument.starts_with('@')) {
      std::ifstream file{argument.substr(1)};
      if (!file) {
        return fail(base::ErrorCode::InvalidArgument, "cannot open the ticker list",
                    in_file(argument.substr(1)));
      }
      read_words(file, words);
    } else if (argument.starts_with("group:")) {
      if (reader == nullptr) {
        return fail(base::ErrorCode::NotFound,
                    fmt::format("`{}`: there is no store yet that knows groups", argument));
      }
      OFFEX_TRY(read_group(std::string_view{argument}.substr(6), *reader, words));
    } else {
      words.push_back(argument);
    }
  }
  std::vector<std::string> out;
  for (std::string& word : words) {
    if (std::ranges::find(out, word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

namespace {

Result<std::vector<market::Symbol>> resolve_all(const std::vector<std::string>& arguments,
                                                std::istream& in, const store::Reader& reader,
                                                bool take_unknown) {
  OFFEX_ASSIGN(const std::vector<std::string> typed, expand_tickers(arguments, in, &reader));
  OFFEX_ASSIGN(const std::vector<market::Symbol> universe, reader.symbols());
  std::vector<market::Symbol> out;
  for (const std::string& text : typed) {
    auto symbol = market::resolve_symbol(text, universe);
    if (take_unknown && !symbol && symbol.error().code == base::ErrorCode::NotFound) {
      symbol = market::Symbol::parse(text);
    }
    if (!symbol) return std::unexpected{std::move(symbol).error()};
    if (std::ranges::find(out, *symbol) == out.end()) out.push_back(*symbol);
  }
  return out;
}

}  // namespace

Result<std::vector<market::Symbol>> resolve_tickers(const std::vector<std::string>& arguments,
                                                    std::istream& in, const store::Reader& reader) {
  return resolve_all(arguments, in, reader, false);
}

Result<std::vector<market::Symbol>> resolve_or_take_tickers(
    const std::vector<std::string>& arguments, std::istream& in, const store::Reader& reader) {
  return resolve_all(arguments, in, reader, true);
}

}  // namespace offex::cli
