#pragma once

#include <string>
#include <string_view>

#include "offex/columns/column.hpp"

namespace offex::formats {

/// What one row says of a corporate action, field by field. Each `read_*` returns what is wrong
/// with the text, empty when nothing is; an empty text is a value that is not there.
class ShareAction {
 public:
  /// Reads "split" or "reset" in any case and appends it; an empty text is a split.
  [[nodiscard]] std::string read_action(columns::Column& action, std::string_view text);
  [[nodiscard]] std::string read_split_from(std::string_view text);
  [[nodiscard]] std::string read_split_to(std::string_view text);
  /// Appends shares after for each share before: from `text`, or from the shares that were read;
  /// missing for a reset. To be called last.
  [[nodiscard]] std::string read_factor(columns::Column& factor, std::string_view text) const;

 private:
  bool reset_{false};
  double split_from_{0};  // 0: not there
  double split_to_{0};
};

}  // namespace offex::formats
