#pragma once

#include <cstdint>

#include "store/layout_internal.hpp"

// When facts became public.
namespace offex::store {

/// When the first revision of a key became public: microseconds UTC, or the engine's -infinity for
/// what always held. Weekly data tell their day of publication; else the file's publication
/// counts, else the rule of the data set.
[[nodiscard]] std::int64_t first_known(const KeyedRows& rows, const SourceFile& source);

/// When rows of a key became public by the rule of its data set, whatever they tell themselves:
/// microseconds UTC. \pre the key has a day
[[nodiscard]] std::int64_t known_by_rule(const FactKey& key);

/// When a tape file became public.
[[nodiscard]] std::int64_t first_known_tape(market::Day day, const SourceFile& source);

}  // namespace offex::store
