#include <algorithm>
#include <memory>
#include <thread>

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "offex/studies/catalogue.hpp"
#include "offex/studies/check.hpp"

#include "bindings/bindings_internal.hpp"
#include "bindings/environment_internal.hpp"
#include "bindings/questions_internal.hpp"
#include "bindings/store_internal.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace offex::bindings {

unsigned thread_count() { return std::max(1U, std::thread::hardware_concurrency()); }

Result<void> Store::open() {
  store::StoreOptions options{.home = home_, .clock = clock_.get(), .log = &log_};
  OFFEX_ASSIGN(facts_, store::Reader::open(options));
  if (!as_of_) return {};
  options.as_of = as_of_;
  OFFEX_ASSIGN(views_, store::Reader::open(options));
  return {};
}

market::Instant Store::now() const { return market::Instant::from_nanos(clock_->now_nanos()); }

Result<std::vector<market::Symbol>> resolve(const std::vector<std::string>& typed,
                                            const store::Reader& reader, bool take_unknown) {
  std::vector<market::Symbol> out;
  if (typed.empty()) return out;
  OFFEX_ASSIGN(const std::vector<market::Symbol> universe, reader.symbols());
  for (const std::string& text : typed) {
    auto symbol = market::resolve_symbol(text, universe);
    if (take_unknown && !symbol && symbol.error().code == base::ErrorCode::NotFound) {
      symbol = market::Symbol::parse(text);
    }
    if (!symbol) return std::unexpected{std::move(symbol).error()};
    if (std::ranges::find(out, *symbol) == out.end()) out.push_back(*symbol);
  }
  return out;
}

namespace {

std::unique_ptr<Store> open_store(const std::string& home,
                                  const std::optional<std::string>& as_of) {
  std::unique_ptr<base::Clock> clock = unwrap(make_clock());
  return unlocked([&]() -> Result<std::unique_ptr<Store>> {
    std::optional<market::Instant> moment;
    if (as_of) {
      OFFEX_ASSIGN(moment, market::parse_as_of(*as_of));
    }
    auto out = std::make_unique<Store>(home, moment, std::move(clock));
    OFFEX_TRY(out->open());
    return out;
  });
}

std::optional<std::string> as_of_text(const Store& store) {
  if (!store.as_of()) return std::nullopt;
  return store.as_of()->iso();
}

std::optional<std::pair<std::string, std::string>> days_of(Store& store) {
  const auto days =
      store.ask([&](const store::Reader& reader) { return reader.daily_range(store.as_of()); });
  if (!days) return std::nullopt;
  return std::pair{days->first.iso(), days->last.iso()};
}

Table check(Store& store) {
  return Table{store.ask([&](const store::Reader& reader) -> Result<columns::Batch> {
    OFFEX_ASSIGN(const auto outcomes, studies::run_checks(reader, store.home()));
    return studies::findings_table(outcomes);
  })};
}

std::string explain(const std::string& name) {
  const auto text = studies::explain(name);
  if (!text) raise({base::ErrorCode::NotFound, "no metric `" + name + "`", {}});
  return text->ends_with('\n') ? *text : *text + '\n';
}

// Values come as (kind, value): what Python calls a date is told apart before.
std::vector<store::Parameter> parameters_of(const nb::list& values) {
  std::vector<store::Parameter> out;
  for (const nb::handle entry : values) {
    const auto [kind, value] = nb::cast<std::pair<std::string, nb::object>>(entry);
    if (kind == "int") {
      out.emplace_back(nb::cast<std::int64_t>(value));
    } else if (kind == "float") {
      out.emplace_back(nb::cast<double>(value));
    } else if (kind == "day") {
      out.emplace_back(unwrap(market::Day::parse(nb::cast<std::string>(value))));
    } else if (kind == "instant") {
      out.emplace_back(unwrap(market::Instant::parse(nb::cast<std::string>(value))));
    } else {
      out.emplace_back(nb::cast<std::string>(value));
    }
  }
  return out;
}

Table sql(Store& store, const std::string& query, const Values& values) {
  const std::vector<store::Parameter> parameters = parameters_of(values);
  return Table{store.ask_sql([&](const store::Reader& reader) -> Result<columns::Batch> {
    OFFEX_ASSIGN(store::QueryRows rows, reader.query(query, parameters));
    return rows.all();
  })};
}

}  // namespace

void add_store(nb::module_& module) {
  nb::class_<Store> store(module, "Store", "A store that was opened: the core of `offex.Store`.");
  store.def_prop_ro("as_of", &as_of_text)
      .def("days", &days_of)
      .def("check", &check)
      .def("sql", &sql, "query"_a, "parameters"_a)
      .def("short_volume", &short_volume, "symbols"_a, "start"_a, "end"_a, "facility"_a)
      .def("weekly", &weekly, "symbols"_a, "start"_a, "end"_a, "weeks"_a)
      .def("daily_metrics", &daily_metrics, "symbols"_a, "start"_a, "end"_a, "days"_a, "version"_a,
           "short_z_source"_a, "time"_a)
      .def("features", &features, "date"_a, "symbols"_a)
      .def("scan", &scan, "date"_a, "symbols"_a, "options"_a)
      .def("macro", &macro, "groups"_a, "start"_a, "end"_a, "days"_a, "symbols"_a)
      .def("index", &index, "name"_a, "start"_a, "end"_a, "days"_a);
  add_store_push(store);
  module.def("open", &open_store, "home"_a, "as_of"_a.none());
  module.def("explain", &explain, "metric"_a);
}

}  // namespace offex::bindings
