#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "store/reader_internal.hpp"

namespace offex::store {

namespace {

/// What a scan reads: value columns of a fact table, and the macro with the revisions that count.
struct Source {
  std::string_view table;
  std::string_view day;
  std::string_view revisions;
  std::string_view values;
};

/// Which revisions count, by number.
using RevisionSet = std::vector<std::uint8_t>;

/// A stretch of rows of one chunk that count.
class Run {
 public:
  Run(duckdb_data_chunk chunk, std::size_t begin, std::size_t rows)
      : chunk_{chunk}, begin_{begin}, rows_{rows} {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Borrows a column; the first one of a chunk is the revision.
  template <class T>
  [[nodiscard]] ChunkColumn<T> column(idx_t column) {
    return {.values = engine::vector_data<T>(chunk_, column) + begin_,
            .validity = shifted(engine::vector_validity(chunk_, column))};
  }

 private:
  /// A mask whose first bit is the first row of the run.
  const std::uint64_t* shifted(const std::uint64_t* mask) {
    if (mask == nullptr || begin_ % 64 == 0) {
      return mask == nullptr ? nullptr : mask + begin_ / 64;
    }
    std::vector<std::uint64_t>& copy = copies_.emplace_back((rows_ + 63) / 64, 0);
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint64_t bit = engine::is_valid(mask, begin_ + row) ? 1U : 0U;
      copy[row / 64] |= bit << (row % 64);
    }
    return copy.data();
  }

  duckdb_data_chunk chunk_;
  std::size_t begin_;
  std::size_t rows_;
  std::vector<std::vector<std::uint64_t>> copies_;
};

std::string scan_sql(const Source& source, const Scan& scan) {
  std::string sql = "SELECT revision_id, " + std::string{source.day} + ", symbol_code, " +
                    std::string{source.values} + " FROM " + std::string{source.table} + " WHERE " +
                    std::string{source.day} + " BETWEEN '" + scan.days.first.iso() + "' AND '" +
                    scan.days.last.iso() + '\'';
  if (!scan.symbols.empty()) {
    sql += " AND symbol_code IN (";
    for (std::size_t i = 0; i < scan.symbols.size(); ++i) {
      sql += (i == 0 ? "" : ", ") + std::to_string(scan.symbols[i]);
    }
    sql += ')';
  }
  return sql;
}

Result<RevisionSet> revisions_that_count(const ReaderImpl& impl, const Source& source,
                                         const Scan& scan) {
  RevisionSet out;
  const std::string sql = "SELECT revision_id FROM " + std::string{source.revisions} + '(' +
                          as_of_literal(scan.as_of) + ") WHERE key_date BETWEEN '" +
                          scan.days.first.iso() + "' AND '" + scan.days.last.iso() + '\'';
  OFFEX_TRY(impl.each_chunk(sql, {}, [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto* ids = engine::vector_data<std::int32_t>(chunk, 0);
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      const auto id = static_cast<std::size_t>(ids[i]);
      out.resize(std::max(out.size(), id + 1));
      out[id] = 1;
    }
    return {};
  }));
  return out;
}

/// Runs a scan; `visit` sees the rows that count. Choosing whole stretches of a chunk is cheaper
/// than a join: the rows of a revision stand side by side.
Result<void> run_scan(const ReaderImpl& impl, const Source& source, const Scan& scan,
                      const std::function<void(Run&)>& visit) {
  OFFEX_ASSIGN(const RevisionSet count, revisions_that_count(impl, source, scan));
  return impl.each_chunk(scan_sql(source, scan), {}, [&](duckdb_data_chunk chunk) -> Result<void> {
    const std::size_t rows = duckdb_data_chunk_get_size(chunk);
    const auto* ids = engine::vector_data<std::int32_t>(chunk, 0);
    const auto counts = [&](std::size_t row) {
      const auto id = static_cast<std::size_t>(ids[row]);
      return id < count.size() && count[id] != 0;
    };
    for (std::size_t begin = 0; begin < rows;) {
      const bool wanted = counts(begin);
      std::size_t end = begin + 1;
      while (end < rows && (ids[end] == ids[end - 1] || counts(end) == wanted)) {
        ++end;
      }
      if (wanted) {
        Run run{chunk, begin, end - begin};
        visit(run);
      }
      begin = end;
    }
    return {};
  });
}

std::optional<market::Day> optional_day(duckdb_data_chunk chunk, idx_t column, idx_t row) {
  if (!engine::is_valid(engine::vector_validity(chunk, column), row)) {
    return std::nullopt;
  }
  return market::Day::from_days(engine::vector_data<std::int32_t>(chunk, column)[row]);
}

market::Symbol symbol_at(duckdb_data_chunk chunk, idx_t column, idx_t row) {
  return market::Symbol::from_trusted(
      engine::text_of(engine::vector_data<duckdb_string_t>(chunk, column)[row]));
}

constexpr std::string_view kDailyFamilies = "family IN ('short', 'bar', 'lit')";

}  // namespace

Result<void> Reader::scan_short(const Scan& scan,
                                const std::function<void(const ShortChunk&)>& visit) const {
  constexpr Source kSource{"fact_short", "trade_date", "consolidated_revision_used",
                           "short_volume, short_exempt_volume, total_volume"};
  return run_scan(*impl_, kSource, scan, [&](Run& run) {
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .short_volume = run.column<std::int64_t>(3),
           .short_exempt_volume = run.column<std::int64_t>(4),
           .total_volume = run.column<std::int64_t>(5)});
  });
}

