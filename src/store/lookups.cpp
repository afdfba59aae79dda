#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "store/scan_internal.hpp"

namespace offex::store {

namespace {

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

Result<std::vector<CorporateAction>> Reader::corporate_actions(
    std::optional<market::Instant> as_of) const {
  std::vector<CorporateAction> out;
  const std::string sql =
      "SELECT f.symbol_code, f.effective_date, f.action = 'reset', f.factor "
      "FROM fact_corporate_action f JOIN revision_used(" +
      as_of_literal(as_of) + ") r USING (revision_id)";
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto* codes = engine::vector_data<std::int32_t>(chunk, 0);
    const auto* days = engine::vector_data<std::int32_t>(chunk, 1);
    const auto* resets = engine::vector_data<bool>(chunk, 2);
    const auto* factors = engine::vector_data<double>(chunk, 3);
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      out.push_back({.symbol_code = codes[i],
                     .effective = market::Day::from_days(days[i]),
                     .reset = resets[i],
                     .factor = resets[i] ? 1.0 : factors[i]});
    }
    return {};
  };
  OFFEX_TRY(impl_->each_chunk(sql, {}, visit));
  std::ranges::sort(out, {}, [](const CorporateAction& action) {
    return std::pair{action.effective, action.symbol_code};
  });
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

Result<std::vector<TapeFile>> Reader::tape_files(market::DayRange days,
                                                 std::optional<market::Instant> as_of) const {
  std::vector<TapeFile> out;
  const std::string sql =
      "SELECT trade_date, dataset, scope, sha256, file_name, rows, known_from FROM tape_file_at(" +
      as_of_literal(as_of) + ") WHERE " + in_range("trade_date", days);
  const auto visit = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto text = [&](idx_t column, idx_t row) {
      return std::string{engine::text_of(engine::vector_data<duckdb_string_t>(chunk, column)[row])};
    };
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      const auto dataset = market::parse_dataset(text(1, i));
      if (!dataset) {
        return fail(base::ErrorCode::Integrity, "unknown data set " + text(1, i));
      }
      const auto known = engine::from_micros(engine::vector_data<std::int64_t>(chunk, 6)[i]);
      out.push_back({.dataset = *dataset,
                     .day = market::Day::from_days(engine::vector_data<std::int32_t>(chunk, 0)[i]),
                     .scope = text(2, i),
                     .sha256 = text(3, i),
                     .name = text(4, i),
                     .rows = engine::vector_data<std::int64_t>(chunk, 5)[i],
                     .known_from = known.value_or(market::Instant{})});
    }
    return {};
  };
  OFFEX_TRY(impl_->each_chunk(sql, {}, visit));
  std::ranges::sort(out, {}, [](const TapeFile& file) {
    return std::tuple<market::Day, market::Dataset, const std::string&>{file.day, file.dataset,
                                                                        file.scope};
  });
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
