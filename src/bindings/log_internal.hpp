#pragma once

#include <string_view>

#include "offex/base/log.hpp"

namespace offex::bindings {

/// Hands what the rooms have to say to Python's logger `offex`. From any thread, with or without
/// the interpreter lock.
class PythonLog final : public base::LogSink {
 public:
  void write(base::LogLevel level, std::string_view message) override;
};

}  // namespace offex::bindings
