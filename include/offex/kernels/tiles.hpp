#pragma once

#include <cstddef>
#include <functional>

namespace offex::kernels {

/// Calls `work(tile, first, count)` for every tile of at most `width` of `size` items, on up to
/// `threads` threads (the caller's is one of them). Returns when all are done.
///
/// Tiles are the same for any number of threads, so work that writes only to its own tile gives the
/// same bits. `work` must not throw. \pre width > 0
void for_each_tile(
    std::size_t size, std::size_t width, unsigned threads,
    const std::function<void(std::size_t tile, std::size_t first, std::size_t count)>& work);

/// Returns how many tiles for_each_tile makes.
[[nodiscard]] constexpr std::size_t num_tiles(std::size_t size, std::size_t width) {
  return (size + width - 1) / width;
}

}  // namespace offex::kernels
