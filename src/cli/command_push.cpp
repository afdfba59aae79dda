#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/arguments.hpp"
#include "offex/cli/output.hpp"
#include "offex/studies/scan_stream.hpp"

#include "cli/commands_internal.hpp"
#include "cli/day_window_internal.hpp"
#include "cli/push_internal.hpp"

namespace offex::cli {
namespace {

struct PushArgs {
  std::string url;
  std::vector<std::string> tables{"daily_features"};
  std::string date;
  std::string from;
  std::string to;
  std::vector<std::string> symbols;
  bool discover{false};
  bool migrate{false};
  bool no_events{false};
  std::size_t chunk{0};
};

Result<market::DayRange> days_of(const PushArgs& args, const Invocation& invocation,
                                 const store::Reader& reader) {
  OFFEX_ASSIGN(const auto known, studies::scan_range(reader, invocation.settings.as_of));
  if (!known) return fail(base::ErrorCode::NotFound, "the store has no short-sale file then");
  if (!args.from.empty() || !args.to.empty()) {
    if (!args.date.empty()) {
      return fail(base::ErrorCode::InvalidArgument,
                  "--date is one day: --from and --to do not go "
                  "with it");
    }
    return parse_range_arguments(args.from, args.to, *known);
  }
  OFFEX_ASSIGN(const market::Day day,
               parse_day_argument(args.date.empty() ? "last" : args.date, known));
  return market::DayRange{day, day};
}

Result<void> migrate(publish::Target& target, const Invocation& invocation) {
  OFFEX_ASSIGN(const std::vector<std::string> ran, target.migrate());
  invocation.say(ran.empty() ? "the tables are up to date"
                             : fmt::format("migrations that ran: {}", fmt::join(ran, ", ")));
  return {};
}

columns::Batch table_of(const std::vector<publish::Delivery>& deliveries) {
  columns::Batch out;
  out.add({"table", columns::Type::Text});
  for (const char* name : {"rows", "inserted", "updated", "unchanged", "counted", "chunks"}) {
    out.add({name, columns::Type::Int64});
  }
  for (const publish::Delivery& delivery : deliveries) {
    out.column(0).push(delivery.table);
    std::size_t column = 0;
    for (const std::uint64_t count : {delivery.rows, delivery.inserted, delivery.updated,
                                      delivery.unchanged, delivery.counted, delivery.chunks}) {
      out.column(++column).push(static_cast<std::int64_t>(count));
    }
  }
  return out;
}

Result<publish::PushRequest> request_of(const PushArgs& args, Invocation& invocation,
                                        const store::Reader& reader) {
  publish::PushRequest out = push_request(invocation);
  OFFEX_ASSIGN(out.days, days_of(args, invocation, reader));
  OFFEX_ASSIGN(out.symbols, resolve_or_take_tickers(args.symbols, invocation.in, reader));
  out.discover = args.discover;
  out.events = !args.no_events;
  return out;
}

/// A request a table. `all` leaves out what cannot do what is asked for, and says so.
Result<std::vector<publish::PushRequest>> requests_of(const PushArgs& args, Invocation& invocation,
                                                      const store::Reader& reader) {
  OFFEX_ASSIGN(publish::PushRequest request, request_of(args, invocation, reader));
  const bool all = args.tables == std::vector<std::string>{"all"};
  std::vector<std::string> tables = args.tables;
  if (all) {
    tables.clear();
    for (const publish::PushTable& table : publish::push_tables()) tables.emplace_back(table.name);
  }
  std::vector<publish::PushRequest> out;
  for (const std::string& table : tables) {
    request.table = table;
    const auto possible = publish::check_request(request);
    if (possible) {
      out.push_back(request);
    } else if (all) {
      invocation.say("left out: " + possible.error().message);
    } else {
      return std::unexpected{possible.error()};
    }
  }
  return out;
}

Result<void> run_push(const PushArgs& args, Invocation& invocation) {
  if (args.discover && !args.symbols.empty()) {
    return fail(base::ErrorCode::InvalidArgument,
                "--discover takes the symbols of the table: "
                "--symbols does not go with it");
  }
  OFFEX_ASSIGN(const auto target, connect_target(args.url, args.chunk, invocation));
  if (!target) {
    return fail(base::ErrorCode::Credentials,
                "nowhere to push to: give an address, or set SUPABASE_URL and "
                "SUPABASE_SERVICE_ROLE_KEY, or DATABASE_URL");
  }
  if (args.migrate) OFFEX_TRY(migrate(*target, invocation));
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(invocation.store_options()));
  OFFEX_ASSIGN(const std::vector<publish::PushRequest> requests,
               requests_of(args, invocation, reader));
  OFFEX_ASSIGN(const std::vector<publish::Delivery> deliveries,
               push_and_tell(reader, *target, requests, invocation));
  if (deliveries.empty()) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no rows to push from {} to {}", requests.front().days.first.iso(),
                            requests.front().days.last.iso()));
  }
  OutputSpec spec;
  spec.view.title = "Pushed to " + target->describe();
  for (const char* name : {"rows", "inserted", "updated", "unchanged", "counted", "chunks"}) {
    spec.view.columns.push_back({.column = name, .thousands = true});
  }
  return write_output(invocation, spec, table_of(deliveries));
}

}  // namespace

void add_push(CommandContext context) {
  auto args = std::make_shared<PushArgs>();
  CLI::App* command = context.add<PushArgs>(
      "push", "Upsert rows into PostgreSQL or Supabase; to repeat it changes nothing", args,
      &run_push);
  command
      ->add_option("url", args->url,
                   "postgresql://USER@HOST/DB, \"host=HOST user=USER dbname=DB\", or "
                   "https://PROJECT.supabase.co (SUPABASE_URL with SUPABASE_SERVICE_ROLE_KEY, "
                   "else DATABASE_URL)")
      ->type_name("URL");
  command
      ->add_option("--table", args->tables,
                   "daily_features, daily_metrics, scan_hit, macro_daily, or all")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--date", args->date, "Day: 2026-02-23, last, -5d [last]");
  add_range_flags(*command, args->from, args->to);
  command->add_option("--symbols", args->symbols, "Tickers, @file, -, group:INDEX; all without it")
      ->delimiter(',');
  command->add_flag("--discover", args->discover,
                    "Only the symbols that daily_features names there for the day");
  command->add_flag("--migrate", args->migrate, "First create or bring up to date the tables");
  command->add_flag("--no-events", args->no_events, "Write no provenance_events");
  command
      ->add_option("--chunk", args->chunk,
                   "Rows of a request or of a block of COPY (1,000 over PostgREST)")
      ->check(CLI::Range(1, 1'000'000));
}

}  // namespace offex::cli