Result<void> Reader::scan_bars(const Scan& scan,
                               const std::function<void(const BarChunk&)>& visit) const {
  constexpr Source kSource{"fact_bar", "trade_date", "daily_bar_revision_used",
                           "open, high, low, close, vwap, volume"};
  return run_scan(*impl_, kSource, scan, [&](Run& run) {
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .open = run.column<std::int64_t>(3),
           .high = run.column<std::int64_t>(4),
           .low = run.column<std::int64_t>(5),
           .close = run.column<std::int64_t>(6),
           .vwap = run.column<std::int64_t>(7),
           .volume = run.column<std::int64_t>(8)});
  });
}

Result<void> Reader::scan_lit(const Scan& scan, [[maybe_unused]] std::string_view version,
                              const std::function<void(const LitChunk&)>& visit) const {
  constexpr Source kSource{"fact_lit", "trade_date", "revision_used",
                           "lit_buy_volume, lit_sell_volume"};
  return run_scan(*impl_, kSource, scan, [&](Run& run) {
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .buy_volume = run.column<std::int64_t>(3),
           .sell_volume = run.column<std::int64_t>(4)});
  });
}

Result<void> Reader::scan_weekly(const Scan& scan,
                                 const std::function<void(const WeeklyChunk&)>& visit) const {
  constexpr Source kSource{"fact_weekly", "week_start_date", "revision_used",
                           "off_exchange_volume"};
  return run_scan(*impl_, kSource, scan, [&](Run& run) {
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .off_exchange_volume = run.column<std::int64_t>(3)});
  });
}

Result<std::vector<market::Symbol>> Reader::symbols() const {
  std::vector<market::Symbol> out;
  OFFEX_TRY(impl_->each_chunk("SELECT symbol FROM symbol_dictionary ORDER BY symbol_code", {},
                              [&](duckdb_data_chunk chunk) -> Result<void> {
                                for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
                                  out.push_back(symbol_at(chunk, 0, i));
                                }
                                return {};
                              }));
  return out;
}

Result<std::vector<Constituent>> Reader::constituents(std::optional<market::Instant> as_of) const {
  std::vector<Constituent> out;
  const std::string sql =
      "SELECT c.index_symbol, c.symbol, d.symbol_code, c.valid_from, c.valid_to "
      "FROM ref_index_constituent_at(" +
      as_of_literal(as_of) +
      ") c LEFT JOIN symbol_dictionary d USING (symbol) "
      "ORDER BY c.index_symbol, c.symbol, c.valid_from NULLS FIRST";
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      Constituent& member = out.emplace_back(Constituent{.index = symbol_at(chunk, 0, i),
                                                         .symbol = symbol_at(chunk, 1, i),
                                                         .symbol_code = {},
                                                         .valid_from = optional_day(chunk, 3, i),
                                                         .valid_to = optional_day(chunk, 4, i)});
      if (engine::is_valid(engine::vector_validity(chunk, 2), i)) {
        member.symbol_code = engine::vector_data<std::int32_t>(chunk, 2)[i];
      }
    }
    return {};
  };
  OFFEX_TRY(impl_->each_chunk(sql, {}, visit));
  return out;
}

Result<std::optional<market::DayRange>> Reader::daily_range(
    std::optional<market::Instant> as_of) const {
  std::optional<market::DayRange> out;
  const std::string sql = "SELECT min(key_date), max(key_date) FROM revision_used(" +
                          as_of_literal(as_of) + ") WHERE rows > 0 AND " +
                          std::string{kDailyFamilies};
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto first = optional_day(chunk, 0, 0);
    const auto last = optional_day(chunk, 1, 0);
    if (first && last) {
      out = market::DayRange{*first, *last};
    }
    return {};
  };
  OFFEX_TRY(impl_->each_chunk(sql, {}, visit));
  return out;
}

Result<std::vector<market::Day>> Reader::changed_days(std::int64_t revision) const {
  std::vector<market::Day> out;
  const std::array<Parameter, 1> parameters{Parameter{revision}};
  const std::string sql =
      "SELECT DISTINCT r.key_date FROM revision r JOIN dataset_rank d USING (dataset) "
      "WHERE r.revision_id > $1 AND d." +
      std::string{kDailyFamilies} + " ORDER BY 1";
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto* days = engine::vector_data<std::int32_t>(chunk, 0);
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      out.push_back(market::Day::from_days(days[i]));
    }
    return {};
  };
  OFFEX_TRY(impl_->each_chunk(sql, parameters, visit));
  return out;
}

Result<std::int64_t> Reader::last_revision() const {
  std::int64_t out = 0;
  OFFEX_TRY(impl_->each_chunk("SELECT coalesce(max(revision_id), 0)::BIGINT FROM revision", {},
                              [&](duckdb_data_chunk chunk) -> Result<void> {
                                out = *engine::vector_data<std::int64_t>(chunk, 0);
                                return {};
                              }));
  return out;
}

Result<std::vector<BuildState>> Reader::builds(std::string_view table) const {
  std::vector<BuildState> out;
  const std::array<Parameter, 1> parameters{Parameter{std::string{table}}};
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      BuildState& state = out.emplace_back();
      state.variant = engine::text_of(engine::vector_data<duckdb_string_t>(chunk, 0)[i]);
      state.last_revision = engine::vector_data<std::int64_t>(chunk, 1)[i];
      const auto first = optional_day(chunk, 2, i);
      const auto last = optional_day(chunk, 3, i);
      if (first && last) {
        state.days = market::DayRange{*first, *last};
      }
      const auto built = engine::from_micros(engine::vector_data<std::int64_t>(chunk, 4)[i]);
      state.built_at = built.value_or(market::Instant{});
    }
    return {};
  };
  OFFEX_TRY(impl_->each_chunk(
      "SELECT variant, last_revision, first_day, last_day, built_at FROM build_state "
      "WHERE table_name = $1 ORDER BY built_at DESC, variant",
      parameters, visit));
  return out;
}

}  // namespace offex::store
