#include <algorithm>
#include <optional>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "store/chunk_internal.hpp"
#include "store/known_from_internal.hpp"
#include "store/writer_internal.hpp"

namespace offex::store {

namespace {

using columns::Column;

std::size_t num_columns(const FactLayout& layout) {
  return std::size_t{1} + (layout.day_column ? 1 : 0) +
         (layout.symbols == SymbolUse::None ? 0 : 2) + (layout.venues ? 1 : 0) +
         layout.columns.size() + (layout.published.empty() ? 0 : 1);
}

/// From when on rows are public that do not tell it themselves, where other rows of their key do.
std::optional<std::int64_t> undated_release(const KeyedRows& keyed, const FactLayout& layout) {
  const Column* column = layout.published.empty() ? nullptr : keyed.batch->find(layout.published);
  const bool dated = column != nullptr && std::ranges::any_of(keyed.rows, [&](std::uint32_t row) {
                       return column->valid(row);
                     });
  return dated ? std::optional{known_by_rule(keyed.key)} : std::nullopt;
}

/// Fills one chunk of a fact table, column after column.
class FactBlock {
 public:
  FactBlock(duckdb_data_chunk chunk, const PlannedRevision& planned, const Slice& slice,
            std::optional<std::int64_t> undated)
      : chunk_{chunk}, planned_{&planned}, slice_{slice}, undated_{undated} {}

  void fill(const FactLayout& layout, const SymbolTable& symbols, std::int32_t revision_id) {
    fill_int32(next(), slice_.count, revision_id);
    if (layout.day_column) {
      fill_int32(next(), slice_.count, planned_->rows.key.day.value_or(market::Day{}).days());
    }
    if (layout.symbols == SymbolUse::Coded) {
      fill_codes(symbols);
    } else if (layout.symbols == SymbolUse::Text) {
      fill_texts(market::symbol_style(layout.dataset));
    }
    if (layout.venues) {
      fill_venues();
    }
    for (const FactColumn& column : layout.columns) {
      fill_values(column.name);
    }
    if (!layout.published.empty()) {
      fill_release(layout.published);
    }
  }

 private:
  duckdb_vector next() { return duckdb_data_chunk_get_vector(chunk_, at_++); }

  void fill_codes(const SymbolTable& symbols) {
    auto* symbol_codes = static_cast<std::int32_t*>(duckdb_vector_get_data(next()));
    auto* raw_codes = static_cast<std::int32_t*>(duckdb_vector_get_data(next()));
    for (std::size_t i = 0; i < slice_.count; ++i) {
      raw_codes[i] = planned_->raw_codes[slice_.begin + i];
      symbol_codes[i] = symbols.symbol_code(raw_codes[i]);
    }
  }

  void fill_texts(market::SymbolStyle style) {
    const auto& symbols = planned_->rows.batch->find("symbol")->values<market::Symbol>();
    const idx_t canonical = at_++;
    const idx_t raw = at_++;
    for (std::size_t i = 0; i < slice_.count; ++i) {
      const market::Symbol& symbol = symbols[slice_.row(i)];
      set_text(chunk_, canonical, i, market::to_canonical(symbol, style).view());
      set_text(chunk_, raw, i, symbol.view());
    }
  }

  void fill_venues() {
    const idx_t column = at_++;
    for (std::size_t i = 0; i < slice_.count; ++i) {
      const std::int32_t code = planned_->venue_codes[slice_.begin + i];
      if (code < 0) {
        set_missing(chunk_, column, i);
      } else {
        set_int32(chunk_, column, i, code);
      }
    }
  }

  void fill_values(std::string_view name) {
    const Column* column = planned_->rows.batch->find(name);
    if (column != nullptr) {
      fill_vector(*column, slice_, next());
    } else {
      fill_missing(next(), slice_.count);
    }
  }

  void fill_release(std::string_view name) {
    const Column* column = planned_->rows.batch->find(name);
    const idx_t to = at_++;
    std::optional<std::int32_t> last;
    std::int64_t micros = 0;
    for (std::size_t i = 0; i < slice_.count; ++i) {
      const std::size_t row = slice_.row(i);
      if (column == nullptr || !column->valid(row)) {
        if (undated_) {
          set_int64(chunk_, to, i, *undated_);
        } else {
          set_missing(chunk_, to, i);
        }
        continue;
      }
      const std::int32_t day = column->values<std::int32_t>()[row];
      if (last != day) {  // few days come many times
        last = day;
        micros = engine::to_micros(market::weekly_release(market::Day::from_days(day)));
      }
      set_int64(chunk_, to, i, micros);
    }
  }

  duckdb_data_chunk chunk_;
  const PlannedRevision* planned_;
  Slice slice_;
  std::optional<std::int64_t> undated_;
  idx_t at_{0};
};

}  // namespace

Result<void> Writer::Impl::write_facts(const PlannedRevision& planned, std::int32_t revision_id) {
  const FactLayout& layout = layout_of(planned.rows.key.dataset);
  OFFEX_ASSIGN(engine::Appender * facts, appender(std::string{layout.table}));
  OFFEX_CHECK(facts->num_columns() == num_columns(layout));
  const KeyedRows& keyed = planned.rows;
  const std::optional<std::int64_t> undated = undated_release(keyed, layout);
  const std::size_t room = duckdb_vector_size();
  for (std::size_t begin = 0; begin < keyed.rows.size(); begin += room) {
    const std::size_t count = std::min(room, keyed.rows.size() - begin);
    FactBlock block{facts->chunk(), planned,
                    Slice{.begin = begin,
                          .count = count,
                          .index = keyed.whole_batch_in_order ? nullptr : keyed.rows.data()},
                    undated};
    block.fill(layout, names_.symbols, revision_id);
    OFFEX_TRY(facts->append(count));
  }
  return {};
}

}  // namespace offex::store
