#pragma once

#include <memory>
#include <utility>

#include "offex/columns/batch.hpp"

namespace offex::bindings {

/// Rows that Python holds. They never change, so any number of readers share them.
struct Table {
  explicit Table(columns::Batch batch)
      : rows{std::make_shared<const columns::Batch>(std::move(batch))} {}

  std::shared_ptr<const columns::Batch> rows;
};

}  // namespace offex::bindings
