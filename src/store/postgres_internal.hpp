#pragma once

#include <string>
#include <string_view>

#include "offex/base/error.hpp"
#include "offex/base/result.hpp"

namespace offex::store::pg {

/// Returns the kind of a failure by its SQLSTATE; Upstream when there is none.
[[nodiscard]] base::ErrorCode code_of_sqlstate(std::string_view sqlstate);

/// What libpq says when a connection fails, in its verbose form, taken apart.
struct ConnectFailure {
  std::string sqlstate;  ///< empty when no server answered
  std::string message;   ///< one line, without the place in the server's source
};
[[nodiscard]] ConnectFailure read_connect_failure(std::string_view text);

/// Returns the option `connect_timeout` of an address, or the fallback. \pre check_postgres_address
[[nodiscard]] long connect_seconds(const std::string& url, long fallback);

}  // namespace offex::store::pg
