#include "offex/studies/catalogue.hpp"

#include <array>

#include "offex/base/check.hpp"

#include "studies/catalogue_internal.hpp"

namespace offex::studies {

std::span<const TableSpec> catalogue() {
  static const std::array kTables{
      TableSpec{"daily_metrics", "v2", "daily_metrics_v2", "trade_date", "trade_date", "",
                "One row for each symbol and session with a short-sale row, a bar or a lit row. "
                "Baselines exclude the day they judge; every ratio lies between 0 and 1 or is "
                "null.",
                v2_metrics()},
      TableSpec{"index_constituent_short_agg_daily", "v2", "index_constituent_short_agg_daily_v2",
                "trade_date", "trade_date", "",
                "The members of an index added up, each while it belongs to it.",
                v2_index_metrics()},
      TableSpec{"weekly_metrics", "v2", "weekly_metrics_v2", "week_start_date", "week_start_date",
                "",
                "One row for each symbol and week of FINRA's OTC transparency data, in the state "
                "known now, with the time from which that was known. Rows of the symbol count; the "
                "sum of the firms' rows where there are none; never both. There is no PhaseA_v1 "
                "of it: the seed kept weekly numbers in daily_metrics only.",
                weekly_metrics_v2()},
      TableSpec{"weekly_nowcast", "v2", "weekly_nowcast_v2", "week_start_date", "week_start_date",
                "",
                "One row for each symbol and week with daily FINRA totals: what its weekly "
                "off-exchange share was expected to be before FINRA published it, and what was "
                "published later. A published week shows the nowcast as it could be made on the "
                "evening of its last session, a pending one uses all that is known. See "
                "[nowcast.md](nowcast.md).",
                nowcast_metrics(), false},
      TableSpec{"lit_direction_daily", "v2", "lit_direction_daily", "trade_date", "trade_date", "",
                "One row for each symbol and day with a tape that `offex build lit` read, or with "
                "an imported row: who crossed the spread on the exchanges, and what printed off "
                "them.",
                lit_metrics()},
      TableSpec{"daily_features", "offexchange-features-v1", "daily_features", "trade_date",
                "trade_date", "", "Off-exchange features under the second seed's names.",
                feature_metrics()},
      TableSpec{"scan_hit", "rv/1.0.0", "scan_hit", "trade_date", "trade_date", "inference_version",
                "What every evening's scan found: the first 50 names and all with q_o at most the "
                "false discovery rate, each with three names to hold it against.",
                scan_hit_metrics()},
      TableSpec{"scan_session", "rv/1.0.0", "scan_session", "trade_date", "trade_date",
                "inference_version",
                "One row for each session that was scanned: how whole the file was, how many names "
                "were tested and how many discoveries there were.",
                scan_session_metrics()},
      TableSpec{"scan_state", "rv/1.0.0", "scan_state", "trade_date", "trade_date",
                "inference_version",
                "What the scanner carries from one session to the next, after each of the newest "
                "25 sessions: an evening is one step from here, and a corrected file is replayed "
                "from the state before it.",
                scan_state_metrics()},
      TableSpec{"macro_daily", "rv/1.0.0", "macro_daily_rv1", "trade_date", "trade_date",
                "inference_version",
                "One row for each session and group of names: how the surprises of the scanner "
                "lie across the market, its tiers, sectors and indexes, and how unusual that is.",
                macro_metrics()},
      TableSpec{"composite_signal", "cs/2.0.0", "composite_signal_cs2", "trade_date", "trade_date",
                "inference_version",
                "One row for each symbol and session that the scanner can score: how unusual short "
                "selling, lit flow and return are together, 50 is a usual day. Nothing in it is a "
                "validated forecast.",
                composite_metrics()},
      TableSpec{"composite_signal", "cs/1.0.0", "composite_signal_cs1", "trade_date", "trade_date",
                "short_z_source",
                "The first seed pipeline's score, exactly, for every symbol and session of the run "
                "that has one, with both of the seed's labels.",
                seed_composite_metrics()},
      TableSpec{"daily_metrics", "PhaseA_v1", "daily_metrics_phasea_v1", "trade_date", "date",
                "accumulation_short_z_source",
                "The first seed pipeline's table, reproduced with its faults so that old results "
                "can be repeated. A row for every symbol and session of the run.",
                phase_a_metrics()},
      TableSpec{"index_constituent_short_agg_daily", "PhaseA_v1",
                "index_constituent_short_agg_daily_phasea_v1", "trade_date", "trade_date", "",
                "The seed's aggregate over the members of an index.", phase_a_index_metrics()},
  };
  return kTables;
}

}  // namespace offex::studies
