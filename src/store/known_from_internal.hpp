#pragma once

#include <cstdint>

#include "store/layout_internal.hpp"

// When facts became public.
namespace offex::store {

/// When the first revision of a key became public: microseconds UTC, or the engine's -infinity for
/// what always held. Weekly data tell their day of publication; else the file's publication
/// counts, else the rule of the data set.
[[nodiscard]] std::int64_t first_known(const KeyedRows& rows, const SourceFile& source);

/// The same for a tape file.
[[nodiscard]] std::int64_t first_known_tape(market::Day day, const SourceFile& source);

}  // namespace offex::store
