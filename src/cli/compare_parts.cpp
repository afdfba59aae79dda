#include <utility>

#include <fmt/format.h>

#include "cli/compare_internal.hpp"
#include "cli/provenance_internal.hpp"

namespace offex::cli {

void add_metric_flag(CLI::App& command, std::string& metric) {
  command
      .add_option("--metric", metric,
                  "z_r, z_v, z_p, short_ratio, offex_share, multiple or return_1d")
      ->check(CLI::IsMember(
          {"z_r", "z_v", "z_p", "short_ratio", "offex_share", "multiple", "return_1d"}))
      ->capture_default_str();
}

void add_sort_flag(CLI::App& command, std::string& sort) {
  command
      .add_option("--sort", sort,
                  "cluster: by sector, like moves side by side; latest: largest newest value "
                  "first; streak: longest first; given")
      ->check(CLI::IsMember({"cluster", "latest", "streak", "given"}))
      ->capture_default_str();
}

std::optional<studies::MacroKind> group_kind(const std::vector<std::string>& tickers) {
  if (tickers.size() != 1 || !tickers.front().starts_with("group:")) return std::nullopt;
  const auto kind = studies::parse_macro_kind(std::string_view{tickers.front()}.substr(6));
  const bool many = kind && *kind != studies::MacroKind::List;
  return many ? kind : std::nullopt;
}

Result<void> refuse_group_kinds(const std::vector<std::string>& tickers) {
  if (!group_kind(tickers)) return {};
  return fail(base::ErrorCode::InvalidArgument,
              fmt::format("{} asks for groups, and this figure shows tickers: see `offex plot "
                          "macro` or `offex compare {}`",
                          tickers.front(), tickers.front()));
}

Result<render::Footer> compare_footer(const Invocation& invocation, const store::Reader& reader,
                                      studies::CompareMetric metric) {
  OFFEX_ASSIGN(render::Footer out, store_footer(invocation, reader));
  out.denominator =
      "short_ratio: FINRA facility total; offex_share: consolidated volume of all hours";
  out.notes = {studies::is_score(metric)
                   ? "all: score of the tickers together, their correlation allowed for"
                   : "all: median of the tickers",
               "streak, tag, grade: of the last session"};
  return out;
}

views::OutputName compare_name(const Invocation& invocation, std::string kind,
                               const views::CompareFigureRequest& request,
                               const views::CompareFigureData& data) {
  const auto& days = data.comparison.days;
  views::OutputName out{.date = days.empty() ? market::Day{} : days.back(),
                        .kind = std::move(kind),
                        .symbols = request.compare.symbols,
                        .as_of = invocation.settings.as_of.value_or(
                            market::Instant::from_nanos(invocation.clock->now_nanos())),
                        .version = fmt::format("{}-{}-v2", studies::to_string(data.metric),
                                               views::to_string(data.sort))};
  if (data.first < days.size()) out.range = market::DayRange{days[data.first], days.back()};
  return out;
}

}  // namespace offex::cli
