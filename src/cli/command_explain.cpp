#include <memory>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "offex/studies/catalogue.hpp"

#include "cli/commands_internal.hpp"

namespace offex::cli {
namespace {

struct ExplainArgs {
  std::string metric;
};

// Names that share a part with what was typed, so that a slip gets an answer.
std::string suggestions(std::string_view typed) {
  std::set<std::string_view> names;
  for (const studies::TableSpec& table : studies::catalogue()) {
    for (const studies::Metric& metric : table.metrics) {
      const std::string_view stem = typed.substr(0, typed.find('_'));
      if (!stem.empty() && metric.name.find(stem) != std::string_view::npos) {
        names.insert(metric.name);
      }
    }
  }
  return names.empty() ? "" : fmt::format("; near it: {}", fmt::join(names, ", "));
}

Result<void> run_explain(const ExplainArgs& args, Invocation& invocation) {
  if (args.metric.empty()) {
    for (const studies::TableSpec& table : studies::catalogue()) {
      invocation.out << table.sql_name << '\n';
      for (const studies::Metric& metric : table.metrics) {
        invocation.out << "  " << metric.name << '\n';
      }
    }
    return {};
  }
  const auto text = studies::explain(args.metric);
  if (!text) {
    return fail(base::ErrorCode::NotFound,
                fmt::format("no metric `{}`{}", args.metric, suggestions(args.metric)));
  }
  invocation.out << *text;
  if (!text->ends_with('\n')) invocation.out << '\n';
  return {};
}

}  // namespace

void add_explain(CommandContext context) {
  auto args = std::make_shared<ExplainArgs>();
  CLI::App* command = context.add<ExplainArgs>(
      "explain", "What a metric is: formula, unit, denominator, lag, caveat, source", args,
      &run_explain);
  command->add_option("metric", args->metric, "For example short_ratio; without it, all names");
}

}  // namespace offex::cli
