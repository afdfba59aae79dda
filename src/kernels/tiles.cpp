#include "offex/kernels/tiles.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "offex/base/check.hpp"

namespace offex::kernels {

void for_each_tile(
    std::size_t size, std::size_t width, unsigned threads,
    const std::function<void(std::size_t tile, std::size_t first, std::size_t count)>& work) {
  OFFEX_CHECK(width > 0);
  const std::size_t tiles = num_tiles(size, width);
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t tile = next.fetch_add(1); tile < tiles; tile = next.fetch_add(1)) {
      work(tile, tile * width, std::min(width, size - tile * width));
    }
  };
  std::vector<std::jthread> others;
  const std::size_t wanted = std::min<std::size_t>(std::max(threads, 1U), tiles);
  for (std::size_t other = 1; other < wanted; ++other) {
    others.emplace_back(run);
  }
  run();
}

}  // namespace offex::kernels
