#pragma once

#include <optional>
#include <string>

#include "offex/base/result.hpp"
#include "offex/formats/document.hpp"
#include "offex/market/day.hpp"

namespace offex::formats {

/// The week of a file that has no column for it: from its name or from `--week`.
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

 private:
  [[nodiscard]] Result<market::Day> choose(std::optional<market::Day> updated) const;
  [[nodiscard]] std::unexpected<base::Error> refuse(std::string reason) const;

  std::string file_;
  std::optional<market::Day> named_;
  std::optional<market::Day> told_;
  std::optional<market::Day> chosen_;
};

}  // namespace offex::formats
