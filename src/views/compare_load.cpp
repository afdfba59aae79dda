#include <algorithm>
#include <utility>

#include "offex/studies/scan_stream.hpp"
#include "offex/views/compare_figure.hpp"

namespace offex::views {

Result<CompareFigureData> load_compare_figure(const store::Reader& reader,
                                              const CompareFigureRequest& request) {
  OFFEX_ASSIGN(const std::vector<market::Day> days,
               studies::scan_days(reader, request.compare.as_of));
  studies::CompareRequest wider = request.compare;
  const market::Day first = request.compare.days ? request.compare.days->first
                            : days.empty()       ? market::Day{}
                                                 : days.front();
  const auto shown = static_cast<std::size_t>(std::ranges::lower_bound(days, first) - days.begin());
  const std::size_t before = std::min(shown, kCompareHistory);
  if (wider.days && before > 0) wider.days->first = days[shown - before];
  CompareFigureData out{.metric = request.metric, .sort = request.sort, .comparison = {}};
  OFFEX_ASSIGN(out.comparison, studies::compare(reader, wider));
  out.first = static_cast<std::size_t>(std::ranges::lower_bound(out.comparison.days, first) -
                                       out.comparison.days.begin());
  sort_comparison(out.comparison, request.metric, request.sort, request.compare.symbols);
  return out;
}

studies::Comparison shown_comparison(const CompareFigureData& data) {
  const studies::Comparison& all = data.comparison;
  studies::Comparison out{
      .days = {all.days.begin() + static_cast<std::ptrdiff_t>(data.first), all.days.end()},
      .symbols = all.symbols,
      .sectors = all.sectors,
      .cells = {}};
  for (std::size_t symbol = 0; symbol < all.symbols.size(); ++symbol) {
    for (std::size_t day = data.first; day < all.days.size(); ++day) {
      out.cells.push_back(all.at(symbol, day));
    }
  }
  return out;
}

}  // namespace offex::views
