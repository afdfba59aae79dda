#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "offex/feeds/polygon.hpp"
#include "offex/market/calendar.hpp"

#include "ingest/sync_plan_internal.hpp"

namespace offex::ingest {
namespace {

using market::Dataset;

constexpr std::string_view kRest = "polygon";
constexpr std::string_view kFlat = "flat_files";

std::unexpected<base::Error> no_key(std::string_view what, std::string_view variables) {
  return fail(base::ErrorCode::Credentials, fmt::format("{} need a key: set {}", what, variables));
}

// The vendor writes a day's flat files in the morning after.
market::Instant flat_file_publication(market::Day day) {
  constexpr int kHour = 11;
  return market::from_new_york(day.plus(1), kHour);
}

Task page_task(Dataset dataset, market::Day day, const market::Symbol& symbol,
               feeds::Request request) {
  Task out;
  const std::string ticker{symbol.view()};
  out.covers = {{.source = std::string{kRest}, .dataset = dataset, .day = day, .scope = ticker}};
  out.what = request.what;
  out.shape = Shape::LinkedPages;
  out.request = std::move(request);
  out.name = fmt::format("{}_{}", ticker, day.iso());
  out.published_at = market::daily_publication(day);
  return out;
}

Task flat_task(const feeds::Endpoints& endpoints, Dataset dataset, feeds::FlatFile kind,
               market::Day day, std::uint64_t bytes) {
  Task out;
  out.covers = {{.source = std::string{kFlat}, .dataset = dataset, .day = day, .scope = ""}};
  // A name of a file makes the client write to the disk and go on after an interruption.
  out.request =
      feeds::flat_file(endpoints, kind, day, kind == feeds::FlatFile::DayBars ? "" : "large");
  out.what = out.request.what;
  out.shape = Shape::File;
  out.name = day.iso() + ".csv.gz";
  out.expected.day = day;
  out.published_at = flat_file_publication(day);
  out.bytes = bytes;
  return out;
}

}  // namespace

Result<void> Planner::plan_bars() {
  const bool named = request_.sources_named;
  const feeds::Credentials& keys = feeds_.credentials;
  if (request_.flat_files ? keys.flat_file_key.empty() : keys.polygon_key.empty()) {
    const std::string_view variables =
        request_.flat_files ? "POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY"
                            : "POLYGON_API_KEY";
    if (named) return no_key("daily bars", variables);
    out_.notes.push_back(fmt::format(
        "daily bars are left out: {} is not set; ratios to consolidated volume stay empty",
        variables));
    return {};
  }
  if (request_.symbols.empty() || request_.flat_files) {
    plan_market_bars();
  } else {
    plan_ticker_bars();
  }
  return {};
}

void Planner::plan_market_bars() {
  constexpr std::uint64_t kGroupedBytes = 450'000;
  constexpr std::uint64_t kFlatBytes = 300'000;
  for (const market::Day day : sessions_) {
    if (request_.flat_files) {
      Task task = flat_task(feeds_.endpoints, Dataset::DailyBarFlatFile, feeds::FlatFile::DayBars,
                            day, kFlatBytes);
      if (task.published_at > now_) continue;
      task.may_be_late = day == sessions_.back();
      add(std::move(task), is_recent(day));
      continue;
    }
    Task task;
    task.covers = {{.source = std::string{kRest},
                    .dataset = Dataset::DailyBarGrouped,
                    .day = day,
                    .scope = ""}};
    task.request = feeds::grouped_daily(feeds_.endpoints, day);
    task.what = task.request.what;
    task.shape = Shape::JsonFile;
    task.name = fmt::format("grouped_{}.json", day.iso());
    task.expected.day = day;
    task.published_at = market::daily_publication(day);
    task.may_be_late = day == market::last_published_session(now_);
    task.bytes = kGroupedBytes;
    add(std::move(task), false);
  }
}

// One question for each stretch of sessions that a ticker lacks.
void Planner::plan_ticker_bars() {
  constexpr std::uint64_t kBytesADay = 40;
  for (const market::Symbol& symbol : request_.symbols) {
    std::vector<market::Day> stretch;
    const auto ask = [&] {
      if (stretch.empty()) return;
      Task task = page_task(
          Dataset::DailyBarAggregates, stretch.front(), symbol,
          feeds::daily_aggregates(feeds_.endpoints, symbol, {stretch.front(), stretch.back()}));
      task.covers.clear();
      for (const market::Day day : stretch) {
        task.covers.push_back({.source = std::string{kRest},
                               .dataset = Dataset::DailyBarAggregates,
                               .day = day,
                               .scope = std::string{symbol.view()}});
      }
      task.name =
          fmt::format("{}_{}_{}_daily", symbol.view(), stretch.front().iso(), stretch.back().iso());
      task.days_by_rows = true;
      task.archive = true;
      task.may_be_late = stretch.back() == market::last_published_session(now_);
      task.bytes = kBytesADay * stretch.size();
      add(std::move(task), false);
      stretch.clear();
    };
    for (const market::Day day : sessions_) {
      const store::Partition key{.source = std::string{kRest},
                                 .dataset = Dataset::DailyBarAggregates,
                                 .day = day,
                                 .scope = std::string{symbol.view()}};
      const Need need = need_of(key, false);
      if (need == Need::Ask) {
        stretch.push_back(day);
        continue;
      }
      if (need == Need::Wait) out_.waiting.push_back(*entry(key));
      ask();
    }
    ask();
  }
}

Result<void> Planner::plan_trades() {
  const feeds::Credentials& keys = feeds_.credentials;
  if (request_.flat_files) {
    if (keys.flat_file_key.empty()) {
      return no_key("flat files", "POLYGON_S3_ACCESS_KEY_ID and POLYGON_S3_SECRET_ACCESS_KEY");
    }
  } else {
    if (keys.polygon_key.empty()) return no_key("trades", "POLYGON_API_KEY");
    if (request_.symbols.empty()) {
      return fail(base::ErrorCode::InvalidArgument,
                  "trades are fetched by ticker: name some with --symbols, or take the whole "
                  "market's with --flat");
    }
  }
  if (request_.mode == SyncMode::Daily) {
    // Nothing finer than day bars was asked for.
    if (!wants(request_, SyncSource::Bars)) OFFEX_TRY(plan_bars());
    return {};
  }
  for (const market::Day day : sessions_) {
    if (request_.flat_files) {
      plan_tape_files(day);
    } else {
      for (const market::Symbol& symbol : request_.symbols) plan_tape_pages(day, symbol);
    }
  }
  return {};
}

void Planner::plan_tape_files(market::Day day) {
  constexpr std::uint64_t kMinuteBytes = 30'000'000;
  constexpr std::uint64_t kTradeBytes = 3'300'000'000;
  constexpr std::uint64_t kQuoteBytes = 8'000'000'000;
  const auto add_file = [&](Dataset dataset, feeds::FlatFile kind, std::uint64_t bytes) {
    Task task = flat_task(feeds_.endpoints, dataset, kind, day, bytes);
    if (task.published_at > now_) return;
    task.may_be_late = day == sessions_.back();
    add(std::move(task), false);
  };
  if (request_.mode == SyncMode::Minute) {
    add_file(Dataset::MinuteTape, feeds::FlatFile::MinuteBars, kMinuteBytes);
    return;
  }
  add_file(Dataset::TradeTape, feeds::FlatFile::Trades, kTradeBytes);
  if (request_.quotes) add_file(Dataset::QuoteTape, feeds::FlatFile::Quotes, kQuoteBytes);
}

void Planner::plan_tape_pages(market::Day day, const market::Symbol& symbol) {
  constexpr std::uint64_t kTradePages = 4;
  constexpr std::uint64_t kQuotePages = 12;
  constexpr std::uint64_t kPageBytes = 1'500'000;
  const feeds::Endpoints& at = feeds_.endpoints;
  // Asked for while the late session runs, an answer would lack its end.
  if (const market::Instant complete = vendor_day_end(day); complete > now_) {
    wait({.source = std::string{kRest},
          .dataset = request_.mode == SyncMode::Minute ? Dataset::MinuteTape : Dataset::TradeTape,
          .day = day,
          .scope = std::string{symbol.view()}},
         "the late session is not over", complete);
    return;
  }
  Task minute =
      page_task(Dataset::MinuteTape, day, symbol, feeds::minute_aggregates(at, symbol, day));
  minute.bytes = 30'000;
  if (request_.mode == SyncMode::Minute) {
    add(std::move(minute), false);
    return;
  }
  Task trades = page_task(Dataset::TradeTape, day, symbol,
                          feeds::trades(at, symbol, day, feeds_.limits.polygon_page_rows));
  trades.calls = kTradePages;
  trades.bytes = kTradePages * kPageBytes;
  const store::LedgerEntry* known = entry(trades.covers.front());
  if (known != nullptr && known->state == store::PartitionState::Absent && !request_.retry_absent) {
    // The key's plan did not have them: minute bars stand in, and may have failed.
    add(std::move(minute), false);
    return;
  }
  trades.otherwise = std::make_shared<Task>(std::move(minute));
  add(std::move(trades), false);
  if (!request_.quotes) return;
  Task quotes = page_task(Dataset::QuoteTape, day, symbol,
                          feeds::quotes(at, symbol, day, feeds_.limits.polygon_page_rows));
  quotes.calls = kQuotePages;
  quotes.bytes = kQuotePages * kPageBytes;
  add(std::move(quotes), false);
}

}  // namespace offex::ingest
