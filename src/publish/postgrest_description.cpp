#include "offex/feeds/postgrest.hpp"

#include "publish/postgrest_description_internal.hpp"

namespace offex::publish {
namespace {

const JsonTree* properties_of(const std::optional<JsonTree>& tree, std::string_view table) {
  const JsonTree* here = tree ? tree->find("definitions") : nullptr;
  if (here != nullptr) here = here->find(table);
  return here == nullptr ? nullptr : here->find("properties");
}

}  // namespace

std::vector<PostgrestDescription::Described> PostgrestDescription::columns_of(
    std::string_view table) {
  if (properties_of(tree_, table) == nullptr) {
    const auto reply = wire_.ask(feeds::postgrest_description(wire_.settings()));
    if (reply) tree_ = read_json_tree(reply->body);
  }
  std::vector<Described> out;
  const JsonTree* const properties = properties_of(tree_, table);
  if (properties == nullptr) return out;
  for (const auto& [name, column] : properties->members) {
    const JsonTree* const format = column.find("format");
    out.push_back({.name = name, .format = format == nullptr ? std::string{} : format->text});
  }
  return out;
}

}  // namespace offex::publish
