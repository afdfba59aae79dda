#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "offex/base/check.hpp"
#include "offex/market/calendar.hpp"

#include "store/writer_internal.hpp"

namespace offex::store {

namespace {

/// The engine's '-infinity': an index list is the user's own definition and always held.
constexpr std::int64_t kAlways = -std::numeric_limits<std::int64_t>::max();

/// When the first revision of a key became public.
std::int64_t first_known(const FactKey& key, const SourceFile& source) {
  if (key.dataset == market::Dataset::IndexConstituents) {
    return kAlways;
  }
  if (source.published_at) {
    return engine::to_micros(*source.published_at);
  }
  OFFEX_CHECK(key.day.has_value());
  if (key.dataset == market::Dataset::OtcWeeklyTable) {
    return engine::to_micros(market::weekly_publication(*key.day, key.facility));
  }
  return engine::to_micros(market::daily_publication(*key.day));
}

/// Bytes do not tell all of a single-day file's key: an empty day is the same 65 bytes every time.
FileIdentity identity_of(const SourceFile& source, std::span<const FactRows> parts) {
  FileIdentity out{.sha256 = source.sha256, .day = {}, .facility = {}};
  if (parts.size() == 1) {
    out.day = parts.front().day;
    out.facility = parts.front().facility;
  }
  return out;
}

/// Appends items [begin, end) as rows; `fill(chunk, row, item)` sets the columns.
template <class Fill>
Result<void> append_rows(engine::Appender& appender, std::size_t begin, std::size_t end,
                         Fill fill) {
  const std::size_t room = duckdb_vector_size();
  while (begin < end) {
    const std::size_t count = std::min(room, end - begin);
    for (std::size_t row = 0; row < count; ++row) {
      fill(appender.chunk(), row, begin + row);
    }
    OFFEX_TRY(appender.append(count));
    begin += count;
  }
  return {};
}

/// Appends one row to a table whose columns are set by `fill`.
template <class Fill>
Result<void> append_row(engine::Appender& appender, Fill fill) {
  fill(appender.chunk());
  return appender.append(1);
}

}  // namespace

Result<PutResult> Writer::Impl::put(const SourceFile& source, std::span<const FactRows> parts,
                                    std::span<const Reject> rejects) {
  PutResult result;
  if (doomed_) {
    return std::unexpected{*doomed_};
  }
  const FileIdentity identity = identity_of(source, parts);
  if (book_.knows(identity)) {
    result.known_file = true;
    return result;
  }
  // Old rows that a patch is merged into may still be on their way to the engine.
  if (std::ranges::any_of(parts,
                          [](const FactRows& part) { return market::is_patch(part.dataset); })) {
    OFFEX_TRY(flush_appenders());
  }
  const SymbolTable::Mark mark = symbols_.mark();
  Result<PutPlan> plan = plan_put(parts, book_, symbols_, connection_);
  if (!plan) {
    symbols_.truncate(mark);
    return std::unexpected{std::move(plan).error()};
  }
  if (!rejects.empty() && std::ranges::any_of(plan->revisions, [](const PlannedRevision& planned) {
        return planned.replaces.has_value();
      })) {
    symbols_.truncate(mark);
    return fail(base::ErrorCode::Integrity,
                "rows were set aside, so this file does not replace the rows that are stored");
  }
  result.unchanged = plan->unchanged;
  auto written = in_transaction([&]() -> Result<void> {
    OFFEX_TRY(write_symbols(mark));
    return write(source, identity, *plan, rejects, result);
  });
  if (!written) {
    return std::unexpected{std::move(written).error()};
  }
  return result;
}

Result<void> Writer::Impl::write(const SourceFile& source, const FileIdentity& identity,
                                 const PutPlan& plan, std::span<const Reject> rejects,
                                 PutResult& result) {
  const std::int64_t file_id = book_.next_file();
  OFFEX_TRY(write_file(source, identity, plan, rejects.size(), file_id));
  OFFEX_TRY(write_rejects(rejects, file_id));
  for (const PlannedRevision& planned : plan.revisions) {
    OFFEX_TRY(write_revision(source, planned, file_id, result));
  }
  book_.add_file(identity);
  return {};
}

Result<void> Writer::Impl::write_symbols(const SymbolTable::Mark& from) {
  OFFEX_ASSIGN(engine::Appender * dictionary, appender("symbol_dictionary"));
  OFFEX_TRY(append_rows(*dictionary, from.symbols, symbols_.num_symbols(),
                        [&](duckdb_data_chunk chunk, idx_t row, std::size_t code) {
                          const auto number = static_cast<std::int32_t>(code);
                          set_int32(chunk, 0, row, number);
                          set_text(chunk, 1, row, symbols_.symbol(number).view());
                        }));
  OFFEX_ASSIGN(engine::Appender * spellings, appender("symbol_spelling"));
  return append_rows(*spellings, from.spellings, symbols_.num_spellings(),
                     [&](duckdb_data_chunk chunk, idx_t row, std::size_t code) {
                       const auto number = static_cast<std::int32_t>(code);
                       const SymbolTable::Spelling& spelling = symbols_.spelling(number);
                       set_int32(chunk, 0, row, number);
                       set_text(chunk, 1, row, spelling.raw.view());
                       set_uint8(chunk, 2, row, static_cast<std::uint8_t>(spelling.style));
                       set_int32(chunk, 3, row, spelling.symbol_code);
                     });
}

Result<void> Writer::Impl::write_file(const SourceFile& source, const FileIdentity& identity,
                                      const PutPlan& plan, std::size_t rejects,
                                      std::int64_t file_id) {
  OFFEX_ASSIGN(engine::Appender * files, appender("ingest_file"));
  return append_row(*files, [&](duckdb_data_chunk chunk) {
    set_int64(chunk, 0, 0, file_id);
    set_text(chunk, 1, 0, source.sha256);
    set_text(chunk, 2, 0, plan.dataset);
    set_text(chunk, 3, 0, source.name);
    set_text(chunk, 4, 0, source.url);
    if (identity.day) {
      set_int32(chunk, 5, 0, identity.day->days());
    } else {
      set_missing(chunk, 5, 0);
    }
    set_text(chunk, 6, 0, identity.facility ? market::to_string(*identity.facility) : "");
    set_int64(chunk, 7, 0, static_cast<std::int64_t>(source.bytes));
    set_int64(chunk, 8, 0, static_cast<std::int64_t>(plan.rows));
    set_int64(chunk, 9, 0, static_cast<std::int64_t>(rejects));
    set_int64(chunk, 10, 0, now_micros());
    if (source.published_at) {
      set_int64(chunk, 11, 0, engine::to_micros(*source.published_at));
    } else {
      set_missing(chunk, 11, 0);
    }
    set_text(chunk, 12, 0, source.etag);
    set_text(chunk, 13, 0, rejects == 0 ? "stored" : "partial");
    if (rejects == 0) {
      set_missing(chunk, 14, 0);
    } else {
      set_text(chunk, 14, 0, std::to_string(rejects) + " rows were set aside");
    }
  });
}

Result<void> Writer::Impl::write_rejects(std::span<const Reject> rejects, std::int64_t file_id) {
  OFFEX_ASSIGN(engine::Appender * table, appender("reject"));
  return append_rows(*table, 0, rejects.size(),
                     [&](duckdb_data_chunk chunk, idx_t row, std::size_t i) {
                       const Reject& reject = rejects[i];
                       set_int64(chunk, 0, row, file_id);
                       set_int64(chunk, 1, row, static_cast<std::int64_t>(reject.line));
                       set_int64(chunk, 2, row, static_cast<std::int64_t>(reject.column));
                       set_text(chunk, 3, row, reject.field);
                       set_text(chunk, 4, row, reject.reason);
                       set_text(chunk, 5, row, reject.excerpt);
                     });
}

Result<void> Writer::Impl::write_revision(const SourceFile& source, const PlannedRevision& planned,
                                          std::int64_t file_id, PutResult& result) {
  const FactKey& key = planned.rows.key;
  const std::int32_t revision_id = book_.next_revision();
  std::int64_t known_from = first_known(key, source);
  if (planned.replaces) {
    // The newer one counts from its capture, but never from before the older one was public.
    known_from = std::max(now_micros(), planned.replaces->known_from);
    OFFEX_TRY(flush_appenders());
    OFFEX_TRY(connection_.run(
        "UPDATE revision SET known_to = make_timestamp(" + std::to_string(known_from) +
        ") WHERE revision_id = " + std::to_string(planned.replaces->revision_id)));
    ++result.superseded;
  } else {
    ++result.added;
  }
  OFFEX_ASSIGN(engine::Appender * revisions, appender("revision"));
  OFFEX_TRY(append_row(*revisions, [&](duckdb_data_chunk chunk) {
    set_int32(chunk, 0, 0, revision_id);
    set_text(chunk, 1, 0, market::to_string(key.dataset));
    if (key.day) {
      set_int32(chunk, 2, 0, key.day->days());
    } else {
      set_missing(chunk, 2, 0);
    }
    set_text(chunk, 3, 0, key.facility);
    set_int64(chunk, 4, 0, file_id);
    set_int64(chunk, 5, 0, static_cast<std::int64_t>(planned.rows.rows.size()));
    set_text(chunk, 6, 0, planned.digest);
    set_int64(chunk, 7, 0, known_from);
    set_missing(chunk, 8, 0);
  }));
  book_.set(key,
            {.revision_id = revision_id, .row_digest = planned.digest, .known_from = known_from});
  result.rows += planned.rows.rows.size();
  return write_facts(planned, revision_id);
}

Result<void> Writer::Impl::write_facts(const PlannedRevision& planned, std::int32_t revision_id) {
  return layout_of(planned.rows.key.dataset).key == KeyRule::Index
             ? write_constituents(planned, revision_id)
             : write_coded_facts(planned, revision_id);
}

Result<void> Writer::Impl::write_coded_facts(const PlannedRevision& planned,
                                             std::int32_t revision_id) {
  const FactLayout& layout = layout_of(planned.rows.key.dataset);
  OFFEX_ASSIGN(engine::Appender * facts, appender(std::string{layout.table}));
  OFFEX_CHECK(facts->num_columns() == kCodedKeyColumns + layout.columns.size());
  const KeyedRows& keyed = planned.rows;
  const std::size_t room = duckdb_vector_size();
  for (std::size_t begin = 0; begin < keyed.rows.size(); begin += room) {
    const std::size_t count = std::min(room, keyed.rows.size() - begin);
    const Slice slice{.begin = begin,
                      .count = count,
                      .index = keyed.whole_batch_in_order ? nullptr : keyed.rows.data()};
    const auto vector = [&](idx_t i) { return duckdb_data_chunk_get_vector(facts->chunk(), i); };
    fill_int32(vector(0), count, revision_id);
    fill_int32(vector(1), count, keyed.key.day.value_or(market::Day{}).days());
    auto* symbol_codes = static_cast<std::int32_t*>(duckdb_vector_get_data(vector(2)));
    auto* raw_codes = static_cast<std::int32_t*>(duckdb_vector_get_data(vector(3)));
    for (std::size_t i = 0; i < count; ++i) {
      raw_codes[i] = planned.raw_codes[begin + i];
      symbol_codes[i] = symbols_.symbol_code(raw_codes[i]);
    }
    for (std::size_t i = 0; i < layout.columns.size(); ++i) {
      const columns::Column* column = keyed.batch->find(layout.columns[i].name);
      if (column != nullptr) {
        fill_vector(*column, slice, vector(kCodedKeyColumns + i));
      } else {
        fill_missing(vector(kCodedKeyColumns + i), count);
      }
    }
    OFFEX_TRY(facts->append(count));
  }
  return {};
}

Result<void> Writer::Impl::write_constituents(const PlannedRevision& planned,
                                              std::int32_t revision_id) {
  const FactLayout& layout = layout_of(planned.rows.key.dataset);
  const market::SymbolStyle style = market::symbol_style(layout.dataset);
  OFFEX_ASSIGN(engine::Appender * facts, appender(std::string{layout.table}));
  const columns::Batch& batch = *planned.rows.batch;
  const auto& symbols = batch.find("symbol")->values<market::Symbol>();
  const auto fill = [&](duckdb_data_chunk chunk, idx_t to, std::size_t number) {
    const std::uint32_t row = planned.rows.rows[number];
    set_int32(chunk, 0, to, revision_id);
    set_text(chunk, 1, to, market::to_canonical(symbols[row], style).view());
    set_text(chunk, 2, to, symbols[row].view());
    for (std::size_t i = 0; i < layout.columns.size(); ++i) {
      const columns::Column* column = batch.find(layout.columns[i].name);
      if (column != nullptr && column->valid(row)) {
        set_int32(chunk, kTextKeyColumns + i, to, column->values<std::int32_t>()[row]);
      } else {
        set_missing(chunk, kTextKeyColumns + i, to);
      }
    }
  };
  return append_rows(*facts, 0, planned.rows.rows.size(), fill);
}

}  // namespace offex::store
