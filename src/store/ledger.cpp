#include "offex/store/ledger.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "offex/base/check.hpp"

#include "store/append_rows_internal.hpp"
#include "store/ledger_internal.hpp"
#include "store/writer_internal.hpp"

namespace offex::store {

namespace {

using State = PartitionState;

constexpr std::array kStates{
    std::pair{State::Absent, std::string_view{"absent"}},
    std::pair{State::Due, std::string_view{"due"}},
    std::pair{State::Fetched, std::string_view{"fetched"}},
    std::pair{State::Revised, std::string_view{"revised"}},
    std::pair{State::Failed, std::string_view{"failed"}},
};

std::optional<State> parse_state(std::string_view text) {
  const auto* const found =
      std::ranges::find(kStates, text, &std::pair<State, std::string_view>::second);
  return found == kStates.end() ? std::nullopt : std::optional{found->first};
}

/// Length of the UTF-8 character at the start of `text`; 0 when there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const unsigned lead = byte(0);
  if (lead < 0x80U) return 1;
  const std::size_t length = lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  // Longer than need be, half of a surrogate pair, or above the last character.
  const unsigned second = byte(1);
  const bool refused = (lead == 0xE0U && second < 0xA0U) || (lead == 0xEDU && second > 0x9FU) ||
                       (lead == 0xF0U && second < 0x90U) || (lead == 0xF4U && second > 0x8FU);
  return refused ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

LedgerEntry storable(LedgerEntry entry) {
  for (std::string* text : {&entry.partition.source, &entry.partition.scope, &entry.reason,
                            &entry.url, &entry.etag, &entry.last_modified, &entry.sha256}) {
    *text = engine_text(*text);
  }
  return entry;
}

void set_entry(duckdb_data_chunk chunk, idx_t row, const LedgerEntry& entry) {
  std::optional<std::int64_t> retry_at;
  if (entry.retry_at) {
    retry_at = engine::to_micros(*entry.retry_at);
  }
  set_text(chunk, 0, row, entry.partition.source);
  set_text(chunk, 1, row, market::to_string(entry.partition.dataset));
  set_optional_day(chunk, 2, row, entry.partition.day);
  set_text(chunk, 3, row, entry.partition.scope);
  set_text(chunk, 4, row, to_string(entry.state));
  set_text(chunk, 5, row, entry.reason);
  set_int64(chunk, 6, row, engine::to_micros(entry.checked_at));
  set_optional_int64(chunk, 7, row, retry_at);
  set_int64(chunk, 8, row, entry.attempts);
  set_text(chunk, 9, row, entry.url);
  set_text(chunk, 10, row, entry.etag);
  set_text(chunk, 11, row, entry.last_modified);
  set_text(chunk, 12, row, entry.sha256);
}

constexpr std::string_view kReplace = R"sql(
DELETE FROM sync_ledger l USING fresh_ledger f
WHERE l.source = f.source AND l.dataset = f.dataset
  AND l.key_date IS NOT DISTINCT FROM f.key_date AND l.scope = f.scope;
INSERT INTO sync_ledger FROM fresh_ledger;
DROP TABLE fresh_ledger;
)sql";

/// Reads one chunk of the ledger.
class EntryReader {
 public:
  explicit EntryReader(duckdb_data_chunk chunk) : chunk_{chunk} {}

