#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/formats/document.hpp"

#include "formats/finra_layout_internal.hpp"

namespace offex::formats {

/// How the fields of a text stand in its lines.
struct FinraText {
  char delimiter{'|'};
  bool quotes{false};  ///< a field may stand in quotes
};

/// Returns how the header line separates its fields: comma, pipe, tab or ctrl-A. Quotes are
/// understood between commas, and where the header has them.
[[nodiscard]] FinraText finra_text(std::string_view header);

/// Returns the normalised field names of a header line; none when its quotes are wrong.
[[nodiscard]] std::vector<std::string> finra_names(std::string_view header, FinraText text);

/// Returns a reader for weekly downloads, ATS summaries and Query API replies in CSV. `layout` is
/// the one that `find_finra_layout` returns for the header.
[[nodiscard]] std::unique_ptr<Reader> make_finra_text_reader(const FinraLayout& layout,
                                                             FinraText text, ReadOptions options);

/// Returns a reader for the JSON array of a Query API reply, kept whole until its end
/// (`JsonBody::kMaxBytes`). The layout shows in the first row.
[[nodiscard]] std::unique_ptr<Reader> make_finra_json_reader(ReadOptions options);

/// Returns the warning about fields that a layout does not have, given their names.
[[nodiscard]] std::string ignored_fields(const FinraLayout& layout,
                                         const std::vector<std::string>& names);

}  // namespace offex::formats
