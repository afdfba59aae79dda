#include <algorithm>
#include <utility>

#include "store/scan_internal.hpp"

namespace offex::store {

namespace {

/// Which revisions count, by number.
using RevisionSet = std::vector<std::uint8_t>;

std::string scan_sql(const ScanSource& source, const Scan& scan) {
  std::string sql = "SELECT revision_id, " + std::string{source.day} + ", symbol_code, " +
                    std::string{source.values} + " FROM " + std::string{source.table} + " WHERE " +
                    in_range(source.day, scan.days);
  if (!source.row_filter.empty()) {
    sql += " AND (" + source.row_filter + ')';
  }
  if (!scan.symbols.empty()) {
    sql += " AND symbol_code IN (";
    for (std::size_t i = 0; i < scan.symbols.size(); ++i) {
      sql += (i == 0 ? "" : ", ") + std::to_string(scan.symbols[i]);
    }
    sql += ')';
  }
  return sql;
}

Result<RevisionSet> revisions_that_count(const ReaderImpl& impl, const ScanSource& source,
                                         const Scan& scan) {
  RevisionSet out;
  std::string sql = "SELECT revision_id FROM " + std::string{source.revisions} + '(' +
                    as_of_literal(scan.as_of) + ") WHERE " + in_range("key_date", scan.days);
  if (!source.revision_filter.empty()) {
    sql += " AND (" + source.revision_filter + ')';
  }
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

}  // namespace

std::string in_range(std::string_view column, market::DayRange days) {
  return std::string{column} + " BETWEEN '" + days.first.iso() + "' AND '" + days.last.iso() + '\'';
}

Result<void> run_scan(const ReaderImpl& impl, const ScanSource& source, const Scan& scan,
                      const std::function<void(Run&)>& visit) {
  OFFEX_ASSIGN(const RevisionSet count, revisions_that_count(impl, source, scan));
  if (count.empty()) {
    return {};
  }
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
      while (end < rows &&
             (ids[end] == ids[end - 1] || (!source.by_revision && counts(end) == wanted))) {
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

Result<void> Reader::scan_short(const Scan& scan,
                                const std::function<void(const ShortChunk&)>& visit) const {
  const ScanSource source{"fact_short", "trade_date", "consolidated_revision_used",
                          "short_volume, short_exempt_volume, total_volume"};
  return run_scan(*impl_, source, scan, [&](Run& run) {
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
  const ScanSource source{"fact_bar", "trade_date", "daily_bar_revision_used",
                          "open, high, low, close, vwap, volume"};
  return run_scan(*impl_, source, scan, [&](Run& run) {
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

Result<void> Reader::scan_lit(const Scan& scan, std::string_view version,
                              const std::function<void(const LitChunk&)>& visit) const {
  const ScanSource source{.table = "fact_lit",
                          .day = "trade_date",
                          .revisions = "lit_revision_used",
                          .values = "lit_buy_volume, lit_sell_volume",
                          .revision_filter = "facility IN ('', " + engine::literal(version) + ")"};
  return run_scan(*impl_, source, scan, [&](Run& run) {
    visit({.rows = run.rows(),
           .day = run.column<std::int32_t>(1),
           .symbol = run.column<std::int32_t>(2),
           .buy_volume = run.column<std::int64_t>(3),
           .sell_volume = run.column<std::int64_t>(4)});
  });
}

}  // namespace offex::store
