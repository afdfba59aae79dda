#include "offex/studies/catalogue.hpp"

#include <array>

#include "offex/base/check.hpp"

#include "studies/catalogue_internal.hpp"

namespace offex::studies {

std::span<const TableSpec> catalogue() {
  static const std::array kTables{
      TableSpec{"daily_metrics", "PhaseA_v1", "daily_metrics_phasea_v1", "trade_date", "date",
                "The first seed pipeline's table, reproduced with its faults so that old results "
                "can be repeated. A row for every symbol and session of the run.",
                phase_a_metrics()},
      TableSpec{"index_constituent_short_agg_daily", "PhaseA_v1",
                "index_constituent_short_agg_daily_phasea_v1", "trade_date", "trade_date",
                "The seed's aggregate over the members of an index.", phase_a_index_metrics()},
  };
  return kTables;
}

}  // namespace offex::studies
