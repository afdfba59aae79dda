#include <fstream>
#include <istream>
#include <iterator>
#include <memory>

#include <fmt/format.h>

#include "offex/cli/output.hpp"
#include "offex/store/reader.hpp"

#include "cli/commands_internal.hpp"
#include "cli/place_internal.hpp"

namespace offex::cli {
namespace {

struct SqlArgs {
  std::string query;
  std::string file;
};

Result<std::string> query_text(const SqlArgs& args, Invocation& invocation) {
  if (!args.query.empty() && !args.file.empty()) {
    return fail(base::ErrorCode::InvalidArgument, "give a query or --file, not both");
  }
  if (!args.query.empty() && args.query != "-") return args.query;
  if (!args.file.empty()) {
    std::ifstream file{args.file};
    if (!file) {
      return fail(base::ErrorCode::InvalidArgument, "cannot open the query file",
                  in_file(args.file));
    }
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  }
  invocation.say("reading SQL from standard input");
  return std::string{std::istreambuf_iterator<char>{invocation.in}, {}};
}

Result<void> run_sql(const SqlArgs& args, Invocation& invocation) {
  OFFEX_ASSIGN(const std::string sql, query_text(args, invocation));
  store::StoreOptions options = invocation.store_options();
  options.as_of = invocation.settings.as_of;
  OFFEX_ASSIGN(const store::Reader reader, store::Reader::open(options));
  OFFEX_ASSIGN(store::QueryRows rows, reader.query(sql));
  if (options.as_of) {
    invocation.say("--asof holds for the views of facts; built tables are as of their build");
  }
  // Nothing that was asked for is left out to fit a terminal.
  OutputSpec spec;
  for (const columns::Column& column : rows.header().columns()) {
    spec.view.columns.push_back({.column = column.name(), .drop_priority = 0});
  }
  OFFEX_TRY(write_output(invocation, spec, rows));
  return {};
}

}  // namespace

void add_sql(CommandContext context) {
  auto args = std::make_shared<SqlArgs>();
  CLI::App* command = context.add<SqlArgs>(
      "sql", "Read-only SQL over the store; without a query, from standard input", args, &run_sql);
  command->add_option("query", args->query, "One statement; - reads standard input");
  command->add_option("--file", args->file, "Read the statement from a file");
}

}  // namespace offex::cli
