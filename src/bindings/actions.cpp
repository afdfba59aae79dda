#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "offex/ingest/import.hpp"
#include "offex/studies/build.hpp"

#include "bindings/bindings_internal.hpp"
#include "bindings/environment_internal.hpp"
#include "bindings/errors_internal.hpp"
#include "bindings/log_internal.hpp"
#include "bindings/store_internal.hpp"
#include "bindings/sync_internal.hpp"
#include "bindings/watch_internal.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace offex::bindings {
namespace {

std::string_view word_of(ingest::FileStatus status) {
  switch (status) {
    case ingest::FileStatus::Stored:
      return "stored";
    case ingest::FileStatus::Unchanged:
      return "unchanged";
    case ingest::FileStatus::Known:
      return "known";
    case ingest::FileStatus::Refused:
      return "refused";
    case ingest::FileStatus::Skipped:
      return "skipped";
  }
  return "stored";
}

nb::dict dict_of(const ingest::FileOutcome& file) {
  nb::dict out;
  out["file"] = file.file;
  out["status"] = std::string{word_of(file.status)};
  out["bytes"] = file.bytes;
  out["rows"] = file.put.rows;
  out["rejects"] = file.rejects;
  out["warnings"] = file.warnings;
  out["error"] = file.error ? error_object(*file.error) : nb::none();
  return out;
}

nb::dict dict_of(const ingest::ImportReport& report) {
  nb::dict out;
  out["files"] = report.files;
  out["stored"] = report.stored;
  out["unchanged"] = report.unchanged;
  out["known"] = report.known;
  out["rows"] = report.rows;
  out["rejects"] = report.rejects;
  out["bytes"] = report.bytes;
  out["superseded"] = report.superseded;
  nb::list notable;
  for (const ingest::FileOutcome& file : report.notable) notable.append(dict_of(file));
  out["notable"] = notable;
  return out;
}

Dict import_files(const std::string& home, const std::vector<std::string>& paths,
                  std::size_t max_rejects, const nb::object& progress) {
  const std::unique_ptr<base::Clock> clock = unwrap(make_clock());
  PythonLog log;
  Watch watch{progress};
  ingest::ImportRequest request;
  request.paths.assign(paths.begin(), paths.end());
  request.max_rejects = max_rejects;
  Result<ingest::ImportReport> report = without_lock([&]() -> Result<ingest::ImportReport> {
    const store::StoreOptions options{.home = home, .clock = clock.get(), .log = &log};
    OFFEX_ASSIGN(store::Writer writer, store::Writer::open(options, "import"));
    Result<ingest::ImportReport> done = ingest::import_files(
        writer, home, request,
        [&watch](std::uint64_t count, std::uint64_t total) { watch.tell(count, total); },
        [&watch] { return watch.stop(); });
    // What was committed is published, whatever ended the run.
    OFFEX_TRY(writer.close());
    return done;
  });
  watch.raise_what_failed();
  const ingest::ImportReport told = unwrap(std::move(report));
  if (told.files == 0) {
    raise({base::ErrorCode::NotFound, "no file to import was found", {}});
  }
  return dict_of(told);
}

Dict build(const std::string& home, const std::string& version, bool full,
           const nb::object& progress) {
  const std::unique_ptr<base::Clock> clock = unwrap(make_clock());
  PythonLog log;
  Watch watch{progress};
  Result<studies::BuildReport> report = without_lock([&]() -> Result<studies::BuildReport> {
    const store::StoreOptions options{.home = home, .clock = clock.get(), .log = &log};
    OFFEX_ASSIGN(store::Writer writer, store::Writer::open(options, "build"));
    studies::BuildRequest request;
    request.version = version;
    request.full = full;
    request.threads = thread_count();
    request.built_at = market::Instant::from_nanos(clock->now_nanos());
    request.progress = [&watch](std::size_t done, std::size_t total) { watch.tell(done, total); };
    Result<studies::BuildReport> done = studies::build(writer, request);
    OFFEX_TRY(writer.close());
    return done;
  });
  watch.raise_what_failed();
  nb::dict out;
  for (const studies::TableBuild& table : unwrap(std::move(report)).tables) {
    out[table.table.c_str()] = table.rows;
  }
  return out;
}

}  // namespace

void add_actions(nb::module_& module) {
  module.def("import_files", &import_files, "home"_a, "paths"_a, "max_rejects"_a,
             "progress"_a.none());
  module.def("build", &build, "home"_a, "version"_a, "full"_a, "progress"_a.none());
  module.def("sync", &sync, "home"_a, "sources"_a, "start"_a, "end"_a, "symbols"_a,
             "progress"_a.none());
}

}  // namespace offex::bindings
