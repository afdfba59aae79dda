#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/market/calendar.hpp"
#include "offex/store/reader.hpp"

#include "cli/sync_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kUsualSessions = 30;

std::string variable(const Invocation& invocation, const char* name) {
  return invocation.environment(name).value_or("");
}

Result<int> count_of(const Invocation& invocation, const char* name, int fallback) {
  const std::string text = variable(invocation, name);
  if (text.empty()) return fallback;
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value <= 0) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{}: `{}` is no positive number", name, text));
  }
  return value;
}

Result<double> seconds_of(const Invocation& invocation, const char* name, double fallback) {
  const std::string text = variable(invocation, name);
  if (text.empty()) return fallback;
  double value = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr double kDay = 86'400.0;
  const bool in_range = value > 0.0 && value <= kDay;  // also refuses what is no number
  if (code != std::errc{} || end != text.data() + text.size() || !in_range) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("{}: `{}` is no number of seconds", name, text));
  }
  return value;
}

// The sessions that the seed's variables ask for: TARGET_DATE alone, or BACKFILL_COUNT sessions or
// weeks that end with it.
Result<market::DayRange> usual_days(const Invocation& invocation) {
  const auto now = market::Instant::from_nanos(invocation.clock->now_nanos());
  market::Day last = market::last_published_session(now);
  if (const std::string target = variable(invocation, "TARGET_DATE"); !target.empty()) {
    OFFEX_ASSIGN(last, market::Day::parse(target));
  }
  const std::string mode = variable(invocation, "FETCH_MODE");
  OFFEX_ASSIGN(const int count, count_of(invocation, "BACKFILL_COUNT", kUsualSessions));
  if (mode == "single") return market::DayRange{last, last};
  if (mode == "weekly") return market::DayRange{last.plus(-7 * count + 1), last};
  if (!mode.empty() && mode != "daily") {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("FETCH_MODE: `{}` is none of single, daily, weekly", mode));
  }
  if (count == 1) return market::DayRange{last, last};
  OFFEX_ASSIGN(const market::Day first, market::session_before(last, count - 1));
  return market::DayRange{first, last};
}

// A ticker need not be known to be asked for, and there may be no store yet.
Result<std::vector<market::Symbol>> read_symbols(std::vector<std::string> typed,
                                                 Invocation& invocation) {
  if (typed.empty()) {
    std::istringstream words{variable(invocation, "TICKERS")};
    for (std::string word; std::getline(words, word, ',');) {
      const std::size_t first = word.find_first_not_of(" \t");
      if (first == std::string::npos) continue;
      typed.push_back(word.substr(first, word.find_last_not_of(" \t") - first + 1));
    }
  }
  // A type of the seed is a list of its own; here it is a group of the store.
  if (const std::string type = variable(invocation, "TICKERS_TYPE");
      typed.empty() && !type.empty() && type != "ALL" && type != "SINGLE") {
    typed.push_back("group:" + type);
  }
  std::vector<market::Symbol> out;
  if (typed.empty()) return out;
  if (auto reader = store::Reader::open(invocation.store_options())) {
    return resolve_or_take_tickers(typed, invocation.in, *reader);
  }
  OFFEX_ASSIGN(const std::vector<std::string> words, expand_tickers(typed, invocation.in, nullptr));
  for (const std::string& word : words) {
    OFFEX_ASSIGN(const market::Symbol symbol, market::Symbol::parse(word));
    out.push_back(symbol);
  }
  return out;
}

Result<void> read_sources(const SyncArgs& args, ingest::SyncRequest& request) {
  for (const std::string& word : args.sources) {
    const auto source = ingest::parse_sync_source(word);
    if (!source) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is none of short, weekly, bars, trades, ref", word));
    }
    request.sources.push_back(*source);
  }
  return {};
}

Result<void> read_facilities(const SyncArgs& args, const Invocation& invocation,
                             const feeds::FeedSettings& feeds, ingest::SyncRequest& request) {
  for (const std::string& word : args.facilities) {
    const auto facility = market::parse_facility(word);
    if (!facility || market::is_exchange(*facility)) {
      return fail(base::ErrorCode::InvalidArgument,
                  fmt::format("`{}` is no facility: CNMS, FNSQ, FNYX, FNQC, FNRA, FORF", word));
    }
    request.facilities.push_back(*facility);
  }
  // The seed's variable names the one file that it reads.
  if (request.facilities.empty() && !variable(invocation, "FINRA_SHORT_VOLUME_MARKET").empty()) {
    request.facilities.push_back(feeds.short_market);
  }
  return {};
}

Result<void> read_mode(const SyncArgs& args, const Invocation& invocation,
                       ingest::SyncRequest& request) {
  std::string text = args.mode.empty() ? variable(invocation, "POLYGON_TRADES_MODE") : args.mode;
  if (text.empty()) return {};
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  const auto mode = ingest::parse_sync_mode(text);
  if (!mode) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("`{}` is no mode: tick, minute or daily", text));
  }
  request.mode = *mode;
  return {};
}

