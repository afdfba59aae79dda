#include "offex/ingest/sync.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "offex/feeds/upstream.hpp"
#include "offex/market/calendar.hpp"
#include "offex/market/day_text.hpp"
#include "offex/store/reader.hpp"

#include "bindings/environment_internal.hpp"
#include "bindings/errors_internal.hpp"
#include "bindings/log_internal.hpp"
#include "bindings/store_internal.hpp"
#include "bindings/sync_internal.hpp"
#include "bindings/watch_internal.hpp"

namespace nb = nanobind;

namespace offex::bindings {
namespace {

constexpr int kUsualSessions = 30;

// By default the newest sessions whose files are out; one end alone moves the other one along.
Result<market::DayRange> days_between(const std::string& start, const std::string& end,
                                      market::Instant now) {
  market::DayRange out;
  out.last = market::last_published_session(now);
  OFFEX_ASSIGN(out.first, market::session_before(out.last, kUsualSessions - 1));
  const market::DayRange usual = out;
  if (!start.empty()) {
    OFFEX_ASSIGN(out.first, market::parse_day_text(start, usual));
  }
  if (!end.empty()) {
    OFFEX_ASSIGN(out.last, market::parse_day_text(end, usual));
  }
  if (end.empty()) out.last = std::max(out.first, out.last);
  if (start.empty()) out.first = std::min(out.first, out.last);
  if (out.first > out.last) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the range is reversed: {} is after {}", out.first.iso(), out.last.iso()));
  }
  return out;
}

// A ticker need not be known to be asked for, and there may be no store yet.
Result<std::vector<market::Symbol>> symbols_of(const std::vector<std::string>& typed,
                                               const store::StoreOptions& options) {
  if (typed.empty()) return std::vector<market::Symbol>{};
  if (const auto reader = store::Reader::open(options)) return resolve(typed, *reader, true);
  std::vector<market::Symbol> out;
  for (const std::string& text : typed) {
    OFFEX_ASSIGN(const market::Symbol symbol, market::Symbol::parse(text));
    out.push_back(symbol);
  }
  return out;
}

Result<std::vector<ingest::SyncSource>> sources_of(const std::vector<std::string>& words) {
  std::vector<ingest::SyncSource> out;
  for (const std::string& word : words) {
    const auto source = ingest::parse_sync_source(word);
    if (!source) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is none of short, weekly, bars, trades, ref", word));
    }
    out.push_back(*source);
  }
  return out;
}

std::string line_of(const store::LedgerEntry& entry) {
  const store::Partition& part = entry.partition;
  std::string out{market::to_string(part.dataset)};
  if (part.day) out += " " + part.day->iso();
  if (!part.scope.empty()) out += " " + part.scope;
  if (!entry.reason.empty()) out += ": " + entry.reason;
  return out;
}

nb::dict dict_of(const ingest::SyncReport& report) {
  nb::dict out;
  out["partitions"] = report.partitions;
  out["fetched"] = report.fetched;
  out["revised"] = report.revised;
  out["unchanged"] = report.unchanged;
  out["absent"] = report.absent;
  nb::list due;
  for (const store::LedgerEntry& entry : report.due) due.append(line_of(entry));
  out["due"] = due;
  nb::list failed;
  nb::list failures;
  for (std::size_t i = 0; i < report.failed.size(); ++i) {
    failed.append(line_of(report.failed[i]));
    failures.append(nb::make_tuple(report.failed[i].partition.source,
                                   std::string{base::to_string(report.failures[i])}));
  }
  out["failed"] = failed;
  out["failures"] = failures;
  out["rows"] = report.rows;
  out["bytes"] = report.bytes;
  out["requests"] = report.requests;
  out["notes"] = report.notes;
  out["warnings"] = report.warnings;
  return out;
}

}  // namespace

Dict sync(const std::string& home, const std::vector<std::string>& sources,
          const std::string& start, const std::string& end, const std::vector<std::string>& symbols,
          const nb::object& progress) {
  const std::unique_ptr<base::Clock> clock = unwrap(make_clock());
  const feeds::FeedSettings settings = unwrap(feeds::feed_settings(&variable));
  // The variable names the one file of short sales that is read.
  const bool one_market = !variable("FINRA_SHORT_VOLUME_MARKET").value_or("").empty();
  PythonLog log;
  Watch watch{progress};
  Result<ingest::SyncReport> report = without_lock([&]() -> Result<ingest::SyncReport> {
    const store::StoreOptions options{.home = home, .clock = clock.get(), .log = &log};
    ingest::SyncRequest request;
    OFFEX_ASSIGN(request.sources, sources_of(sources));
    request.sources_named = !sources.empty();
    const auto now = market::Instant::from_nanos(clock->now_nanos());
    OFFEX_ASSIGN(request.days, days_between(start, end, now));
    OFFEX_ASSIGN(request.symbols, symbols_of(symbols, options));
    if (one_market) request.facilities = {settings.short_market};
    const ingest::SyncContext context{
        .feeds = settings, .home = home, .clock = *clock, .log = &log};
    OFFEX_ASSIGN(store::Writer writer, store::Writer::open(options, "sync"));
    Result<ingest::SyncReport> done = ingest::sync(
        writer, context, request,
        [&watch](std::uint64_t count, std::uint64_t total) { watch.tell(count, total); },
        [&watch] { return watch.stop(); });
    // What was committed is published, whatever ended the run.
    OFFEX_TRY(writer.close());
    return done;
  });
  watch.raise_what_failed();
  return dict_of(unwrap(std::move(report)));
}

}  // namespace offex::bindings
