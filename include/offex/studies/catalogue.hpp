#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offex/columns/column.hpp"
#include "offex/store/types.hpp"

namespace offex::studies {

/// One column of a derived table: what it is, and what a reader must know before using it.
/// All texts are static.
struct Metric {
  std::string_view name;
  columns::Type type{};
  std::string_view unit;         ///< "shares", "ratio", "z", "USD", "" for words and flags
  std::string_view formula;      ///< in words
  std::string_view denominator;  ///< what a ratio divides by, by name; empty when none
  std::string_view inputs;       ///< the facts it reads
  std::string_view lag;          ///< what must be public before it can be computed
  std::string_view caveat;       ///< empty when there is none
  std::string_view source;       ///< where the formula comes from
  std::span<const std::string_view> words{};  ///< of a Label column
  bool key{false};
};

/// A derived table in one version. Every column of it is an entry here, in the table's order.
struct TableSpec {
  std::string_view table;           ///< "daily_metrics"
  std::string_view version;         ///< "v2"
  std::string_view sql_name;        ///< "daily_metrics_v2"
  std::string_view day_column;      ///< "trade_date"
  std::string_view export_day;      ///< header of the day in exports: "date" under `PhaseA_v1`
  std::string_view variant_column;  ///< tells apart builds that share the table; may be empty
  std::string_view about;           ///< one or two sentences
  std::span<const Metric> metrics;
  bool stored{true};  ///< false: computed when it is asked for; there is no such table or view

  /// Returns the position of a column. \pre it exists
  [[nodiscard]] std::size_t index_of(std::string_view name) const;
};

/// Returns all tables in the order in which documents show them.
[[nodiscard]] std::span<const TableSpec> catalogue();

/// Returns the table of that name and version, for example ("daily_metrics", "v2"), or nullptr.
[[nodiscard]] const TableSpec* find_table(std::string_view table, std::string_view version);

/// Returns the store's description of a table: the catalogue is what makes the DDL.
[[nodiscard]] store::DerivedTable derived_table(const TableSpec& spec);

/// A metric together with the table it stands in.
struct MetricEntry {
  const TableSpec* table{nullptr};
  const Metric* metric{nullptr};
};

/// Returns every entry of that name, all tables and versions.
[[nodiscard]] std::vector<MetricEntry> find_metric(std::string_view name);

/// Returns what `offex explain NAME` prints, or nothing when no table has such a column.
[[nodiscard]] std::optional<std::string> explain(std::string_view name);

/// Returns the whole catalogue as the text of docs/metrics.md.
[[nodiscard]] std::string metrics_markdown();

}  // namespace offex::studies
