#include "offex/publish/push.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "offex/market/day_text.hpp"
#include "offex/studies/scan_stream.hpp"

#include "bindings/bindings_internal.hpp"
#include "bindings/environment_internal.hpp"
#include "bindings/store_internal.hpp"
#include "bindings/typing_internal.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace offex::bindings {
namespace {

nb::dict dict_of(const publish::Delivery& delivery) {
  nb::dict out;
  out["table"] = delivery.table;
  out["rows"] = delivery.rows;
  out["inserted"] = delivery.inserted;
  out["updated"] = delivery.updated;
  out["unchanged"] = delivery.unchanged;
  out["counted"] = delivery.counted;
  out["chunks"] = delivery.chunks;
  return out;
}

nb::dict dict_of(const publish::PushReport& report, const std::string& target,
                 const std::vector<std::string>& migrations) {
  nb::dict out;
  out["target"] = target;
  nb::list deliveries;
  for (const publish::Delivery& delivery : report.deliveries) deliveries.append(dict_of(delivery));
  out["deliveries"] = deliveries;
  out["days"] = report.days;
  nb::list no_rows;
  for (const market::Day day : report.no_rows) no_rows.append(day.iso());
  out["no_rows"] = no_rows;
  out["migrations"] = migrations;
  out["warnings"] = report.warnings;
  return out;
}

// Nothing where there are no credentials at all. The environment is read by the lock.
std::optional<publish::TargetAddress> address_of(const std::string& url) {
  return unwrap(publish::find_target(url, &variable));
}

publish::PushRequest request_of(const Store& store) {
  publish::PushRequest out = publish::push_request(&variable);
  out.as_of = store.as_of();
  out.now = store.now();
  out.threads = thread_count();
  return out;
}

Result<market::DayRange> days_between(const std::string& start, const std::string& end,
                                      const store::Reader& reader, const Store& store) {
  OFFEX_ASSIGN(const auto known, studies::scan_range(reader, store.as_of()));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
  if (start.empty() && end.empty()) return market::DayRange{known->last, known->last};
  return market::parse_range_text(start, end, *known);
}

std::optional<Dict> push(Store& store, const std::string& url, const std::string& table,
                         const std::string& start, const std::string& end,
                         const std::vector<std::string>& symbols, bool discover, bool migrate,
                         bool events) {
  const std::optional<publish::TargetAddress> address = address_of(url);
  if (!address) return std::nullopt;
  publish::PushRequest request = request_of(store);
  request.table = table;
  request.discover = discover;
  request.events = events;
  std::string described;
  std::vector<std::string> migrations;
  const publish::PushReport report =
      store.ask([&](const store::Reader& reader) -> Result<publish::PushReport> {
        if (discover && !symbols.empty()) {
          return fail(base::ErrorCode::InvalidArgument,
                      "discover takes the symbols of the table: symbols do not go with it");
        }
        OFFEX_ASSIGN(request.days, days_between(start, end, reader, store));
        OFFEX_ASSIGN(request.symbols, resolve(symbols, reader, true));
        OFFEX_ASSIGN(const auto target, publish::open_target(*address, &store.log()));
        described = target->describe();
        if (migrate) {
          OFFEX_ASSIGN(migrations, target->migrate());
        }
        return publish::push(reader, *target, request);
      });
  return Dict{dict_of(report, described, migrations)};
}

std::optional<std::vector<std::string>> discover_symbols(Store& store, const std::string& date,
                                                         const std::string& url) {
  const std::optional<publish::TargetAddress> address = address_of(url);
  if (!address) return std::nullopt;
  const std::string version = request_of(store).version();
  return store.ask([&](const store::Reader& reader) -> Result<std::vector<std::string>> {
    OFFEX_ASSIGN(const auto known, studies::scan_range(reader, store.as_of()));
    OFFEX_ASSIGN(const market::Day day, market::parse_day_text(date, known));
    OFFEX_ASSIGN(const auto target, publish::open_target(*address, &store.log()));
    return target->symbols(day, version);
  });
}

}  // namespace

void add_store_push(nb::class_<Store>& store) {
  store
      .def("push", &push, "target"_a, "table"_a, "start"_a, "end"_a, "symbols"_a, "discover"_a,
           "migrate"_a, "events"_a)
      .def("discover_symbols", &discover_symbols, "date"_a, "target"_a);
}

}  // namespace offex::bindings