Result<market::DayRange> read_days(const SyncArgs& args, market::DayRange usual) {
  market::DayRange out = usual;
  if (!args.from.empty()) {
    OFFEX_ASSIGN(out.first, parse_day_argument(args.from, usual));
  }
  if (!args.to.empty()) {
    OFFEX_ASSIGN(out.last, parse_day_argument(args.to, usual));
  }
  // One end alone moves the other one along.
  if (args.to.empty()) out.last = std::max(out.first, out.last);
  if (args.from.empty()) out.first = std::min(out.first, out.last);
  if (out.first > out.last) {
    return fail(
        base::ErrorCode::InvalidArgument,
        fmt::format("the range is reversed: {} is after {}", out.first.iso(), out.last.iso()));
  }
  OFFEX_ASSIGN(const std::vector<market::Day> sessions, market::sessions(out));
  if (sessions.empty()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no session lies between {} and {}", out.first.iso(), out.last.iso()));
  }
  return out;
}

struct LocalVariable {
  const char* name;
  std::optional<ingest::SyncSource> replaces;
};
constexpr std::array<LocalVariable, 9> kLocal{{{"FINRA_OTC_FILE", ingest::SyncSource::Weekly},
                                               {"FINRA_OTC_DIR", ingest::SyncSource::Weekly},
                                               {"FINRA_SHORT_SALE_FILE", ingest::SyncSource::Short},
                                               {"FINRA_SHORT_SALE_DIR", ingest::SyncSource::Short},
                                               {"POLYGON_TRADES_FILE", ingest::SyncSource::Trades},
                                               {"POLYGON_DAILY_AGG_FILE", ingest::SyncSource::Bars},
                                               {"POLYGON_DAILY_AGG_DIR", ingest::SyncSource::Bars},
                                               {"INDEX_CONSTITUENTS_FILE", std::nullopt},
                                               {"INDEX_CONSTITUENTS_DIR", std::nullopt}}};

// A source whose data lie on the disk is not asked for on the network, as in the seed.
void read_local(const Invocation& invocation, SyncOrder& order) {
  std::vector<ingest::SyncSource>& sources = order.request.sources;
  order.request.sources_named = !sources.empty();
  if (sources.empty()) {
    sources = {ingest::SyncSource::Short, ingest::SyncSource::Weekly, ingest::SyncSource::Bars,
               ingest::SyncSource::Reference};
  }
  for (const LocalVariable& local : kLocal) {
    const std::string path = variable(invocation, local.name);
    if (path.empty()) continue;
    order.local.emplace_back(path);
    if (local.replaces) std::erase(sources, *local.replaces);
  }
  order.network = !sources.empty();
}

}  // namespace

Result<SyncOrder> read_sync_order(const SyncArgs& args, Invocation& invocation) {
  SyncOrder out;
  OFFEX_ASSIGN(out.feeds, feeds::feed_settings(invocation.environment));
  ingest::SyncRequest& request = out.request;
  OFFEX_TRY(read_sources(args, request));
  OFFEX_ASSIGN(const market::DayRange usual, usual_days(invocation));
  OFFEX_ASSIGN(request.days, read_days(args, usual));
  OFFEX_ASSIGN(request.symbols, read_symbols(args.symbols, invocation));
  OFFEX_TRY(read_facilities(args, invocation, out.feeds, request));
  OFFEX_TRY(read_mode(args, invocation, request));
  OFFEX_ASSIGN(const int pages,
               count_of(invocation, "POLYGON_MAX_PAGES", static_cast<int>(request.max_pages)));
  request.max_pages = static_cast<std::size_t>(pages);
  OFFEX_ASSIGN(const int workers, count_of(invocation, "POLYGON_MAX_WORKERS",
                                           static_cast<int>(out.feeds.limits.connections)));
  constexpr unsigned kMostJobs = 64;
  out.feeds.limits.connections =
      args.jobs > 0 ? args.jobs : std::min(static_cast<unsigned>(workers), kMostJobs);
  if (args.rate > 0.0) out.feeds.limits.polygon_rate = args.rate;
  if (args.attempts > 0) out.feeds.limits.attempts = args.attempts;
  if (args.timeout > 0.0) {
    out.feeds.limits.timeout =
        std::chrono::milliseconds{static_cast<std::int64_t>(args.timeout * 1000.0)};
  }
  OFFEX_ASSIGN(const double poll, seconds_of(invocation, "OFFEX_SYNC_POLL", 60.0));
  request.poll = std::chrono::milliseconds{static_cast<std::int64_t>(poll * 1000.0)};
  request.quotes = !args.no_quotes;
  request.flat_files = args.flat;
  request.short_from_api = args.api;
  request.ats_files = args.ats;
  request.bulk = args.bulk;
  request.retry_absent = args.retry_absent;
  request.revisit_sessions = args.revisit;
  request.revisit_weeks = args.revisit_weeks;
  request.threads = invocation.settings.threads;
  read_local(invocation, out);
  return out;
}

}  // namespace offex::cli
