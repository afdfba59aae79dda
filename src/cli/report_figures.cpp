#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <stdlib.h>

#include "offex/market/calendar.hpp"
#include "offex/views/clock.hpp"
#include "offex/views/compare_figure.hpp"
#include "offex/views/macro_figure.hpp"
#include "offex/views/scan_figure.hpp"
#include "offex/views/ticker_figure.hpp"

#include "cli/provenance_internal.hpp"
#include "cli/report_internal.hpp"
#include "cli/score_source_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kListed = 15;

/// A folder of our own that goes when the drawings have been read.
class DrawingFolder {
 public:
  DrawingFolder() {
    std::error_code code;
    std::string name = (fs::temp_directory_path(code) / "offex-report.XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  DrawingFolder(const DrawingFolder&) = delete;
  DrawingFolder& operator=(const DrawingFolder&) = delete;
  DrawingFolder(DrawingFolder&&) = delete;
  DrawingFolder& operator=(DrawingFolder&&) = delete;
  ~DrawingFolder() {
    std::error_code code;
    if (!path_.empty()) fs::remove_all(path_, code);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Describes one figure after the other over the same days.
class Describer {
 public:
  Describer(const store::Reader& reader, const ReportRequest& request, market::DayRange days,
            const Invocation& invocation)
      : reader_{reader},
        request_{request},
        days_{days},
        as_of_{invocation.settings.as_of},
        now_{invocation.asked_at()},
        threads_{thread_count(invocation.settings)} {}

  [[nodiscard]] Result<render::Figure> scan() const {
    views::ScanFigureRequest question;
    question.scan.day = days_.last;
    question.scan.as_of = as_of_;
    question.scan.top = kListed;
    question.scan.threads = threads_;
    question.now = now_;
    OFFEX_ASSIGN(const views::ScanFigureData data, views::load_scan_figure(reader_, question));
    return views::scan_figure(data, no_footer());
  }

  [[nodiscard]] Result<render::Figure> market() const {
    views::MacroFigureRequest question;
    question.days = days_;
    question.as_of = as_of_;
    question.now = now_;
    question.threads = threads_;
    OFFEX_ASSIGN(const views::MacroFigureData data, views::load_macro_figure(reader_, question));
    return views::macro_figure(data, {.footer = no_footer()});
  }

  [[nodiscard]] Result<render::Figure> group() const {
    views::CompareFigureRequest question;
    question.compare.symbols = request_.symbols;
    question.compare.days = days_;
    question.compare.as_of = as_of_;
    question.compare.threads = threads_;
    OFFEX_ASSIGN(const views::CompareFigureData data,
                 views::load_compare_figure(reader_, question));
    return views::compare_figure(data, {.strip = {}, .footer = no_footer()});
  }

  [[nodiscard]] Result<std::vector<render::Figure>> tickers() const {
    views::TickerRequest question;
    question.symbols = request_.symbols;
    if (question.symbols.size() > request_.figures) question.symbols.resize(request_.figures);
    question.days = days_;
    question.as_of = as_of_;
    question.now = now_;
    question.panels.push_back(views::TickerPanel::Surprise);
    question.threads = threads_;
    OFFEX_ASSIGN(const std::vector<views::TickerData> answers,
                 views::load_tickers(reader_, question));
    std::vector<render::Figure> out;
    for (const views::TickerData& data : answers) {
      out.push_back(views::ticker_figure(data, {.panels = question.panels}));
    }
    return out;
  }

 private:
  // The page says once what every figure would say.
  [[nodiscard]] static render::Footer no_footer() { return {.disclaimer = false}; }

  const store::Reader& reader_;
  const ReportRequest& request_;
  market::DayRange days_;
  std::optional<market::Instant> as_of_;
  market::Instant now_;
  unsigned threads_;
};

/// A figure about data that are not there is left out; any other error is one.
Result<std::optional<ReportFigure>> unless_absent(Result<render::Figure> figure) {
  if (figure) return ReportFigure{std::move(*figure)};
  if (figure.error().code == base::ErrorCode::NotFound) return std::nullopt;
  return std::unexpected{figure.error()};
}

std::vector<ReportFigure*> all_of(ReportFigures& figures) {
  std::vector<ReportFigure*> out;
  for (std::optional<ReportFigure>* one : {&figures.scan, &figures.market, &figures.group}) {
    if (*one) out.push_back(&**one);
  }
  for (ReportFigure& one : figures.tickers) out.push_back(&one);
  return out;
}

}  // namespace

Result<ReportFigures> report_figures(const store::Reader& reader, const ReportRequest& request,
                                     market::Day day, const Invocation& invocation) {
  const auto first = market::session_before(day, request.sessions - 1);
  const market::DayRange days{first ? *first : day, day};
  const Describer describe{reader, request, days, invocation};
  ReportFigures out;
  OFFEX_ASSIGN(out.scan, unless_absent(describe.scan()));
  OFFEX_ASSIGN(out.market, unless_absent(describe.market()));
  if (request.symbols.empty()) return out;
  OFFEX_ASSIGN(out.group, unless_absent(describe.group()));
  OFFEX_ASSIGN(std::vector<render::Figure> tickers, describe.tickers());
  for (render::Figure& figure : tickers) out.tickers.push_back({std::move(figure)});
  return out;
}

Result<void> draw_report_figures(const Invocation& invocation, ReportFigures& figures) {
  const auto gnuplot = render::find_gnuplot(invocation.environment("PATH").value_or(""));
  if (!gnuplot) {
    figures.why_none = gnuplot.error().message;
    return {};
  }
  const DrawingFolder folder;
  if (folder.path().empty()) {
    figures.why_none = "there is no place for drawings";
    return {};
  }
  const std::vector<ReportFigure*> all = all_of(figures);
  std::vector<render::Drawing> drawings;
  for (std::size_t i = 0; i < all.size(); ++i) {
    drawings.push_back({.script = render::figure_script(all[i]->figure, render::ImageFormat::Svg),
                        .target = folder.path() / fmt::format("{}.svg", i),
                        .format = render::ImageFormat::Svg,
                        .title = all[i]->figure.title});
  }
  const std::vector<Result<void>> outcomes =
      render::draw(*gnuplot, drawings, thread_count(invocation.settings));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!outcomes[i]) {
      figures.why_none += (figures.why_none.empty() ? "" : "; ") + all[i]->figure.title + ": " +
                          outcomes[i].error().message;
      continue;
    }
    std::ifstream in{drawings[i].target, std::ios::binary};
    all[i]->svg.assign(std::istreambuf_iterator<char>{in}, {});
  }
  return {};
}

}  // namespace offex::cli
