#include <algorithm>

#include "offex/columns/cells.hpp"
#include "offex/render/json_text.hpp"

#include "publish/provenance_internal.hpp"

namespace offex::publish {
namespace {

/// Takes what stands before the next comma off the front.
std::string_view first_word(std::string_view& list) {
  const std::string_view word = list.substr(0, list.find(','));
  list.remove_prefix(std::min(word.size() + 1, list.size()));
  return word;
}

}  // namespace

void JsonObject::name(std::string_view name) {
  if (text_.size() > 1) text_.push_back(',');
  render::append_json_string(text_, name);
  text_.push_back(':');
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  this->name(name);
  render::append_json_string(text_, value);
  return *this;
}

JsonObject& JsonObject::text_or_null(std::string_view name, std::string_view value) {
  return value.empty() ? raw(name, "null") : text(name, value);
}

JsonObject& JsonObject::texts(std::string_view name, const std::vector<std::string>& values) {
  this->name(name);
  text_.push_back('[');
  for (const std::string& value : values) {
    if (text_.back() != '[') text_.push_back(',');
    render::append_json_string(text_, value);
  }
  text_.push_back(']');
  return *this;
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
  this->name(name);
  text_ += json;
  return *this;
}

Result<std::vector<Artifact>> artifacts_of(const store::Reader& reader, std::string_view names,
                                           std::string_view digests) {
  std::vector<Artifact> out;
  while (!digests.empty()) {
    const std::string_view name = first_word(names);
    const std::vector<store::Parameter> file{std::string{first_word(digests)}, std::string{name}};
    // Empty days of several facilities have the same bytes: the name tells which one it was. The
    // same file received twice counts from when it was first here.
    OFFEX_ASSIGN(store::QueryRows query,
                 reader.query("SELECT dataset, name, url, sha256, bytes::VARCHAR AS bytes, "
                              "first_seen_at, published_at, etag FROM ingest_file WHERE sha256 = "
                              "$1 ORDER BY name <> $2, file_id LIMIT 1",
                              file));
    OFFEX_ASSIGN(const columns::Batch rows, query.all());
    for (std::size_t row = 0; row < rows.num_rows(); ++row) {
      const auto cell = [&](std::string_view column) {
        return columns::cell_text(*rows.find(column), row);
      };
      out.push_back({.dataset = cell("dataset"),
                     .name = cell("name"),
                     .url = cell("url"),
                     .sha256 = cell("sha256"),
                     .bytes = cell("bytes"),
                     .fetched_at = cell("first_seen_at"),
                     .published_at = cell("published_at"),
                     .etag = cell("etag")});
    }
  }
  return out;
}

}  // namespace offex::publish
