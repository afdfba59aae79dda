#pragma once

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "offex/base/clock.hpp"
#include "offex/cli/app.hpp"
#include "offex/market/instant.hpp"

#include "support/scratch.hpp"

namespace offex::cli::test {

using test_support::short_file;

/// What a command line did.
struct Outcome {
  ExitCode code{};
  std::string out;
  std::string err;
};

/// Runs command lines on a store in a scratch folder, with streams of text.
class CommandTest : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> arguments, const std::string& input = {}) {
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in{input};
    ConsoleSink sink{err};
    Invocation invocation{.out = out,
                          .err = err,
                          .in = in,
                          .clock = &clock_,
                          .log = &sink,
                          .environment = [this](const std::string& name) { return variable(name); },
                          .out_is_terminal = terminal_,
                          .err_is_terminal = terminal_,
                          .terminal_width = width_};
    const ExitCode code = cli::run(arguments, invocation, sink);
    return {.code = code, .out = out.str(), .err = err.str()};
  }
  /// Runs a command that must succeed.
  Outcome must(std::vector<std::string> arguments) {
    Outcome outcome = run(std::move(arguments));
    EXPECT_EQ(outcome.code, ExitCode::Done) << outcome.err;
    return outcome;
  }
  /// Imports a CNMS day of these rows ("AAPL|10|1|20").
  void import_day(const std::string& day, const std::vector<std::string>& rows) {
    const auto file = scratch_.write("in/CNMSshvol" + day + ".txt", short_file(day, rows));
    must({"import", file.string()});
  }
  [[nodiscard]] std::optional<std::string> variable(const std::string& name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional{found->second};
  }

  test_support::ScratchFolder scratch_;
  std::map<std::string, std::string> variables_{{"OFFEX_HOME", (scratch_.path() / "home").string()},
                                                {"HOME", scratch_.path().string()}};
  base::FixedClock clock_{market::parse_as_of("2026-03-05T12:00:00Z").value().nanos()};
  bool terminal_{false};
  std::size_t width_{100};
};

}  // namespace offex::cli::test
