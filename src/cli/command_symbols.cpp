#include <array>
#include <memory>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct SymbolsArgs {
  std::vector<std::string> tickers;
};

constexpr std::string_view kHistory = R"sql(
WITH seen AS (
  SELECT symbol, min(trade_date) AS first_day, max(trade_date) AS last_day,
         count(DISTINCT trade_date) AS days
  FROM finra_short_daily GROUP BY symbol)
SELECT s.symbol, list_aggregate(s.spellings, 'string_agg', ' ') AS spellings,
       seen.first_day, seen.last_day, coalesce(seen.days, 0) AS short_days,
       (SELECT list_aggregate(list_sort(list(t.symbol)), 'string_agg', ' ') FROM symbols t
        WHERE upper(t.symbol) = upper(s.symbol) AND t.symbol <> s.symbol) AS case_twins
FROM symbols s LEFT JOIN seen USING (symbol)
)sql";

Result<void> run_symbols(const SymbolsArgs& args, Invocation& invocation) {
  store::StoreOptions options = invocation.store_options();
  options.as_of = invocation.settings.as_of;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(options));
  OFFEX_ASSIGN(const auto symbols, resolve_tickers(args.tickers, invocation.in, reader));
  std::string sql{kHistory};
  std::vector<store::Parameter> parameters;
  for (const market::Symbol& symbol : symbols) {
    parameters.emplace_back(symbol.str());
    sql += (parameters.size() == 1 ? "WHERE s.symbol IN ($" : ", $") +
           std::to_string(parameters.size());
  }
  sql += parameters.empty() ? "ORDER BY 1" : ") ORDER BY 1";
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql, parameters));
  OutputSpec spec;
  spec.view.title = "Symbols";
  OFFEX_TRY(write_output(invocation, spec, rows));
  return {};
}

}  // namespace

void add_symbols(CommandContext context) {
  auto args = std::make_shared<SymbolsArgs>();
  CLI::App* command = context.add<SymbolsArgs>(
      "symbols", "Spellings, days and case twins of symbols; resolves any spelling", args,
      &run_symbols);
  command->add_option("tickers", args->tickers, "In any spelling: BRK/B, BRK.B, BRKB, 'BRK B'")
      ->type_name("TICKER");
}

}  // namespace offex::cli