  [[nodiscard]] Result<LedgerEntry> read(idx_t row) const {
    const std::string dataset = text(1, row);
    const auto known = market::parse_dataset(dataset);
    const auto state = parse_state(text(4, row));
    if (!known || !state) {
      return fail(base::ErrorCode::Integrity,
                  "the ledger has an unknown data set or state: " + dataset + ", " + text(4, row));
    }
    LedgerEntry out;
    out.partition = {.source = text(0, row), .dataset = *known, .day = {}, .scope = text(3, row)};
    if (engine::is_valid(engine::vector_validity(chunk_, 2), row)) {
      out.partition.day = market::Day::from_days(value<std::int32_t>(2, row));
    }
    out.state = *state;
    out.reason = text(5, row);
    out.checked_at = engine::from_micros(value<std::int64_t>(6, row)).value_or(market::Instant{});
    if (engine::is_valid(engine::vector_validity(chunk_, 7), row)) {
      out.retry_at = engine::from_micros(value<std::int64_t>(7, row));
    }
    out.attempts = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
        value<std::int64_t>(8, row), 0, std::numeric_limits<std::uint32_t>::max()));
    out.url = text(9, row);
    out.etag = text(10, row);
    out.last_modified = text(11, row);
    out.sha256 = text(12, row);
    return out;
  }

 private:
  template <class T>
  [[nodiscard]] T value(idx_t column, idx_t row) const {
    return engine::vector_data<T>(chunk_, column)[row];
  }
  [[nodiscard]] std::string text(idx_t column, idx_t row) const {
    return std::string{engine::text_of(engine::vector_data<duckdb_string_t>(chunk_, column)[row])};
  }

  duckdb_data_chunk chunk_;
};

/// The WHERE clause of a filter and its parameters.
std::string where(const LedgerFilter& filter, std::vector<Parameter>& parameters) {
  std::string out;
  const auto add = [&](std::string_view condition, Parameter value) {
    parameters.push_back(std::move(value));
    out += out.empty() ? " WHERE " : " AND ";
    out.append(condition).append(" $").append(std::to_string(parameters.size()));
  };
  if (!filter.source.empty()) add("source =", filter.source);
  if (filter.dataset) add("dataset =", std::string{market::to_string(*filter.dataset)});
  if (filter.days) {
    add("key_date >=", filter.days->first);
    add("key_date <=", filter.days->last);
  }
  return out;
}

}  // namespace

std::string_view to_string(PartitionState state) {
  const auto* const found =
      std::ranges::find(kStates, state, &std::pair<State, std::string_view>::first);
  OFFEX_CHECK(found != kStates.end());
  return found->second;
}

std::string engine_text(std::string_view text) {
  std::string out{text};
  if (!is_utf8(text)) {
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
  }
  return out;
}

Result<void> write_ledger(const engine::Connection& connection, const LedgerEntries& entries) {
  if (entries.empty()) {
    return {};
  }
  OFFEX_TRY(
      connection.run("CREATE OR REPLACE TEMP TABLE fresh_ledger AS FROM sync_ledger LIMIT 0"));
  {
    OFFEX_ASSIGN(engine::Appender fresh, engine::Appender::open(connection, "fresh_ledger"));
    auto next = entries.begin();
    OFFEX_TRY(
        append_rows(fresh, 0, entries.size(), [&](duckdb_data_chunk chunk, idx_t row, std::size_t) {
          set_entry(chunk, row, next->second);
          ++next;
        }));
    OFFEX_TRY(fresh.flush());
  }
  return connection.run(std::string{kReplace});
}

Result<void> Writer::Impl::record(std::span<const LedgerEntry> entries) {
  return in_transaction([&]() -> Result<void> {
    for (const LedgerEntry& entry : entries) {
      LedgerEntry kept = storable(entry);
      fresh_ledger_.insert_or_assign(kept.partition, std::move(kept));
    }
    return {};
  });
}

Result<void> Writer::Impl::flush_ledger() {
  OFFEX_TRY(write_ledger(connection_, fresh_ledger_));
  fresh_ledger_.clear();
  return {};
}

Result<void> Writer::record(std::span<const LedgerEntry> entries) { return impl_->record(entries); }

Result<std::vector<LedgerEntry>> Reader::ledger(const LedgerFilter& filter) const {
  std::vector<LedgerEntry> out;
  std::vector<Parameter> parameters;
  const std::string sql =
      "SELECT source, dataset, key_date, scope, state, reason, checked_at, retry_at, attempts, "
      "url, etag, last_modified, sha256 FROM sync_ledger" +
      where(filter, parameters);
  OFFEX_TRY(impl_->each_chunk(sql, parameters, [&](duckdb_data_chunk chunk) -> Result<void> {
    const EntryReader reader{chunk};
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
      OFFEX_ASSIGN(out.emplace_back(), reader.read(row));
    }
    return {};
  }));
  std::ranges::sort(out, {}, &LedgerEntry::partition);
  return out;
}

}  // namespace offex::store
