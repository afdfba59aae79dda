#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "offex/cli/invocation.hpp"
#include "offex/publish/push.hpp"

namespace offex::cli {

/// Connects to where rows go: `url`, or what the environment names. Null when it names nothing: the
/// caller warns. \param chunk_rows 0: the usual number
[[nodiscard]] Result<std::unique_ptr<publish::Target>> connect_target(const std::string& url,
                                                                      std::size_t chunk_rows,
                                                                      const Invocation& invocation);

/// Returns a request with what settings and environment say: as-of, clock, threads,
/// OFFEX_FEATURE_VERSION, SUPABASE_PROVENANCE_TABLE.
[[nodiscard]] publish::PushRequest push_request(const Invocation& invocation);

/// Pushes with a progress bar; warnings and a line a table go to stderr. Returns what became of
/// each table.
[[nodiscard]] Result<std::vector<publish::Delivery>> push_and_tell(
    const store::Reader& reader, publish::Target& target,
    std::span<const publish::PushRequest> requests, Invocation& invocation);

}  // namespace offex::cli
