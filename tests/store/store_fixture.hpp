#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "offex/base/digest.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/quantity.hpp"
#include "offex/store/reader.hpp"
#include "offex/store/writer.hpp"

#include "support/scratch.hpp"
#include "support/test_clock.hpp"

// What the store's tests share: a folder that goes away, a clock that moves, small inputs.
namespace offex::store {

using test_support::ScratchFolder;
using test_support::TestClock;

inline market::Day day(std::string_view text) { return market::Day::parse(text).value(); }
inline market::Instant at(std::string_view text) { return market::Instant::parse(text).value(); }
inline market::Symbol symbol(std::string_view text) { return market::Symbol::from_trusted(text); }

/// One row of a short file; volumes in whole shares, missing when empty.
struct ShortRow {
  std::string symbol;
  std::optional<std::int64_t> short_volume;
  std::optional<std::int64_t> exempt;
  std::optional<std::int64_t> total;
};

inline void push_shares(columns::Column& column, std::optional<std::int64_t> shares) {
  if (shares) {
    column.push<std::int64_t>(*shares * market::Quantity::kPerShare);
  } else {
    column.push_missing();
  }
}

/// Rows of a published short file.
inline columns::Batch short_batch(const std::vector<ShortRow>& rows) {
  using columns::Column;
  using columns::Type;
  columns::Batch batch{{Column{"symbol", Type::Symbol}, Column{"market_mask", Type::Int32},
                        Column{"short_volume", Type::Quantity},
                        Column{"short_exempt_volume", Type::Quantity},
                        Column{"total_volume", Type::Quantity}}};
  for (const ShortRow& row : rows) {
    batch.column(0).push(symbol(row.symbol));
    batch.column(1).push<std::int32_t>(7);
    push_shares(batch.column(2), row.short_volume);
    push_shares(batch.column(3), row.exempt);
    push_shares(batch.column(4), row.total);
  }
  return batch;
}

/// Rows of a normalised short table: the same with their own day and facility.
struct TableRow {
  std::string day;
  market::Facility facility{};
  ShortRow row;
};
inline columns::Batch table_batch(const std::vector<TableRow>& rows) {
  std::vector<ShortRow> values;
  columns::Column days{"trade_date", columns::Type::Day};
  columns::Column facilities{"facility", columns::Type::Int32};
  for (const TableRow& row : rows) {
    values.push_back(row.row);
    days.push<std::int32_t>(day(row.day).days());
    facilities.push<std::int32_t>(static_cast<std::int32_t>(row.facility));
  }
  columns::Batch batch = short_batch(values);
  batch.add(std::move(days));
  batch.add(std::move(facilities));
  return batch;
}

/// Rows of a day of bars: symbol and close in whole dollars; other prices equal it.
inline columns::Batch bar_batch(const std::vector<std::pair<std::string, std::int64_t>>& closes,
                                std::optional<std::string_view> table_day = {}) {
  using columns::Column;
  using columns::Type;
  columns::Batch batch{{Column{"symbol", Type::Symbol}, Column{"open", Type::Price},
                        Column{"high", Type::Price}, Column{"low", Type::Price},
                        Column{"close", Type::Price}, Column{"vwap", Type::Price},
                        Column{"volume", Type::Quantity}}};
  for (const auto& [name, close] : closes) {
    batch.column(0).push(symbol(name));
    for (std::size_t i = 1; i <= 5; ++i) {
      batch.column(i).push<std::int64_t>(close * market::Price::kPerDollar);
    }
    push_shares(batch.column(6), 1'000);
  }
  if (table_day) {
    columns::Column days{"trade_date", Type::Day};
    for (std::size_t i = 0; i < closes.size(); ++i) {
      days.push<std::int32_t>(day(*table_day).days());
    }
    batch.add(std::move(days));
  }
  return batch;
}

/// One text cell into a column: "" is missing, quantities and prices are whole.
inline void push_text(columns::Column& column, const std::string& text) {
  using columns::Type;
  if (text.empty()) {
    column.push_missing();
    return;
  }
  switch (column.type()) {
    case Type::Symbol:
      return column.push(symbol(text));
    case Type::Text:
      return column.push<std::string>(text);
    case Type::Bool:
      return column.push<std::int8_t>(text == "true" ? 1 : 0);
    case Type::Int32:
      return column.push<std::int32_t>(std::stoi(text));
    case Type::Day:
      return column.push<std::int32_t>(day(text).days());
    case Type::Double:
      return column.push<double>(std::stod(text));
    case Type::Quantity:
      return column.push<std::int64_t>(std::stoll(text) * market::Quantity::kPerShare);
    case Type::Price:
      return column.push<std::int64_t>(std::stoll(text) * market::Price::kPerDollar);
    default:
      return column.push<std::int64_t>(std::stoll(text));
  }
}

using Header = std::vector<std::pair<std::string, columns::Type>>;
using TextRow = std::vector<std::string>;

/// A batch from rows of text cells; cells that a row lacks at its end are missing.
inline columns::Batch text_batch(const Header& header, const std::vector<TextRow>& rows) {
  columns::Batch batch;
  for (const auto& [name, type] : header) {
    batch.add(columns::Column{name, type});
  }
  for (const TextRow& row : rows) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      push_text(batch.column(i), i < row.size() ? row[i] : std::string{});
    }
  }
  return batch;
}

