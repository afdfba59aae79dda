#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/columns/batch.hpp"
#include "offex/market/instant.hpp"
#include "offex/store/reader.hpp"

namespace offex::publish {

/// A received file that rows come from.
struct Artifact {
  std::string dataset;  ///< "finra_short_daily"
  std::string name;
  std::string url;  ///< the one that was used, or the path of an import
  std::string sha256;
  std::string bytes;         ///< number of them
  std::string fetched_at;    ///< ISO instant
  std::string published_at;  ///< Last-Modified; empty where the upstream told none
  std::string etag;
};

/// Returns what the store knows of files, given by their names and digests, each separated by
/// commas and in one order.
[[nodiscard]] Result<std::vector<Artifact>> artifacts_of(const store::Reader& reader,
                                                         std::string_view names,
                                                         std::string_view digests);

/// Makes the JSON text of an object, member by member.
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  /// Null where the value is empty.
  JsonObject& text_or_null(std::string_view name, std::string_view value);
  JsonObject& texts(std::string_view name, const std::vector<std::string>& values);
  /// \param json as it is to stand there
  JsonObject& raw(std::string_view name, std::string_view json);
  [[nodiscard]] std::string str() const { return text_ + "}"; }

 private:
  void name(std::string_view name);
  std::string text_{"{"};
};

}  // namespace offex::publish
