#pragma once

#include "offex/base/digest.hpp"
#include "offex/store/types.hpp"

namespace offex::store {

/// Returns the SHA-256 of the rows in canonical binary form, sorted by symbol.
///
/// Equal rows give equal digests whatever the container, line ends or row order were; this is how
/// a correction is told from a repetition. Pure and safe to call from many threads: import workers
/// compute it and pass it on in `FactRows::digest`, which `Writer::put` uses for single-day files.
/// Rows of several keys give one digest over all of them; rows that break the column contract,
/// which `Writer::put` will refuse, give zeros.
[[nodiscard]] base::Digest row_digest(const FactRows& rows);

}  // namespace offex::store
