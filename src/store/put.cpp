#include <algorithm>
#include <utility>

#include "offex/base/check.hpp"

#include "store/append_rows_internal.hpp"
#include "store/known_from_internal.hpp"
#include "store/writer_internal.hpp"

namespace offex::store {

namespace {

/// Bytes do not tell all of a single-day file's key: an empty day is the same 65 bytes every time.
FileIdentity identity_of(const SourceFile& source, std::span<const FactRows> parts) {
  FileIdentity out{.sha256 = source.sha256, .day = {}, .facility = {}};
  if (parts.size() == 1) {
    out.day = parts.front().day;
    out.facility = parts.front().facility;
  }
  return out;
}

bool any_part(std::span<const FactRows> parts, bool (*is)(market::Dataset)) {
  return std::ranges::any_of(parts, [&](const FactRows& part) { return is(part.dataset); });
}

/// Whether a patch becomes one revision with the rows it is merged into. Rows that nobody had
/// before are first revisions of their facts, known by the rule and not from their capture: a reply
/// of many pages is known as if it had come in one piece.
bool joins(const PlannedRevision& planned, const RevisionBook::Current& old,
           const SourceFile& source) {
  return planned.only_adds &&
         (!source.published_at || engine::to_micros(*source.published_at) <= old.known_from);
}

}  // namespace

Result<PutResult> Writer::Impl::put(const SourceFile& source, std::span<const FactRows> parts,
                                    std::span<const Reject> rejects) {
  PutResult result;
  if (doomed_) {
    return std::unexpected{*doomed_};
  }
  const FileIdentity identity = identity_of(source, parts);
  // Old rows that a patch is merged into may still be on their way to the engine.
  if (any_part(parts, market::is_patch)) {
    OFFEX_TRY(flush_appenders());
  }
  const Dictionaries::Mark mark = names_.mark();
  Result<PutPlan> plan = plan_put(parts, book_, names_, connection_);
  if (!plan) {
    names_.truncate(mark);
    return std::unexpected{std::move(plan).error()};
  }
  // The same bytes are nothing new only while all that they say is in force.
  if (plan->revisions.empty() && book_.has_seen(identity)) {
    names_.truncate(mark);
    result.known_file = true;
    return result;
  }
  if (!rejects.empty() && std::ranges::any_of(plan->revisions, [](const PlannedRevision& planned) {
        return planned.replaces.has_value();
      })) {
    names_.truncate(mark);
    return fail(base::ErrorCode::Integrity,
                "rows were set aside, so this file does not replace the rows that are stored");
  }
  result.unchanged = plan->unchanged;
  auto written = in_transaction([&]() -> Result<void> {
    OFFEX_TRY(write_names(mark));
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
  OFFEX_TRY(
      write_file(source,
                 {.dataset = plan.dataset,
                  .day = identity.day,
                  .facility = std::string{identity.facility ? market::to_string(*identity.facility)
                                                            : std::string_view{}},
                  .rows = plan.rows,
                  .rejects = rejects.size()},
                 file_id));
  OFFEX_TRY(write_rejects(rejects, file_id));
  for (const PlannedRevision& planned : plan.revisions) {
    OFFEX_TRY(write_revision(source, planned, file_id, result));
    OFFEX_TRY(link(file_id, book_.find(planned.rows.key)->revision_id, identity));
  }
  for (const std::int32_t revision_id : plan.in_force) {
    OFFEX_TRY(link(file_id, revision_id, identity));
  }
  book_.add_file(identity, plan.dataset);
  return {};
}

Result<void> Writer::Impl::link(std::int64_t file_id, std::int32_t revision_id,
                                const FileIdentity& identity) {
  OFFEX_ASSIGN(engine::Appender * links, appender("file_revision"));
  OFFEX_TRY(append_row(*links, [&](duckdb_data_chunk chunk) {
    set_int64(chunk, 0, 0, file_id);
    set_int32(chunk, 1, 0, revision_id);
  }));
  book_.hold(revision_id, identity);
  return {};
}

Result<void> Writer::Impl::write_names(const Dictionaries::Mark& from) {
  OFFEX_ASSIGN(engine::Appender * dictionary, appender("symbol_dictionary"));
  OFFEX_TRY(append_rows(*dictionary, from.symbols.symbols, names_.symbols.num_symbols(),
                        [&](duckdb_data_chunk chunk, idx_t row, std::size_t code) {
                          const auto number = static_cast<std::int32_t>(code);
                          set_int32(chunk, 0, row, number);
                          set_text(chunk, 1, row, names_.symbols.symbol(number).view());
                        }));
  OFFEX_ASSIGN(engine::Appender * spellings, appender("symbol_spelling"));
  OFFEX_TRY(append_rows(*spellings, from.symbols.spellings, names_.symbols.num_spellings(),
                        [&](duckdb_data_chunk chunk, idx_t row, std::size_t code) {
                          const auto number = static_cast<std::int32_t>(code);
                          const SymbolTable::Spelling& spelling = names_.symbols.spelling(number);
                          set_int32(chunk, 0, row, number);
                          set_text(chunk, 1, row, spelling.raw.view());
                          set_uint8(chunk, 2, row, static_cast<std::uint8_t>(spelling.style));
                          set_int32(chunk, 3, row, spelling.symbol_code);
                        }));
  return write_venues(from.venues);
}

Result<void> Writer::Impl::write_venues(std::size_t from) {
  if (from == names_.venues.size()) {
    return {};
  }
  OFFEX_ASSIGN(engine::Appender * table, appender("venue"));
  return append_rows(*table, from, names_.venues.size(),
                     [&](duckdb_data_chunk chunk, idx_t row, std::size_t code) {
                       const VenueEntry& venue =
                           names_.venues.entry(static_cast<std::int32_t>(code));
                       set_int32(chunk, 0, row, static_cast<std::int32_t>(code));
                       set_optional_text(chunk, 1, row, venue.mpid);
                       set_optional_int64(chunk, 2, row, venue.crd);
                       set_optional_text(chunk, 3, row, venue.name);
                     });
}

Result<void> Writer::Impl::write_file(const SourceFile& source, const FileNote& note,
                                      std::int64_t file_id) {
  OFFEX_ASSIGN(engine::Appender * files, appender("ingest_file"));
  return append_row(*files, [&](duckdb_data_chunk chunk) {
    set_int64(chunk, 0, 0, file_id);
    set_text(chunk, 1, 0, source.sha256);
    set_text(chunk, 2, 0, note.dataset);
    set_text(chunk, 3, 0, source.name);
    set_text(chunk, 4, 0, source.url);
    set_optional_day(chunk, 5, 0, note.day);
    set_text(chunk, 6, 0, note.facility);
    set_int64(chunk, 7, 0, static_cast<std::int64_t>(source.bytes));
    set_int64(chunk, 8, 0, static_cast<std::int64_t>(note.rows));
    set_int64(chunk, 9, 0, static_cast<std::int64_t>(note.rejects));
    set_int64(chunk, 10, 0, now_micros());
    std::optional<std::int64_t> published;
    if (source.published_at) {
      published = engine::to_micros(*source.published_at);
    }
    set_optional_int64(chunk, 11, 0, published);
    set_text(chunk, 12, 0, source.etag);
    set_text(chunk, 13, 0, note.rejects == 0 ? "stored" : "partial");
    std::optional<std::string> error;
    if (note.rejects != 0) {
      error = std::to_string(note.rejects) + " rows were set aside";
    }
    set_optional_text(chunk, 14, 0, error);
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

Result<std::int64_t> Writer::Impl::take_over(const PlannedRevision& planned,
                                             const RevisionBook::Current& old,
                                             const SourceFile& source) {
  const FactLayout& layout = layout_of(planned.rows.key.dataset);
  OFFEX_TRY(flush_appenders());
  if (joins(planned, old, source)) {
    const std::string id = std::to_string(old.revision_id);
    OFFEX_TRY(connection_.run("DELETE FROM revision WHERE revision_id = " + id + "; DELETE FROM " +
                              std::string{layout.table} + " WHERE revision_id = " + id));
    return old.first && !layout.published.empty()
               ? std::min(old.known_from, first_known(planned.rows, source))
               : old.known_from;
  }
  // The newer one counts from its capture, but never from before the older one was public.
  const std::int64_t known_from = std::max(now_micros(), old.known_from);
  OFFEX_TRY(close_revision(old.revision_id, known_from));
  return known_from;
}

Result<void> Writer::Impl::move_links(std::int32_t from, std::int32_t to) {
  book_.move_holders(from, to);
  return connection_.run("UPDATE file_revision SET revision_id = " + std::to_string(to) +
                         " WHERE revision_id = " + std::to_string(from));
}

Result<void> Writer::Impl::close_revision(std::int32_t revision_id, std::int64_t known_to) {
  book_.end_revision(revision_id);
  return connection_.run("UPDATE revision SET known_to = make_timestamp(" +
                         std::to_string(known_to) +
                         ") WHERE revision_id = " + std::to_string(revision_id));
}

Result<void> Writer::Impl::write_revision(const SourceFile& source, const PlannedRevision& planned,
                                          std::int64_t file_id, PutResult& result) {
  const std::int32_t revision_id = book_.next_revision();
  std::int64_t known_from = 0;
  bool first = true;
  if (planned.replaces) {
    // Rows that join a revision correct nothing.
    const bool joined = joins(planned, *planned.replaces, source);
    OFFEX_ASSIGN(known_from, take_over(planned, *planned.replaces, source));
    first = planned.replaces->first && joined;
    ++(joined ? result.added : result.superseded);
    if (joined) {
      OFFEX_TRY(move_links(planned.replaces->revision_id, revision_id));
    }
  } else {
    known_from = first_known(planned.rows, source);
    ++result.added;
  }
  const std::size_t rows = planned.rows.rows.size();
  OFFEX_TRY(append_revision(planned.rows.key, rows, file_id,
                            {.revision_id = revision_id,
                             .row_digest = planned.digest,
                             .known_from = known_from,
                             .first = first}));
  result.rows += planned.brought;
  return write_facts(planned, revision_id);
}

Result<void> Writer::Impl::append_revision(const FactKey& key, std::size_t rows,
                                           std::int64_t file_id,
                                           const RevisionBook::Current& current) {
  OFFEX_ASSIGN(engine::Appender * revisions, appender("revision"));
  OFFEX_TRY(append_row(*revisions, [&](duckdb_data_chunk chunk) {
    set_int32(chunk, 0, 0, current.revision_id);
    set_text(chunk, 1, 0, market::to_string(key.dataset));
    set_optional_day(chunk, 2, 0, key.day);
    set_text(chunk, 3, 0, key.facility);
    set_int64(chunk, 4, 0, file_id);
    set_int64(chunk, 5, 0, static_cast<std::int64_t>(rows));
    set_text(chunk, 6, 0, current.row_digest);
    set_int64(chunk, 7, 0, current.known_from);
    set_missing(chunk, 8, 0);
  }));
  book_.set(key, current);
  return {};
}

}  // namespace offex::store
