#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "offex/formats/zip_writer.hpp"
#include "offex/market/calendar.hpp"

#include "sim/text_internal.hpp"
#include "sim/weekly_files_internal.hpp"
#include "sim/weekly_pages_internal.hpp"

namespace offex::sim {
namespace {

constexpr std::array kTiers{Tier::T1, Tier::T2, Tier::Otce};
constexpr std::size_t kRestatedEvery = 9;  // of the securities of the first tier

}  // namespace

std::vector<market::Day> complete_weeks(const std::vector<market::Day>& sessions) {
  std::vector<market::Day> out;
  for (std::size_t i = 0; i < sessions.size();) {
    const market::Day monday = market::week_start(sessions[i]);
    std::size_t end = i;
    while (end < sessions.size() && market::week_start(sessions[end]) == monday) ++end;
    if (static_cast<int>(end - i) == market::sessions_in_week(monday)) out.push_back(monday);
    i = end;
  }
  return out;
}

WeeklyFiles::WeeklyFiles(const MarketSpec& spec, const std::vector<Security>& universe,
                         const std::vector<market::Day>& sessions, Writer& writer)
    : spec_{spec},
      universe_{universe},
      writer_{writer},
      paths_{writer.out()},
      weeks_{complete_weeks(sessions)} {
  writer.out().weeks = weeks_;
}

Result<void> WeeklyFiles::add(market::Day day, const std::vector<Trading>& trading) {
  const market::Day monday = market::week_start(day);
  if (monday != monday_) sums_.clear();
  monday_ = monday;
  add_session(sums_, trading);
  const auto week = std::ranges::find(weeks_, monday);
  const auto next = market::session_after(day);
  if (week == weeks_.end() || (next && market::week_start(*next) == monday)) return {};
  OFFEX_TRY(finish());
  Job job = job_of(static_cast<std::size_t>(week - weeks_.begin()));
  job.sums = std::exchange(sums_, {});
  pending_ =
      std::async(std::launch::async, [this, moved = std::move(job)] { return write(moved); });
  return {};
}

Result<void> WeeklyFiles::finish() { return pending_.valid() ? pending_.get() : Result<void>{}; }

WeeklyFiles::Job WeeklyFiles::job_of(std::size_t week) const {
  const auto published = [this](market::Day monday, Tier tier) {
    return publication_day(monday, tier) <= spec_.last_day;
  };
  const auto newest = std::ranges::find_if(weeks_.rbegin(), weeks_.rend(), [&](market::Day monday) {
    return published(monday, Tier::T2);
  });
  // Where there is a choice, the odd week is one that people can read about.
  const std::size_t odd_among =
      newest != weeks_.rend() ? static_cast<std::size_t>(weeks_.rend() - newest) : weeks_.size();
  const market::Day monday = weeks_[week];
  return {.monday = monday,
          .sums = {},
          .firms = week + writer_.options().firm_weeks >= weeks_.size(),
          .changes = week == odd_among / 2,
          .restated = week == 0 && published(monday, Tier::T1),
          .download = newest != weeks_.rend() && *newest == monday};
}

Result<void> WeeklyFiles::write(const Job& job) const {
  const WeekTable table = break_down(
      universe_, job.sums,
      {.seed = spec_.seed, .monday = job.monday, .firms = job.firms, .changes = job.changes});
  OFFEX_TRY(write_pages(table));
  if (job.restated) {
    OFFEX_TRY(write_restated(job, table));
  }
  const bool archive = job.firms && publication_day(job.monday, Tier::T2) <= spec_.last_day;
  if (!archive && !job.download) return {};
  // The downloads do not tell the tape, so a name that changed it has one row.
  const WeekTable plain =
      break_down(universe_, job.sums, {.seed = spec_.seed, .monday = job.monday});
  if (archive) {
    OFFEX_TRY(write_archive(plain));
  }
  return job.download ? write_downloads(plain) : Result<void>{};
}

Result<void> WeeklyFiles::write_pages(const WeekTable& table) const {
  for (const Tier tier : kTiers) {
    const bool later = publication_day(table.monday, tier) > spec_.last_day;
    const auto& folder = later ? paths_.weekly_later_dir : paths_.weekly_dir;
    std::size_t page = 0;
    for (const FileText& text : weekly_pages(universe_, table, tier)) {
      const std::string name = fmt::format("weeklySummary_{}_{}_{:04}.json", table.monday.iso(),
                                           kTierNames[static_cast<std::size_t>(tier)], ++page);
      OFFEX_TRY(writer_.put(folder / name, text));
    }
  }
  return {};
}

// A firm reports some trades late: the rows of a few names of the first tier grow by a hundredth.
Result<void> WeeklyFiles::write_restated(const Job& job, const WeekTable& table) const {
  std::vector<WeekSum> sums(job.sums.size());
  std::size_t seen = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const WeekSum& sum = job.sums[i];
    if (sum.volume == 0 || tier_of(universe_[i]) != Tier::T1 || seen++ % kRestatedEvery != 0) {
      continue;
    }
    const std::int64_t room = (sum.consolidated - sum.volume) / 2;
    sums[i] = sum;
    sums[i].volume += std::min(sum.volume / 100, room) / kShare * kShare;
    sums[i].dollars *= static_cast<double>(sums[i].volume) / static_cast<double>(sum.volume);
  }
  const WeekTable restated =
      break_down(universe_, sums, {.seed = spec_.seed, .monday = table.monday, .firms = job.firms});
  const market::Day updated = publication_day(table.monday, Tier::T1).plus(4);
  const auto pages = weekly_pages(universe_, restated, Tier::T1, updated);
  for (std::size_t page = 0; page < pages.size(); ++page) {
    const std::string name =
        fmt::format("weeklySummary_{}_T1_{:04}.json", table.monday.iso(), page + 1);
    OFFEX_TRY(writer_.put(paths_.weekly_restated_dir / name, pages[page]));
  }
  return {};
}

Result<void> WeeklyFiles::write_downloads(const WeekTable& table) const {
  const std::string iso = table.monday.iso();
  const auto& folder = paths_.weekly_download_dir;
  OFFEX_TRY(writer_.put(folder / ("OTC_ats_" + iso + ".txt"),
                        weekly_download(universe_, table, kAtsFirm)));
  return writer_.put(folder / ("OTC_non_ats_" + iso + ".txt"),
                     weekly_download(universe_, table, kOtcFirm));
}

Result<void> WeeklyFiles::write_archive(const WeekTable& table) const {
  const FileText text = ats_summary(universe_, table);
  const std::string stem = "ATS_W_Summary_" + market::week_end_friday(table.monday).compact();
  OFFEX_ASSIGN(const std::string packed,
               formats::zip_archive({{.name = stem + ".txt", .bytes = text.text}}));
  return writer_.put_packed(paths_.ats_zip_dir / (stem + ".zip"), packed, text.rows,
                            text.text.size());
}

}  // namespace offex::sim
