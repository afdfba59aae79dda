#include "offex/cli/output.hpp"

#include <cerrno>
#include <fstream>
#include <memory>
#include <ostream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "offex/render/arrow.hpp"
#include "offex/render/row_writer.hpp"
#include "offex/store/parquet.hpp"
#include "offex/views/formats.hpp"

#include "cli/output_image_internal.hpp"
#include "cli/place_internal.hpp"

namespace offex::cli {
namespace {

namespace fs = std::filesystem;

base::Error output_error(const fs::path& path, std::string message) {
  return {base::ErrorCode::Io, std::move(message), in_file(path)};
}

// A file under another name beside the target, renamed when it is complete.
class PendingFile {
 public:
  explicit PendingFile(fs::path target)
      : target_{std::move(target)},
        pending_{target_.string() + fmt::format(".{}.part", ::getpid())},
        stream_{pending_, std::ios::binary | std::ios::trunc} {}
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  PendingFile(PendingFile&&) = delete;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile() {
    std::error_code code;
    if (!kept_) fs::remove(pending_, code);
  }

  [[nodiscard]] std::ostream& stream() { return stream_; }
  [[nodiscard]] Result<void> keep() {
    stream_.close();
    if (!stream_) return std::unexpected{output_error(target_, "cannot write")};
    std::error_code code;
    fs::rename(pending_, target_, code);
    if (code) return std::unexpected{output_error(target_, code.message())};
    kept_ = true;
    return {};
  }

 private:
  fs::path target_;
  fs::path pending_;
  std::ofstream stream_;
  bool kept_{false};
};

render::TextFormat text_format(Format format) {
  switch (format) {
    case Format::Csv:
      return render::TextFormat::Csv;
    case Format::Tsv:
      return render::TextFormat::Tsv;
    case Format::Markdown:
      return render::TextFormat::Md;
    case Format::Html:
      return render::TextFormat::Html;
    case Format::Json:
      return render::TextFormat::Json;
    case Format::JsonLines:
      return render::TextFormat::Jsonl;
    default:
      return render::TextFormat::Table;
  }
}

Result<std::uint64_t> write_rows(render::RowWriter& writer, const columns::Batch& header,
                                 const store::BatchSource& source) {
  OFFEX_TRY(writer.begin(header));
  std::uint64_t count = 0;
  columns::Batch batch;
  while (true) {
    OFFEX_ASSIGN(const bool more, source(batch));
    if (!more) break;
    count += batch.num_rows();
    OFFEX_TRY(writer.rows(batch));
  }
  OFFEX_TRY(writer.end());
  return count;
}

// A terminal that says it knows no more than ASCII is believed.
bool has_unicode(const Invocation& invocation) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto value = invocation.environment(name);
    if (value && !value->empty()) return *value != "C" && *value != "POSIX";
  }
  return true;
}

render::TerminalOptions terminal_options(const Invocation& invocation, bool terminal) {
  const Settings& settings = invocation.settings;
  render::TerminalOptions out{.definitions = settings.definitions};
  if (!terminal) return out;
  if (!settings.wide) out.width = static_cast<int>(invocation.terminal_width);
  out.colour = settings.color;
  out.unicode = has_unicode(invocation);
  return out;
}

// A file may be mapped, and has its footer for that; a pipe is read front to back.
render::ArrowOptions arrow_options(const Settings& settings, const OutputSpec& spec) {
  const bool stream = settings.output.empty() || settings.output.extension() == ".arrows";
  render::ArrowOptions out{.layout =
                               stream ? render::ArrowLayout::Stream : render::ArrowLayout::File};
  for (const std::string& line : render::footer_lines(spec.view.footer)) {
    out.notes.push_back({.key = fmt::format("offex.note.{}", out.notes.size() + 1), .value = line});
  }
  return out;
}

Result<std::uint64_t> write_text(Invocation& invocation, Format format, const OutputSpec& spec,
                                 const columns::Batch& header, const store::BatchSource& source) {
  const Settings& settings = invocation.settings;
  std::unique_ptr<PendingFile> file;
  if (!settings.output.empty()) file = std::make_unique<PendingFile>(settings.output);
  std::ostream& stream = file ? file->stream() : invocation.out;
  if (!stream) return std::unexpected{output_error(settings.output, "cannot create the file")};
  const render::Sink sink = [&stream, &settings](std::string_view text) -> Result<void> {
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream) return std::unexpected{output_error(settings.output, "cannot write the output")};
    return {};
  };
  const bool terminal = invocation.out_is_terminal && !file;
  const auto writer =
      format == Format::Arrow
          ? render::make_arrow_writer(sink, arrow_options(settings, spec))
          : render::make_writer(text_format(format), sink, spec.view,
                                terminal_options(invocation, terminal), spec.delimited,
                                settings.theme.value_or(render::Theme::Dark));
  OFFEX_ASSIGN(const std::uint64_t count, write_rows(*writer, header, source));
  stream.flush();
  if (file) OFFEX_TRY(file->keep());
  for (const std::string& note : writer->notes()) invocation.say(note);
  if (!is_for_people(format) && format != Format::Arrow) {
    for (const std::string& line : render::footer_lines(spec.view.footer)) invocation.say(line);
  }
  return count;
}

