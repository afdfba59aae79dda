#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace offex::render {

/// Compares `actual` with a file of tests/render/golden; OFFEX_UPDATE_GOLDEN=1 writes it instead.
inline void expect_golden(std::string_view name, std::string_view actual) {
  const auto path = std::filesystem::path{OFFEX_SOURCE_DIR} / "tests" / "render" / "golden" / name;
  // The variable is read before any thread is started.
  const char* update = std::getenv("OFFEX_UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe)
  if (update != nullptr && std::string_view{update} == "1") {
    std::ofstream{path, std::ios::binary} << actual;
    return;
  }
  std::ifstream in{path, std::ios::binary};
  ASSERT_TRUE(in) << "no golden file " << path;
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(expected, actual) << "golden file " << path;
}

}  // namespace offex::render
