#pragma once

#include <optional>
#include <string>

#include "offex/base/result.hpp"
#include "offex/formats/document.hpp"
#include "offex/market/day.hpp"

namespace offex::formats {

/// The week that a file's name or `--week` tells, where the rows do not.
class FileWeek {
 public:
  explicit FileWeek(const ReadOptions& options);

  /// Returns the Monday, or an InvalidArgument that says why there is none.
  ///
  /// `updated` is a last update date of the file's rows, where they have one. A week is published
  /// after its end, so that a name whose date is not before it carries the day of publication.
  /// Answers the first call for good; later ones only check `updated`.
  [[nodiscard]] Result<market::Day> resolve(std::optional<market::Day> updated);
  /// Returns whether the name or the caller says a week at all.
  [[nodiscard]] bool is_told() const { return named_ || told_; }
  /// Returns an InvalidArgument when `--week` is no Monday.
  [[nodiscard]] Result<void> check_told() const;
  /// Returns the week that `--week` or the name tells and that is not `week`, or nothing.
  [[nodiscard]] std::optional<market::Day> told_other_than(
      market::Day week, std::optional<market::Day> updated) const;

 private:
  /// The week in the name, unless that is the day on which the file was published.
  [[nodiscard]] std::optional<market::Day> named_week(std::optional<market::Day> updated) const;
  [[nodiscard]] Result<market::Day> choose(std::optional<market::Day> updated) const;
  [[nodiscard]] std::unexpected<base::Error> refuse(std::string reason) const;

  std::string file_;
  std::optional<market::Day> named_;
  std::optional<market::Day> told_;
  std::optional<market::Day> chosen_;
};

}  // namespace offex::formats
