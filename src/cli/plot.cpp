#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "offex/cli/output.hpp"
#include "offex/render/html_report.hpp"

#include "cli/place_internal.hpp"
#include "cli/plot_internal.hpp"
#include "cli/score_source_internal.hpp"
#include "cli/whole_file_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

/// What is made of a figure: an image, or a page that holds one.
struct Kind {
  render::ImageFormat image{render::ImageFormat::Png};
  bool page{false};
  [[nodiscard]] std::string_view extension() const {
    return page ? std::string_view{"html"} : render::to_string(image);
  }
};

std::optional<Kind> kind_of(Format format) {
  switch (format) {
    case Format::Auto:
    case Format::Png:
      return Kind{render::ImageFormat::Png};
    case Format::Svg:
      return Kind{render::ImageFormat::Svg};
    case Format::Pdf:
      return Kind{render::ImageFormat::Pdf};
    case Format::Html:
      return Kind{render::ImageFormat::Svg, true};
    default:
      return std::nullopt;
  }
}

bool is_folder(const fs::path& path) {
  std::error_code code;
  return !path.empty() && (!path.has_filename() || fs::is_directory(path, code));
}

Result<Kind> chosen_kind(const Settings& settings) {
  Format format = settings.format;
  if (!settings.output.empty() && !is_folder(settings.output) && !settings.format_given) {
    format = format_of_extension(settings.output).value_or(Format::Table);
  }
  // A format that a file of settings gives for tables is none for figures.
  if (!settings.format_given && settings.output.empty() && !kind_of(format)) format = Format::Auto;
  if (const auto kind = kind_of(format)) return *kind;
  return fail(base::ErrorCode::InvalidArgument, "a figure is .png, .svg, .pdf or .html",
              in_file(settings.output));
}

/// Where the outputs go: `given`, which is a folder when there are several, or the output tree.
Result<std::vector<fs::path>> targets_of(const std::vector<NamedFigure>& figures,
                                         const fs::path& given, std::string_view extension,
                                         const Settings& settings) {
  std::vector<fs::path> out;
  if (!given.empty() && !is_folder(given)) {
    if (figures.size() > 1) {
      return fail(
          base::ErrorCode::InvalidArgument,
          fmt::format("{} figures need a folder: write {}/", figures.size(), given.string()),
          in_file(given));
    }
    out.push_back(given);
  } else {
    for (const NamedFigure& figure : figures) {
      const fs::path usual = views::output_path(settings.home, figure.name, extension);
      out.push_back(given.empty() ? usual : given / usual.filename());
    }
  }
  std::error_code code;
  for (const fs::path& path : out) {
    if (!settings.force && fs::exists(path, code)) {
      return fail(base::ErrorCode::InvalidArgument, "the file exists; --force replaces it",
                  in_file(path));
    }
  }
  for (const fs::path& path : out) {
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
  }
  return out;
}

/// Puts a drawn SVG into a page of its own.
Result<void> write_page(const render::Figure& figure, const fs::path& svg, const fs::path& target) {
  std::ifstream in{svg, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  in.close();
  std::error_code code;
  fs::remove(svg, code);
  render::HtmlReport page{figure.title, figure.subtitle, {.disclaimer = false}};
  page.figure(text, figure.title);
  return write_whole_file(target, page.page());
}

/// A script draws the target; that of a page draws the picture in it, by the page's name.
Result<void> keep_scripts(const fs::path& given, const std::vector<NamedFigure>& figures,
                          const std::vector<fs::path>& targets,
                          std::vector<render::Drawing> drawings, const Settings& settings) {
  OFFEX_ASSIGN(const std::vector<fs::path> paths, targets_of(figures, given, "gp", settings));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (drawings[i].target != targets[i]) {
      drawings[i].target = fs::path{targets[i]}.replace_extension(".svg");
    }
    OFFEX_TRY(write_whole_file(paths[i], render::whole_script(drawings[i])));
  }
  return {};
}

}  // namespace

void add_plot_flags(CLI::App& command, PlotOptions& options) {
  command
      .add_option("--script", options.script,
                  "Keep the gnuplot script in this file; in this folder, if there are several")
      ->type_name("FILE");
}

Result<void> draw_figures(const PlotOptions& options, std::vector<NamedFigure> figures,
                          Invocation& invocation) {
  const Settings& settings = invocation.settings;
  OFFEX_ASSIGN(const Kind kind, chosen_kind(settings));
  OFFEX_ASSIGN(const std::vector<fs::path> targets,
               targets_of(figures, settings.output, kind.extension(), settings));
  std::vector<render::Drawing> drawings;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    render::Figure& figure = figures[i].figure;
    figure.theme = settings.theme.value_or(render::Theme::Light);
    // No name that a file of the reader's may have: what is drawn for a page goes away again.
    const fs::path target =
        kind.page ? fs::path{targets[i].string() + fmt::format(".{}.svg", ::getpid())} : targets[i];
    drawings.push_back({.script = render::figure_script(figure, kind.image),
                        .target = target,
                        .format = kind.image,
                        .title = figure.title});
  }
  if (!options.script.empty()) {
    OFFEX_TRY(keep_scripts(options.script, figures, targets, drawings, settings));
  }
  OFFEX_ASSIGN(const fs::path gnuplot,
               render::find_gnuplot(invocation.environment("PATH").value_or("")));
  const std::vector<Result<void>> outcomes =
      render::draw(gnuplot, drawings, thread_count(settings));
  // Those that were drawn are named, or become pages, whatever became of the others.
  Result<void> out;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    Result<void> outcome = outcomes[i];
    if (outcome && kind.page) {
      outcome = write_page(figures[i].figure, drawings[i].target, targets[i]);
    }
    if (outcome) {
      invocation.out << targets[i].string() << '\n';
    } else if (out) {
      out = std::move(outcome);
    }
  }
  return out;
}

}  // namespace offex::cli
