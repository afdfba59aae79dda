#include "offex/views/scan_table.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace offex::views {
namespace {

constexpr std::array<std::string_view, 5> kQColumns{"q_o", "q_r", "q_v", "q_j", "q_p"};

std::string standing(const columns::Batch& rows, std::size_t row, double rate,
                     std::string_view q_column) {
  const columns::Column& q = *rows.find(q_column);
  if (!q.valid(row)) return "not tested";
  return q.values<double>()[row] > rate ? "cannot be told from chance" : "";
}

void append(std::string& text, std::string_view more) {
  if (!text.empty()) text += "; ";
  text += more;
}

}  // namespace

void add_scan_note(const studies::ScanResult& result, studies::RankBy by, columns::Batch& rows) {
  columns::Column note{"note", columns::Type::Text};
  const columns::Column& suggested = *rows.find("split_suggested");
  const columns::Column& known = *rows.find("split_known");
  for (std::size_t row = 0; row < rows.num_rows(); ++row) {
    std::string text = standing(rows, row, result.rate, kQColumns[static_cast<std::size_t>(by)]);
    if (suggested.valid(row)) append(text, "SPLIT?");
    if (known.values<std::int8_t>()[row] != 0) append(text, "split today");
    if (result.after_break) append(text, "after break");
    if (text.empty()) {
      note.push_missing();
    } else {
      note.push(std::move(text));
    }
  }
  rows.add(std::move(note));
}

Result<void> check_scan_filter(const studies::ScanFilter& filter,
                               const studies::ScanResult& result) {
  const auto missing = [&](std::string_view what, std::string_view cure) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no {} is known on {}: {}", what, result.day.iso(), cure));
  };
  constexpr std::string_view kFile =
      "import a securities file (symbol, type, sector, market_cap, known_from)";
  if ((filter.min_market_cap || filter.max_market_cap) && !result.has_market_cap) {
    return missing("market value", kFile);
  }
  if (!filter.sector.empty() && !result.has_sector) return missing("sector", kFile);
  if (filter.funds != studies::FundRule::Any && !result.has_fund) {
    return missing("fund",
                   "run `offex sync ref` for the symbol directories, or " + std::string{kFile});
  }
  if (filter.min_dollar_volume && !result.has_prices) {
    return missing("price of the 20 sessions before", "--min-dollar-vol needs bars");
  }
  return {};
}

}  // namespace offex::views
