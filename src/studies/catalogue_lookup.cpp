#include <string>

#include "offex/base/check.hpp"
#include "offex/studies/catalogue.hpp"

namespace offex::studies {

std::size_t TableSpec::index_of(std::string_view name) const {
  std::size_t index = 0;
  while (index < metrics.size() && metrics[index].name != name) {
    ++index;
  }
  OFFEX_CHECK(index < metrics.size());
  return index;
}

const TableSpec* find_table(std::string_view table, std::string_view version) {
  for (const TableSpec& spec : catalogue()) {
    if (spec.table == table && spec.version == version) {
      return &spec;
    }
  }
  return nullptr;
}

store::DerivedTable derived_table(const TableSpec& spec) {
  store::DerivedTable out;
  out.name = std::string{spec.sql_name};
  if (spec.table != spec.sql_name) {
    out.family = std::string{spec.table};  // else the table's own view has that name
  }
  out.day_column = std::string{spec.day_column};
  out.variant_column = std::string{spec.variant_column};
  for (const Metric& metric : spec.metrics) {
    out.columns.push_back({std::string{metric.name}, metric.type, metric.words, metric.key});
  }
  return out;
}

std::vector<MetricEntry> find_metric(std::string_view name) {
  std::vector<MetricEntry> out;
  for (const TableSpec& spec : catalogue()) {
    for (const Metric& metric : spec.metrics) {
      const bool symbol = metric.name == "symbol_code" && name == "symbol";
      if (metric.name == name || symbol) {
        out.push_back({&spec, &metric});
      }
    }
  }
  return out;
}

}  // namespace offex::studies
