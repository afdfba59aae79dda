#include "offex/feeds/request.hpp"

namespace offex::feeds {

void make_conditional(Request& request, const Validators& validators) {
  if (!validators.etag.empty()) {
    request.headers.emplace_back("If-None-Match", validators.etag);
  }
  if (!validators.last_modified.empty()) {
    request.headers.emplace_back("If-Modified-Since", validators.last_modified);
  }
}

}  // namespace offex::feeds