Result<std::uint64_t> write_parquet(const Invocation& invocation, const OutputSpec& spec,
                                    const columns::Batch& header,
                                    const store::BatchSource& source) {
  std::vector<store::ParquetNote> notes;
  for (const std::string& line : render::footer_lines(spec.view.footer)) {
    notes.push_back({.key = fmt::format("offex.note.{}", notes.size() + 1), .value = line});
  }
  return store::write_parquet(invocation.settings.output, header, source, notes);
}

Result<std::uint64_t> write_in(Format format, Invocation& invocation, const OutputSpec& spec,
                               const columns::Batch& header, const store::BatchSource& source) {
  switch (format) {
    case Format::Png:
    case Format::Svg:
    case Format::Pdf:
      return write_table_image(invocation, format, spec, header, source);
    case Format::Parquet:
      return write_parquet(invocation, spec, header, source);
    default:
      return write_text(invocation, format, spec, header, source);
  }
}

Result<std::uint64_t> write(Invocation& invocation, const OutputSpec& spec,
                            const columns::Batch& header, const store::BatchSource& source) {
  OFFEX_ASSIGN(const Format format, chosen_format(invocation));
  const fs::path& output = invocation.settings.output;
  OFFEX_TRY(check_free(output, invocation.settings.force));
  if (!is_for_people(format) && render::has_people_columns(spec.view)) {
    const store::BatchSource machine = [&](columns::Batch& out) -> Result<bool> {
      OFFEX_ASSIGN(const bool more, source(out));
      if (more) out = render::machine_columns(spec.view, out);
      return more;
    };
    return write_in(format, invocation, spec, render::machine_columns(spec.view, header), machine);
  }
  return write_in(format, invocation, spec, header, source);
}

Result<std::uint64_t> write_and_tell(Invocation& invocation, const OutputSpec& spec,
                                     const columns::Batch& header,
                                     const store::BatchSource& source) {
  OFFEX_ASSIGN(const std::uint64_t count, write(invocation, spec, header, source));
  if (!invocation.settings.output.empty()) {
    invocation.say(
        fmt::format("rows written to {}: {}", invocation.settings.output.string(), count));
  }
  return count;
}

}  // namespace

Result<Format> chosen_format(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  Format format = settings.format;
  if (!settings.output.empty() && !settings.format_given) {
    const auto by_name = format_of_extension(settings.output);
    if (!by_name) {
      return fail(
          base::ErrorCode::InvalidArgument,
          "this extension names no format; use .csv .tsv .md .html .json .jsonl .parquet .arrow "
          ".txt .png .svg .pdf, or add -f",
          in_file(settings.output));
    }
    format = *by_name;
  }
  if (format == Format::Parquet && settings.output.empty()) {
    return fail(base::ErrorCode::InvalidArgument, "Parquet is a file format: add -o FILE");
  }
  if (format == Format::Arrow && settings.output.empty() && invocation.out_is_terminal) {
    return fail(base::ErrorCode::InvalidArgument,
                "Arrow is binary, not for a terminal: add -o FILE, or pipe the output");
  }
  if (format == Format::Auto) return invocation.out_is_terminal ? Format::Table : Format::Tsv;
  return format;
}

Result<void> write_output(Invocation& invocation, const OutputSpec& spec,
                          const columns::Batch& batch) {
  bool given = false;
  const store::BatchSource source = [&](columns::Batch& out) -> Result<bool> {
    if (given) return false;
    out = batch;
    given = true;
    return true;
  };
  OutputSpec told = spec;
  // A table of data says how much it holds, whoever made it.
  render::Footer& footer = told.view.footer;
  if (!footer.as_of.empty() && footer.coverage.empty()) {
    footer.coverage = views::coverage_of(batch);
  }
  OFFEX_TRY(write_and_tell(invocation, told, batch, source));
  return {};
}

Result<std::uint64_t> write_output(Invocation& invocation, const OutputSpec& spec,
                                   store::QueryRows& rows) {
  return write_and_tell(invocation, spec, rows.header(),
                        [&rows](columns::Batch& out) { return rows.next(out); });
}

}  // namespace offex::cli
