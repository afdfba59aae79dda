#include "support/arrow_check.hpp"

#include "support/scratch.hpp"

namespace offex::test_support {

namespace fs = std::filesystem;

std::optional<fs::path> python_with_pyarrow() {
  const fs::path venv = fs::path{OFFEX_SOURCE_DIR} / "build/venv";
  // Written last: an environment that is only half made has none.
  if (!fs::exists(venv / "requirements.sha256")) return std::nullopt;
  return venv / "bin/python";
}

ProcessOutcome arrow_check(const std::string& kind, const fs::path& arrow, const fs::path& other) {
  const ScratchFolder folder;
  const fs::path script = fs::path{OFFEX_SOURCE_DIR} / "tests/support/arrow_check.py";
  Process process{python_with_pyarrow().value(),
                  {script.string(), kind, arrow.string(), other.string()},
                  {.folder = folder.path()}};
  return process.finish();
}

}  // namespace offex::test_support
