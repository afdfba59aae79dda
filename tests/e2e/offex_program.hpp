#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/process.hpp"
#include "support/scratch.hpp"

namespace offex::e2e {

using test_support::ProcessOutcome;
using test_support::short_file;

/// A scratch folder with a store in `home`, and the program as a user starts it there.
class OffexProgram {
 public:
  [[nodiscard]] const std::filesystem::path& folder() const { return scratch_.path(); }
  [[nodiscard]] std::filesystem::path home() const { return folder() / "home"; }
  std::filesystem::path write(const std::filesystem::path& name, std::string_view bytes) {
    return scratch_.write(name, bytes);
  }

  /// What the program sees as now; a date or an instant.
  void set_now(std::string now) { now_ = std::move(now); }

  /// A further variable of the program's environment.
  void set_variable(const std::string& name, std::string value) {
    variables_[name] = std::move(value);
  }

  [[nodiscard]] test_support::ProcessOptions options(const std::string& home = "home",
                                                     std::string input = {}) const {
    test_support::ProcessOptions out{
        .folder = folder(),
        .variables = {{"HOME", folder().string()}, {"OFFEX_NOW", now_}, {"OFFEX_HOME", home}},
        .input = std::move(input)};
    for (const auto& [name, value] : variables_) out.variables[name] = value;
    return out;
  }
  /// Runs a command to its end.
  [[nodiscard]] ProcessOutcome run(const std::vector<std::string>& arguments,
                                   std::string input = {}) const {
    return run_in("home", arguments, std::move(input));
  }
  /// The same on another store of the same folder.
  [[nodiscard]] ProcessOutcome run_in(const std::string& home,
                                      const std::vector<std::string>& arguments,
                                      std::string input = {}) const {
    test_support::Process process{OFFEX_BINARY, arguments, options(home, std::move(input))};
    return process.finish();
  }
  /// Runs a command that must succeed and returns its standard output.
  std::string must(const std::vector<std::string>& arguments) { return must_in("home", arguments); }
  std::string must_in(const std::string& home, const std::vector<std::string>& arguments) {
    ProcessOutcome outcome = run_in(home, arguments);
    EXPECT_EQ(outcome.exit_code, 0) << testing::PrintToString(arguments) << '\n' << outcome.err;
    return std::move(outcome.out);
  }
  [[nodiscard]] std::string digest(const std::string& home = "home") {
    return must_in(home, {"check", "--digest", "-f", "csv", "-q"});
  }
  /// Returns the rows of a query as comma-separated text, without the header.
  [[nodiscard]] std::string query(const std::string& sql) {
    const std::string text = must({"sql", sql, "-f", "csv", "-q"});
    return text.substr(std::min(text.find('\n') + 1, text.size()));
  }
  /// Writes a small market below `market` and returns its folder.
  [[nodiscard]] std::filesystem::path simulate(int symbols = 40, int days = 30) {
    must({"simulate", "--out", "market", "--symbols", std::to_string(symbols), "--days",
          std::to_string(days), "--daily-only"});
    return folder() / "market";
  }

 private:
  test_support::ScratchFolder scratch_;
  std::map<std::string, std::string> variables_;
  std::string now_{"2026-05-01T12:00:00Z"};
};

/// A test with its own folder and store.
class OffexTest : public testing::Test {
 protected:
  OffexProgram offex_;
};

}  // namespace offex::e2e
