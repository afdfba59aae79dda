#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "offex/publish/target.hpp"

#include "publish/postgrest_delivery_internal.hpp"
#include "publish/postgrest_description_internal.hpp"
#include "publish/postgrest_json_internal.hpp"
#include "publish/postgrest_wire_internal.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;
using columns::Batch;
using columns::Column;
using columns::Type;

/// Whether a key would go out in plain sight.
bool is_open_road(std::string_view url) {
  if (!url.starts_with("http://")) return false;
  url.remove_prefix(std::string_view{"http://"}.size());
  return !url.starts_with("127.") && !url.starts_with("localhost") && !url.starts_with("[::1]");
}

class PostgrestTarget final : public Target {
 public:
  PostgrestTarget(feeds::FeedSettings settings, std::size_t chunk_rows, base::LogSink* log)
      : wire_{std::move(settings), log}, chunk_rows_{chunk_rows} {}

  [[nodiscard]] std::string describe() const override {
    return feeds::public_url(wire_.settings().endpoints.postgrest);
  }
  [[nodiscard]] bool transactional() const override { return false; }

  Result<std::vector<std::string>> migrate() override {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{} takes rows, but runs no migrations: give the postgresql:// address "
                            "of the database, or run the files of migrations/ in order with psql "
                            "or supabase",
                            describe()));
  }

  Result<std::vector<std::string>> columns_of(std::string_view table) override {
    // One row tells that the table is there, and mostly what is in it.
    OFFEX_ASSIGN(
        const feeds::Reply row,
        wire_.ask(feeds::postgrest_select(wire_.settings(), table, {.columns = {}, .limit = 1})));
    const auto rows = read_json_tree(row.body);
    std::vector<std::string> out;
    if (rows && !rows->items.empty()) {
      for (const auto& [name, value] : rows->items.front().members) out.push_back(name);
      return out;
    }
    for (auto& column : description_.columns_of(table)) out.push_back(std::move(column.name));
    if (!out.empty()) return out;
    return fail(ErrorCode::Upstream,
                fmt::format("{} is empty, and {} does not describe it, so that its columns are not "
                            "known: make the first push over postgresql://, or let the server's "
                            "openapi-mode describe its tables",
                            table, describe()));
  }

  Result<void> begin() override { return {}; }
  Result<Delivery> send(const Shipment& shipment) override {
    return PostgrestDelivery{wire_, description_, shipment, chunk_rows_}.run();
  }
  Result<void> commit() override { return {}; }

  Result<std::vector<std::string>> symbols(market::Day day, std::string_view version) override {
    const feeds::PostgrestQuery question{
        .columns = {},
        .filters = {{"trade_date", "eq." + day.iso()},
                    {"feature_version", fmt::format("eq.{}", version)}},
        .order = {"symbol"},
        .count = true};
    std::set<std::string> found;
    const Batch header{{Column{"symbol", Type::Text}}};
    OFFEX_TRY(wire_.read("daily_features", {question}, header, [&](const Batch& rows) {
      const Column& symbol = rows.column(0);
      for (std::size_t row = 0; row < rows.num_rows(); ++row) {
        if (symbol.valid(row)) found.insert(symbol.values<std::string>()[row]);
      }
      return Result<void>{};
    }));
    return std::vector<std::string>{found.begin(), found.end()};
  }

 private:
  PostgrestWire wire_;
  PostgrestDescription description_{wire_};
  std::size_t chunk_rows_;
};

}  // namespace

Result<std::unique_ptr<Target>> open_postgrest_target(const TargetAddress& address,
                                                      base::LogSink* log) {
  feeds::FeedSettings settings = address.settings;
  if (settings.endpoints.postgrest.empty()) {
    settings.endpoints.postgrest = address.url;
    while (settings.endpoints.postgrest.ends_with('/')) settings.endpoints.postgrest.pop_back();
  }
  if (settings.credentials.postgrest_key.empty()) {
    return fail(ErrorCode::Credentials,
                fmt::format("no key for {}: set SUPABASE_SERVICE_ROLE_KEY",
                            feeds::public_url(settings.endpoints.postgrest)));
  }
  if (log != nullptr && is_open_road(settings.endpoints.postgrest)) {
    log->write(base::LogLevel::Warning,
               fmt::format("{} is no https address: the key travels unencrypted",
                           feeds::public_url(settings.endpoints.postgrest)));
  }
  const std::size_t rows = address.chunk_rows == 0 ? feeds::kPostgrestRows : address.chunk_rows;
  return std::make_unique<PostgrestTarget>(std::move(settings), rows, log);
}

}  // namespace offex::publish
