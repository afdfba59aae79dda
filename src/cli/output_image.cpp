#include <array>
#include <ostream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "offex/render/table_image.hpp"
#include "offex/store/parquet.hpp"

#include "cli/output_image_internal.hpp"
#include "cli/place_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

render::ImageFormat image_format(Format format) {
  if (format == Format::Svg) return render::ImageFormat::Svg;
  return format == Format::Pdf ? render::ImageFormat::Pdf : render::ImageFormat::Png;
}

// One row more than a picture holds is enough to say so.
Result<columns::Batch> all_rows(const columns::Batch& header, const store::BatchSource& source) {
  columns::Batch out = header;
  out.clear();
  columns::Batch batch;
  while (out.num_rows() <= render::kMostImageRows) {
    OFFEX_ASSIGN(const bool more, source(batch));
    if (!more) break;
    for (std::size_t row = 0; row < batch.num_rows(); ++row) {
      for (std::size_t column = 0; column < batch.num_columns(); ++column) {
        out.column(column).push_from(batch.column(column), row);
      }
    }
  }
  return out;
}

Result<fs::path> target_of(const Settings& settings, const OutputSpec& spec,
                           render::ImageFormat image) {
  if (!settings.output.empty()) return settings.output;
  if (!spec.name) {
    return fail(base::ErrorCode::InvalidArgument,
                fmt::format("a picture is a file: add -o FILE.{}", render::to_string(image)));
  }
  const fs::path out = views::output_path(settings.home, *spec.name, render::to_string(image));
  OFFEX_TRY(check_free(out, settings.force));
  std::error_code code;
  fs::create_directories(out.parent_path(), code);
  if (code) return fail(base::ErrorCode::Io, code.message(), in_file(out.parent_path()));
  return out;
}

}  // namespace

Result<void> check_free(const fs::path& target, bool force) {
  std::error_code code;
  if (target.empty() || force || !fs::exists(target, code)) return {};
  return fail(base::ErrorCode::InvalidArgument, "the file exists; --force replaces it",
              in_file(target));
}

Result<std::uint64_t> write_table_image(Invocation& invocation, Format format,
                                        const OutputSpec& spec, const columns::Batch& header,
                                        const store::BatchSource& source) {
  const Settings& settings = invocation.settings;
  const render::ImageFormat image = image_format(format);
  OFFEX_ASSIGN(const fs::path gnuplot,
               render::find_gnuplot(invocation.environment("PATH").value_or("")));
  OFFEX_ASSIGN(const columns::Batch rows, all_rows(header, source));
  OFFEX_ASSIGN(
      std::string script,
      render::table_script(spec.view, rows, settings.theme.value_or(render::Theme::Dark), image));
  OFFEX_ASSIGN(const fs::path target, target_of(settings, spec, image));
  const std::array<render::Drawing, 1> drawings{render::Drawing{
      .script = std::move(script), .target = target, .format = image, .title = spec.view.title}};
  OFFEX_TRY(render::draw(gnuplot, drawings, 1).front());
  if (settings.output.empty()) invocation.out << target.string() << '\n';
  return rows.num_rows();
}

}  // namespace offex::cli
