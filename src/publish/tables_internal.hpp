#pragma once

#include <functional>
#include <string>
#include <vector>

#include "offex/base/result.hpp"
#include "offex/publish/push.hpp"
#include "offex/studies/catalogue.hpp"

namespace offex::publish {

/// Takes shipments as they are made, a bounded number of sessions each.
struct Outlet {
  std::function<Result<void>(const Shipment&)> send;
  std::function<void(std::size_t done, std::size_t total)> progress;
  /// Symbols that the target names for a day; asked only when the request discovers.
  std::function<Result<std::vector<market::Symbol>>(market::Day)> discover;
};

/// Returns the columns that tell the rows of a table apart in another database: the keys of the
/// catalogue, the security by its symbol.
[[nodiscard]] std::vector<std::string> key_of(const studies::TableSpec& spec);

[[nodiscard]] Result<void> ship_features(const store::Reader& reader, const PushRequest& request,
                                         const Outlet& outlet, PushReport& report);
[[nodiscard]] Result<void> ship_daily_metrics(const store::Reader& reader,
                                              const PushRequest& request, const Outlet& outlet,
                                              PushReport& report);
[[nodiscard]] Result<void> ship_scan_hits(const store::Reader& reader, const PushRequest& request,
                                          const Outlet& outlet, PushReport& report);
[[nodiscard]] Result<void> ship_macro(const store::Reader& reader, const PushRequest& request,
                                      const Outlet& outlet, PushReport& report);

}  // namespace offex::publish
