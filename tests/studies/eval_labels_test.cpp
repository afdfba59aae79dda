#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "studies/eval_support.hpp"

namespace offex::studies {
namespace {

using test::empty_panels;
using test::kMissing;

std::vector<double> returns(const EvalPanels& panels, std::size_t day, int horizon,
                            EvalLabel label = EvalLabel::OpenToClose, LeftOut* left = nullptr) {
  std::vector<double> out(panels.num_symbols());
  const LeftOut counted = forward_returns(panels, day, horizon, label, out);
  if (left != nullptr) {
    *left = counted;
  }
  return out;
}

/// One symbol: opens 10, 20, 40, 80 and closes 11, 21, 41, 81, a signal each day.
EvalPanels one_symbol() {
  EvalPanels out = empty_panels(4, 1);
  double open = 10.0;
  for (std::size_t day = 0; day < 4; ++day) {
    out.signal.at(day, 0) = 1.0;
    out.open.at(day, 0) = open;
    out.close.at(day, 0) = open + 1.0;
    open *= 2.0;
  }
  return out;
}

TEST(ForwardReturns, BeginAtTheOpenAfterTheSignalAndEndAtTheCloseOfTheHorizon) {
  const EvalPanels panels = one_symbol();

  EXPECT_DOUBLE_EQ(returns(panels, 0, 1)[0], 21.0 / 20.0 - 1.0);
  EXPECT_DOUBLE_EQ(returns(panels, 0, 3)[0], 81.0 / 20.0 - 1.0);
  EXPECT_DOUBLE_EQ(returns(panels, 2, 1)[0], 81.0 / 80.0 - 1.0);
}

TEST(ForwardReturns, CloseToCloseBeginsAtTheCloseOfTheSignal) {
  const EvalPanels panels = one_symbol();

  EXPECT_DOUBLE_EQ(returns(panels, 0, 1, EvalLabel::CloseToClose)[0], 21.0 / 11.0 - 1.0);
  EXPECT_DOUBLE_EQ(returns(panels, 1, 2, EvalLabel::CloseToClose)[0], 81.0 / 21.0 - 1.0);
}

TEST(ForwardReturns, AHorizonThatEndsInTheFutureIsMissingAndNotLeftOut) {
  const EvalPanels panels = one_symbol();
  LeftOut left;

  EXPECT_TRUE(std::isnan(returns(panels, 3, 1, EvalLabel::OpenToClose, &left)[0]));
  EXPECT_TRUE(std::isnan(returns(panels, 1, 3, EvalLabel::OpenToClose, &left)[0]));
  EXPECT_EQ(left, LeftOut{});
}

TEST(ForwardReturns, AMissingPriceIsLeftOutAndCountedNotZero) {
  EvalPanels panels = one_symbol();
  panels.close.at(1, 0) = kMissing;
  LeftOut left;

  EXPECT_TRUE(std::isnan(returns(panels, 0, 1, EvalLabel::OpenToClose, &left)[0]));
  EXPECT_EQ(left, (LeftOut{.no_price = 1, .broken = 0}));
  // Only the ends of a return count.
  EXPECT_DOUBLE_EQ(returns(panels, 0, 2)[0], 41.0 / 20.0 - 1.0);
}

TEST(ForwardReturns, AMissingReturnOfANameWithoutASignalIsNotCounted) {
  EvalPanels panels = one_symbol();
  panels.close.at(1, 0) = kMissing;
  panels.signal.at(0, 0) = kMissing;
  LeftOut left;
  static_cast<void>(returns(panels, 0, 1, EvalLabel::OpenToClose, &left));

  EXPECT_EQ(left, LeftOut{});
}

TEST(ForwardReturns, APriceOfZeroIsNoPrice) {
  EvalPanels panels = one_symbol();
  panels.open.at(1, 0) = 0.0;

  EXPECT_TRUE(std::isnan(returns(panels, 0, 1)[0]));
}

TEST(ForwardReturns, ABreakBeforeTheEntryDoesNotTouchATradableReturn) {
  EvalPanels panels = one_symbol();
  panels.broken[1] = 1;  // at the open of session 1
  LeftOut left;

  EXPECT_DOUBLE_EQ(returns(panels, 0, 1)[0], 21.0 / 20.0 - 1.0);
  EXPECT_TRUE(std::isnan(returns(panels, 0, 1, EvalLabel::CloseToClose, &left)[0]));
  EXPECT_EQ(left, (LeftOut{.no_price = 0, .broken = 1}));
}

TEST(ForwardReturns, ABreakInsideTheHorizonIsLeftOutAndCounted) {
  EvalPanels panels = one_symbol();
  panels.broken[2] = 1;
  LeftOut left;

  EXPECT_DOUBLE_EQ(returns(panels, 0, 1)[0], 21.0 / 20.0 - 1.0);
  EXPECT_TRUE(std::isnan(returns(panels, 0, 2, EvalLabel::OpenToClose, &left)[0]));
  EXPECT_EQ(left.broken, 1U);
}

/// Opens and closes at `price` each day.
EvalPanels flat(const std::vector<double>& price) {
  EvalPanels out = empty_panels(price.size(), 1);
  for (std::size_t day = 0; day < price.size(); ++day) {
    out.signal.at(day, 0) = 1.0;
    out.open.at(day, 0) = price[day];
    out.close.at(day, 0) = price[day];
  }
  return out;
}

TEST(AdjustPrices, AKnownSplitMakesNoReturn) {
  EvalPanels panels = flat({400.0, 400.0, 100.0, 101.0});
  const PriceAction split{.symbol = 0, .effective = panels.days[2], .reset = false, .factor = 4.0};
  adjust_prices({&split, 1}, panels);

  EXPECT_DOUBLE_EQ(returns(panels, 0, 2)[0], 0.0);
  EXPECT_DOUBLE_EQ(returns(panels, 0, 3)[0], 404.0 / 400.0 - 1.0);
  EXPECT_EQ(panels.broken, (std::vector<std::uint8_t>{0, 0, 0, 0}));
}

TEST(AdjustPrices, ASplitThatNobodyToldOfBreaksTheSeries) {
  EvalPanels panels = flat({400.0, 400.0, 100.0, 101.0});
  adjust_prices({}, panels);

  EXPECT_EQ(panels.broken, (std::vector<std::uint8_t>{0, 0, 1, 0}));
  EXPECT_TRUE(std::isnan(returns(panels, 0, 2)[0]));
  EXPECT_DOUBLE_EQ(returns(panels, 1, 1)[0], 0.0);
}

TEST(AdjustPrices, ASplitDuringAHaltIsFoundAgainstTheLastKnownClose) {
  EvalPanels panels = flat({50.0, kMissing, kMissing, 500.0});
  adjust_prices({}, panels);

  EXPECT_EQ(panels.broken, (std::vector<std::uint8_t>{0, 0, 0, 1}));
}

TEST(AdjustPrices, AnOrdinaryFallIsNoSplit) {
  EvalPanels panels = flat({100.0, 70.0, 90.0});
  adjust_prices({}, panels);

  EXPECT_EQ(panels.broken, (std::vector<std::uint8_t>{0, 0, 0}));
}

TEST(AdjustPrices, AResetOfTheTickerBreaksTheSeries) {
  EvalPanels panels = flat({10.0, 10.0, 11.0});
  const PriceAction reset{.symbol = 0, .effective = panels.days[1], .reset = true, .factor = 1.0};
  adjust_prices({&reset, 1}, panels);

  EXPECT_EQ(panels.broken, (std::vector<std::uint8_t>{0, 1, 0}));
}

TEST(AdjustPrices, AnActionOfADayWithoutASessionCountsFromTheNextOne) {
  EvalPanels panels = flat({40.0, 40.0, 20.0, 20.0});
  panels.days[2] = panels.days[2].plus(3);
  panels.days[3] = panels.days[3].plus(3);
  const PriceAction split{
      .symbol = 0, .effective = panels.days[1].plus(2), .reset = false, .factor = 2.0};
  adjust_prices({&split, 1}, panels);

  EXPECT_DOUBLE_EQ(panels.close.at(1, 0), 40.0);
  EXPECT_DOUBLE_EQ(panels.close.at(2, 0), 40.0);
}

}  // namespace
}  // namespace offex::studies
