#include <fmt/format.h>

#include "formats/faults_internal.hpp"
#include "formats/finra_names_internal.hpp"
#include "formats/finra_week_internal.hpp"

namespace offex::formats {
namespace {

using market::Day;

constexpr std::int32_t kMondayToFriday = 4;

bool is_monday(Day day) { return day.weekday() == market::Weekday::Monday; }

// Nobody can publish or update a week that is not over.
bool is_over(Day week, std::optional<Day> updated) {
  return !updated || *updated >= week.plus(kMondayToFriday);
}

bool stands_in(const std::string& name, Day day) {
  return name.find(day.compact()) != std::string::npos || name.find(day.iso()) != std::string::npos;
}

}  // namespace

FileWeek::FileWeek(const ReadOptions& options)
    : file_{options.file}, named_{week_from_name(options.file)}, told_{options.week} {}

std::unexpected<base::Error> FileWeek::refuse(std::string reason) const {
  return fail(base::ErrorCode::InvalidArgument, std::move(reason), in_file(file_));
}

Result<Day> FileWeek::resolve(std::optional<Day> updated) {
  OFFEX_ASSIGN(const Day week, chosen_ ? Result<Day>{*chosen_} : choose(updated));
  chosen_ = week;
  if (!updated || is_over(week, updated)) return week;
  return refuse(
      fmt::format("the week {} was not over on {}, the last update date of a row: say "
                  "with --week which Monday the week starts on",
                  week.iso(), updated->iso()));
}

Result<void> FileWeek::check_told() const {
  if (!told_ || is_monday(*told_)) return {};
  return refuse(fmt::format("--week {} is no Monday: weeks are named by theirs", told_->iso()));
}

std::optional<Day> FileWeek::named_week(std::optional<Day> updated) const {
  if (named_ && is_monday(*named_) && is_over(*named_, updated)) return named_;
  return std::nullopt;
}

std::optional<Day> FileWeek::told_other_than(Day week, std::optional<Day> updated) const {
  if (told_ && *told_ != week) return told_;
  const auto named = named_week(updated);
  if (named && *named != week) return named;
  return std::nullopt;
}

Result<Day> FileWeek::choose(std::optional<Day> updated) const {
  OFFEX_TRY(check_told());
  const auto in_name = named_week(updated);
  if (in_name && told_ && *in_name != *told_) {
    return refuse(
        fmt::format("the name says week {}, but --week says {}", in_name->iso(), told_->iso()));
  }
  if (in_name) return *in_name;
  if (told_) return *told_;
  if (updated && stands_in(file_, *updated)) {
    return refuse(
        fmt::format("the date in the name, {}, is the rows' last update date: it says when FINRA "
                    "published the file, not which week it is. Say with --week which Monday the "
                    "week starts on",
                    updated->iso()));
  }
  if (named_ && !is_monday(*named_)) {
    return refuse(
        fmt::format("the name says week {}, which is no Monday: say with --week which "
                    "Monday the week starts on",
                    named_->iso()));
  }
  return refuse(
      "neither the rows nor the name (OTC_ats_2025-12-01, OTC_non_ats_2025-12-01) say "
      "which week this is: say with --week which Monday it starts on");
}

}  // namespace offex::formats
