#pragma once

#include "offex/feeds/request.hpp"

namespace offex::feeds {

/// `{nasdaq}/dynamic/SymDir/nasdaqlisted.txt`: only the current state is published.
[[nodiscard]] Request nasdaq_listed(const Endpoints& endpoints);
/// `{nasdaq}/dynamic/SymDir/otherlisted.txt`: listings of the other exchanges, with the spellings
/// ACT, CQS and Nasdaq.
[[nodiscard]] Request other_listed(const Endpoints& endpoints);

}  // namespace offex::feeds
