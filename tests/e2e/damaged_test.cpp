// Damaged files: refused whole with the place of the damage, and nothing of the store moves.
#include "offex/formats/gzip_writer.hpp"

#include "e2e/offex_program.hpp"

namespace offex::e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Damage {
  const char* name;
  const char* file;
  std::string bytes;
  std::vector<std::string> expected;  ///< parts of the message
};

std::ostream& operator<<(std::ostream& out, const Damage& damage) { return out << damage.name; }

constexpr const char* kName = "CNMSshvol20260303.txt";

std::string good() { return short_file("20260303", {"AAPL|10|1|20", "MSFT|30|0|40"}); }

std::vector<Damage> damages() {
  const std::string packed = formats::gzip(good()).value();
  return {
      {"Text",
       kName,
       short_file("20260303", {"AAPL|10|1|20", "MSFT|30|0|4x"}),
       {":3:20: TotalVolume: ", "`20260303|MSFT|30|0|4x|Q`"}},
      {"Negative", kName, short_file("20260303", {"AAPL|-10|0|20"}), {":2:15: ShortVolume: "}},
      {"ShortAboveTotal", kName, short_file("20260303", {"AAPL|21|1|20"}), {":2:", "ShortVolume"}},
      {"ExemptAboveShort",
       kName,
       short_file("20260303", {"AAPL|10|11|20"}),
       {":2:", "ShortExempt"}},
      {"WrongDate", kName, short_file("20260304", {"AAPL|10|1|20"}), {":2:1: Date: "}},
      {"SymbolTwice",
       kName,
       short_file("20260303", {"AAPL|10|1|20", "AAPL|10|1|20"}),
       {":3:10: Symbol: ", "twice"}},
      {"MissingField", kName, short_file("20260303", {"AAPL|10|20"}), {":2:", "field"}},
      {"Trailer", kName, good().replace(good().rfind("2\r\n"), 1, "3"), {":4:", "trailer"}},
      {"NoTrailer", kName, good().substr(0, good().rfind("2\r\n")), {"trailer"}},
      {"Binary",
       kName,
       std::string("\x7f"
                   "ELF\0\1\2\3",
                   8),
       {kName}},
      {"Empty", kName, "", {kName}},
      {"TruncatedGzip",
       "CNMSshvol20260303.txt.gz",
       packed.substr(0, packed.size() - 9),
       {"CNMSshvol20260303.txt.gz"}},
      {"TruncatedZip", "CNMSshvol20260303.zip", "PK\x03\x04half", {"CNMSshvol20260303.zip"}},
  };
}

class DamagedFile : public OffexTest, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedFile, IsRefusedWithItsPlaceAndTheStoreIsUntouched) {
  const Damage& damage = GetParam();
  offex_.write("CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
  offex_.must({"import", "CNMSshvol20260302.txt"});
  const std::string before = offex_.digest();
  const auto raw = test_support::folder_content(offex_.home() / "raw");
  offex_.write(damage.file, damage.bytes);
  const ProcessOutcome outcome = offex_.run({"import", damage.file});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("refused: "));
  for (const std::string& part : damage.expected) EXPECT_THAT(outcome.err, HasSubstr(part));
  EXPECT_EQ(offex_.digest(), before);
  EXPECT_EQ(test_support::folder_content(offex_.home() / "raw"), raw);
}

INSTANTIATE_TEST_SUITE_P(Every, DamagedFile, testing::ValuesIn(damages()),
                         [](const auto& test) { return std::string{test.param.name}; });

class DamagedFolder : public OffexTest {
 protected:
  void SetUp() override {
    offex_.write("in/CNMSshvol20260302.txt", short_file("20260302", {"AAPL|10|1|20"}));
    offex_.write("in/CNMSshvol20260303.txt", short_file("20260303", {"AAPL|x|1|20"}));
    offex_.write("in/CNMSshvol20260304.txt", short_file("20260304", {"AAPL|12|1|20"}));
  }
};

TEST_F(DamagedFolder, ImportsTheRestAndExitsWithSix) {
  const ProcessOutcome outcome = offex_.run({"import", "in"});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("CNMSshvol20260303.txt:2:15: ShortVolume: not a number"),
                                 HasSubstr("imported 2 of 3 files"), HasSubstr("refused: 1")));
  EXPECT_EQ(offex_.query("SELECT trade_date, short_volume::INT FROM finra_short_daily ORDER BY 1"),
            "2026-03-02,10\n2026-03-04,12\n");
}

TEST_F(DamagedFolder, TheMendedFileIsTakenByTheSameCommand) {
  EXPECT_EQ(offex_.run({"import", "in"}).exit_code, 6);
  offex_.write("in/CNMSshvol20260303.txt", short_file("20260303", {"AAPL|11|1|20"}));
  const ProcessOutcome outcome = offex_.run({"import", "in"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("imported 1 of 3 files"), HasSubstr("known already: 2")));
  EXPECT_EQ(offex_.query("SELECT count(*) FROM finra_short_daily"), "3\n");
}

TEST_F(DamagedFolder, NotesInAFolderArePassedOverWithAWarning) {
  offex_.write("in/CNMSshvol20260303.txt", short_file("20260303", {"AAPL|11|1|20"}));
  offex_.write("in/notes.txt", "bought some tea\n");
  const ProcessOutcome outcome = offex_.run({"import", "in"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("warning: skipped: in/notes.txt"),
                                 HasSubstr("imported 3 of 4 files"), HasSubstr("skipped: 1")));
}

TEST_F(DamagedFolder, ANamedFileOfNoLayoutIsRefused) {
  offex_.write("notes.txt", "bought some tea\n");
  EXPECT_EQ(offex_.run({"import", "notes.txt"}).exit_code, 6);
}

TEST_F(DamagedFolder, MaxRejectsSetsBadRowsAsideAndSaysHowMany) {
  const ProcessOutcome outcome = offex_.run({"import", "--max-rejects", "1", "in"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("rows set aside in the table `reject`: 1"),
                                 HasSubstr("imported 3 of 3 files")));
  EXPECT_EQ(offex_.query("SELECT line, field, reason, excerpt FROM reject"),
            "2,ShortVolume,not a number,20260303|AAPL|x|1|20|Q\n");
}

TEST_F(DamagedFolder, OneBadRowMoreThanMaxRejectsRefusesTheFile) {
  offex_.write("CNMSshvol20260305.txt",
               short_file("20260305", {"AAPL|x|1|20", "MSFT|y|1|20", "TSLA|1|1|20"}));
  const ProcessOutcome outcome =
      offex_.run({"import", "--max-rejects", "1", "CNMSshvol20260305.txt"});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_EQ(offex_.run({"status"}).exit_code, 0);
  EXPECT_EQ(offex_.query("SELECT count(*) FROM finra_short_daily"), "0\n");
  EXPECT_EQ(offex_.query("SELECT count(*) FROM reject"), "0\n");
}

TEST_F(DamagedFolder, ADamagedArchiveByteIsAFindingOfTheCheck) {
  offex_.must({"import", "in/CNMSshvol20260302.txt"});
  const auto raw = test_support::folder_content(offex_.home() / "raw");
  ASSERT_EQ(raw.size(), 1U);
  offex_.write("home/raw/" + raw[0].first,
               formats::gzip(short_file("20260302", {"AAPL|11|1|20"})).value());
  const ProcessOutcome outcome = offex_.run({"check"});
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_THAT(outcome.out, HasSubstr("SHA-256"));
}

}  // namespace
}  // namespace offex::e2e
