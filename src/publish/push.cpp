#include "offex/publish/push.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "offex/studies/features.hpp"

#include "publish/tables_internal.hpp"

namespace offex::publish {
namespace {

using base::ErrorCode;

using Ship = Result<void> (*)(const store::Reader&, const PushRequest&, const Outlet&, PushReport&);

Result<Ship> ship_of(std::string_view table) {
  if (table == "daily_features") return &ship_features;
  if (table == "daily_metrics") return &ship_daily_metrics;
  if (table == "scan_hit") return &ship_scan_hits;
  if (table == "macro_daily") return &ship_macro;
  std::vector<std::string_view> names;
  for (const PushTable& known : push_tables()) names.push_back(known.name);
  return fail(ErrorCode::InvalidArgument,
              fmt::format("no table `{}` to push; there are {}", table, fmt::join(names, ", ")));
}

/// Whether the migrations make the table.
bool is_ours(std::string_view table) {
  return table == "provenance_events" ||
         std::ranges::find(push_tables(), table, &PushTable::name) != push_tables().end();
}

/// Columns of ours that the table there does not have would fail late and in the server's words.
Result<void> check_columns(const Shipment& shipment, Target& target) {
  OFFEX_ASSIGN(const std::vector<std::string> there, target.columns_of(shipment.table));
  std::vector<std::string> missing;
  for (const columns::Column& column : shipment.rows.columns()) {
    if (std::ranges::find(there, column.name()) == there.end()) missing.push_back(column.name());
  }
  if (missing.empty()) return {};
  return fail(ErrorCode::NotFound,
              fmt::format("{} has no column {}: {}", shipment.table, fmt::join(missing, ", "),
                          is_ours(shipment.table)
                              ? "run the migrations (`offex push postgresql://... --migrate`, or "
                                "the files of migrations/ by hand)"
                              : "it needs the columns of provenance_events"));
}

Delivery& delivery_of(const std::string& table, PushReport& report) {
  const auto known = std::ranges::find(report.deliveries, table, &Delivery::table);
  if (known != report.deliveries.end()) return *known;
  Delivery& fresh = report.deliveries.emplace_back();
  fresh.table = table;
  return fresh;
}

void add(const Delivery& part, PushReport& report) {
  Delivery& sum = delivery_of(part.table, report);
  sum.rows += part.rows;
  sum.inserted += part.inserted;
  sum.updated += part.updated;
  sum.unchanged += part.unchanged;
  sum.counted += part.counted;
  sum.chunks += part.chunks;
  for (const std::string& warning : part.warnings) {
    if (std::ranges::find(report.warnings, warning) == report.warnings.end()) {
      report.warnings.push_back(warning);
    }
  }
}

Result<std::vector<market::Symbol>> discovered(Target& target, const PushRequest& request,
                                               market::Day day, PushReport& report) {
  OFFEX_ASSIGN(const std::vector<std::string> names, target.symbols(day, request.version()));
  std::vector<market::Symbol> out;
  for (const std::string& name : names) {
    if (const auto symbol = market::Symbol::parse(name)) {
      out.push_back(*symbol);
    } else {
      report.warnings.push_back(
          fmt::format("daily_features names `{}` there, which is no symbol: left out", name));
    }
  }
  return out;
}

Result<void> ship(const store::Reader& reader, Target& target, const PushRequest& request,
                  const PushProgress& progress, PushReport& report) {
  OFFEX_ASSIGN(const Ship from, ship_of(request.table));
  std::vector<std::string> checked;
  const Outlet outlet{
      .send = [&](const Shipment& shipment) -> Result<void> {
        if (shipment.rows.num_rows() == 0) return {};
        if (std::ranges::find(checked, shipment.table) == checked.end()) {
          OFFEX_TRY(check_columns(shipment, target));
          checked.push_back(shipment.table);
        }
        OFFEX_ASSIGN(const Delivery delivery, target.send(shipment));
        add(delivery, report);
        return {};
      },
      .progress =
          [&](std::size_t done, std::size_t total) {
            if (progress) progress(done, total);
          },
      .discover = [&](market::Day day) { return discovered(target, request, day, report); }};
  return from(reader, request, outlet, report);
}

}  // namespace

Result<void> check_request(const PushRequest& request) {
  OFFEX_TRY(ship_of(request.table));
  if (request.discover && request.table != "daily_features") {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("only daily_features has symbols to discover, not {}", request.table));
  }
  if (!request.symbols.empty() && request.table == "macro_daily") {
    return fail(ErrorCode::InvalidArgument, "macro_daily has groups, not symbols");
  }
  if (request.as_of && request.table == "scan_hit") {
    return fail(ErrorCode::InvalidArgument,
                "scan_hit is what was built, which has no as-of; `offex scan --asof` computes one");
  }
  return {};
}

PushRequest push_request(const feeds::Variables& variables) {
  PushRequest out;
  out.feature_version = variables("OFFEX_FEATURE_VERSION").value_or("");
  const std::string events = variables("SUPABASE_PROVENANCE_TABLE").value_or("");
  if (!events.empty()) out.events_table = events;
  return out;
}

std::string PushRequest::version() const {
  return feature_version.empty() ? std::string{studies::kFeatureVersion} : feature_version;
}

Result<std::vector<PushReport>> push_all(const store::Reader& reader, Target& target,
                                         std::span<const PushRequest> requests,
                                         const PushProgress& progress) {
  for (const PushRequest& request : requests) OFFEX_TRY(check_request(request));
  std::vector<PushReport> reports(requests.size());
  OFFEX_TRY(target.begin());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    OFFEX_TRY(ship(reader, target, requests[i], progress, reports[i]));
  }
  OFFEX_TRY(target.commit());
  return reports;
}

Result<PushReport> push(const store::Reader& reader, Target& target, const PushRequest& request,
                        const PushProgress& progress) {
  OFFEX_ASSIGN(std::vector<PushReport> reports, push_all(reader, target, {&request, 1}, progress));
  return std::move(reports.front());
}

}  // namespace offex::publish