/// A file whose bytes are `content` (never read again by the store).
inline SourceFile source(const std::string& content) {
  return {.sha256 = base::sha256(content).hex(),
          .name = content,
          .url = "test:" + content,
          .bytes = content.size(),
          .etag = ""};
}

/// SQL that makes of a store of schema step 3 one of step 2.
inline constexpr std::string_view kUndoStep3 =
    "DROP VIEW ref_corporate_action_raw; DROP VIEW ref_corporate_action; "
    "DROP MACRO TABLE ref_corporate_action_at; DROP TABLE fact_corporate_action; "
    "DELETE FROM dataset_rank WHERE dataset = 'corporate_actions'; "
    "DELETE FROM schema_step WHERE step = 3; ";

/// A store in a folder of its own, with a writer that opens on demand.
class StoreTest : public testing::Test {
 protected:
  StoreTest() { clock_.set(at("2026-03-02T12:00:00Z")); }

  [[nodiscard]] StoreOptions options() const {
    return {.home = folder_.path(), .clock = &clock_, .threads = 1};
  }
  Writer& writer() {
    if (!writer_) {
      auto opened = Writer::open(options(), "test");
      EXPECT_TRUE(opened) << opened.error().message;
      writer_.emplace(std::move(opened).value());
    }
    return *writer_;
  }
  /// Closes the writer and opens a reader of what it published.
  Reader reader() {
    if (writer_) {
      const auto closed = writer_->close();
      EXPECT_TRUE(closed) << closed.error().message;
      writer_.reset();
    }
    auto opened = Reader::open(options());
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(opened).value();
  }
  Result<PutResult> put_short(const std::string& file, std::string_view trade_date,
                              const std::vector<ShortRow>& rows,
                              market::Facility facility = market::Facility::Cnms) {
    const columns::Batch batch = short_batch(rows);
    const FactRows part{.dataset = market::Dataset::FinraShortDaily,
                        .day = day(trade_date),
                        .facility = facility,
                        .rows = &batch};
    return writer().put(source(file), {&part, 1});
  }
  Result<PutResult> put_table(const std::string& file, const std::vector<TableRow>& rows) {
    const columns::Batch batch = table_batch(rows);
    const FactRows part{.dataset = market::Dataset::FinraShortTable, .rows = &batch};
    return writer().put(source(file), {&part, 1});
  }

  Result<PutResult> put_rows(const std::string& file, market::Dataset dataset,
                             const columns::Batch& batch,
                             std::optional<market::Day> part_day = {}) {
    const FactRows part{.dataset = dataset, .day = part_day, .rows = &batch};
    return writer().put(source(file), {&part, 1});
  }

  /// (symbol, short volume in shares) that a scan as of a moment sees.
  static std::vector<std::pair<std::string, std::int64_t>> scanned(
      const Reader& view, std::optional<market::Instant> as_of = {}) {
    const std::vector<market::Symbol> names = view.symbols().value();
    std::vector<std::pair<std::string, std::int64_t>> out;
    const Scan scan{.days = {day("2009-01-01"), day("2030-12-31")}, .as_of = as_of};
    const auto done = view.scan_short(scan, [&](const ShortChunk& chunk) {
      for (std::size_t row = 0; row < chunk.rows; ++row) {
        const auto code = static_cast<std::size_t>(chunk.symbol.values[row]);
        out.emplace_back(names.at(code).str(),
                         chunk.short_volume.values[row] / market::Quantity::kPerShare);
      }
    });
    EXPECT_TRUE(done) << done.error().message;
    return out;
  }

  ScratchFolder folder_;
  TestClock clock_;
  std::optional<Writer> writer_;
};

/// All cells as text, columns joined by '|', one string a row.
inline std::vector<std::string> rows_of(const Reader& reader, std::string_view sql,
                                        std::span<const Parameter> parameters = {}) {
  auto rows = reader.query(sql, parameters);
  if (!rows) {
    ADD_FAILURE() << rows.error().message;
    return {};
  }
  auto batch = rows->all();
  if (!batch) {
    ADD_FAILURE() << batch.error().message;
    return {};
  }
  std::vector<std::string> out;
  for (std::size_t row = 0; row < batch->num_rows(); ++row) {
    std::string line;
    for (std::size_t i = 0; i < batch->num_columns(); ++i) {
      line += (i == 0 ? "" : "|") + columns::cell_text(batch->column(i), row);
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace offex::store
