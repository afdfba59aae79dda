#include "offex/cli/exit_code.hpp"

namespace offex::cli {

ExitCode exit_code_for(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::Internal:
      return ExitCode::Internal;
    case base::ErrorCode::InvalidArgument:
      return ExitCode::Usage;
    case base::ErrorCode::NotFound:
      return ExitCode::NothingMatched;
    case base::ErrorCode::NotPublished:
      return ExitCode::NotPublished;
    case base::ErrorCode::Partial:
      return ExitCode::Partial;
    case base::ErrorCode::Integrity:
    case base::ErrorCode::UnknownLayout:
      return ExitCode::Integrity;
    case base::ErrorCode::Upstream:
      return ExitCode::Upstream;
    case base::ErrorCode::Credentials:
      return ExitCode::Credentials;
    case base::ErrorCode::Busy:
      return ExitCode::Busy;
    case base::ErrorCode::Io:
      return ExitCode::Internal;
    case base::ErrorCode::Interrupted:
      return ExitCode::Interrupted;
  }
  return ExitCode::Internal;
}

}  // namespace offex::cli
