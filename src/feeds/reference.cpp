#include "offex/feeds/reference.hpp"

namespace offex::feeds {
namespace {

Request directory_file(const Endpoints& endpoints, const char* name, const char* what) {
  Request out;
  out.upstream = Upstream::NasdaqTrader;
  out.url = endpoints.nasdaq_trader + "/dynamic/SymDir/" + name;
  out.what = what;
  return out;
}

}  // namespace

Request nasdaq_listed(const Endpoints& endpoints) {
  return directory_file(endpoints, "nasdaqlisted.txt", "symbol directory of Nasdaq");
}

Request other_listed(const Endpoints& endpoints) {
  return directory_file(endpoints, "otherlisted.txt", "symbol directory of the other exchanges");
}

}  // namespace offex::feeds
