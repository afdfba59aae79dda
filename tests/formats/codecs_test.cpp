#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/document_text.hpp"
#include "formats/gzip_internal.hpp"
#include "formats/zip_text.hpp"

namespace offex::formats {
namespace {

using test::make_zip;
using test::options_for;
using test::to_text;

constexpr const char* kName = "CNMSshvol20240102.txt";

std::string day_text(std::size_t rows) {
  std::string out = "Date|Symbol|ShortVolume|ShortExemptVolume|TotalVolume|Market\r\n";
  for (std::size_t row = 0; row < rows; ++row) {
    std::string symbol = fmt::format("{:06}", row);
    for (char& c : symbol) c = static_cast<char>(c - '0' + 'A');
    out += fmt::format("20240102|{}|{}|1|{}|B,Q,N\r\n", symbol, row + 1, row * 31 + 7);
  }
  return out + fmt::format("{}\r\n", rows);
}

// A reply without bars that is as long as one likes.
std::string empty_reply(std::size_t spaces) {
  return R"({"resultsCount":0,"adjusted":false})" + std::string(spaces, ' ');
}

std::string packed(std::string_view text) { return gzip(text).value(); }

Result<Document> read_one(std::string_view bytes, const ReadOptions& options,
                          const DecodeLimits& limits = {}) {
  auto documents = read_documents(bytes, options, limits);
  EXPECT_EQ(documents.size(), 1U);
  return std::move(documents.at(0));
}

void expect_reason(const Result<Document>& document, std::string_view words) {
  ASSERT_FALSE(document) << to_text(document);
  EXPECT_EQ(document.error().code, base::ErrorCode::Integrity);
  EXPECT_EQ(document.error().place.file, kName);
  EXPECT_THAT(document.error().message, testing::HasSubstr(words));
}

TEST(Gzip, GivesTheSameDocumentAsPlainText) {
  const std::string text = day_text(20'000);

  EXPECT_EQ(to_text(read_one(packed(text), options_for(kName))),
            to_text(read_one(text, options_for(kName))));
}

TEST(Gzip, ReadsSeveralMembersInARow) {
  const std::string text = day_text(20'000);
  const std::string_view view{text};
  const std::string bytes = packed(view.substr(0, 1)) + packed("") +
                            packed(view.substr(1, 299'999)) + packed(view.substr(300'000));

  EXPECT_EQ(to_text(read_one(bytes, options_for(kName))),
            to_text(read_one(text, options_for(kName))));
}

TEST(Gzip, IsFoundByItsBytesAndNotByItsName) {
  EXPECT_TRUE(read_one(packed(day_text(3)), options_for(kName)));
  EXPECT_TRUE(read_one(day_text(3), options_for("CNMSshvol20240102.txt.gz")));
}

TEST(Gzip, RefusesEveryCut) {
  const std::string bytes = packed(day_text(40));

  for (std::size_t size = 2; size < bytes.size(); ++size) {
    expect_reason(read_one(bytes.substr(0, size), options_for(kName)), "gzip");
  }
}

TEST(Gzip, RefusesABrokenChecksumAndABrokenLength) {
  const std::string bytes = packed(day_text(40));
  for (std::size_t back = 1; back <= 8; ++back) {
    SCOPED_TRACE(back);
    std::string damaged = bytes;
    damaged[damaged.size() - back] = static_cast<char>(damaged[damaged.size() - back] ^ 0x10);

    expect_reason(read_one(damaged, options_for(kName)), "checksum or length");
  }
}

TEST(Gzip, RefusesBytesBehindTheEnd) {
  const std::string bytes = packed(day_text(40));

  expect_reason(read_one(bytes + "x", options_for(kName)), "behind the end");
  expect_reason(read_one(bytes + std::string(600, '\0'), options_for(kName)), "behind the end");
  expect_reason(read_one(bytes + "\x1F\x8B", options_for(kName)), "cut");
}

TEST(Gzip, RefusesAnArchiveInsideAnArchive) {
  expect_reason(read_one(packed(packed(day_text(3))), options_for(kName)), "inside an archive");
  expect_reason(read_one(packed(make_zip({{kName, day_text(3)}})), options_for(kName)),
                "inside an archive");
}

TEST(Gzip, NeverAcceptsAFlippedBit) {
  const std::string bytes = packed(day_text(200));
  const std::string whole = to_text(read_one(bytes, options_for(kName)));
  std::mt19937 random{7};
  for (int flip = 0; flip < 400; ++flip) {
    std::string damaged = bytes;
    const std::size_t at = random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));

    const auto document = read_one(damaged, options_for(kName));

    // A flip in the header's time or name changes nothing that is read.
    if (document) {
      EXPECT_EQ(to_text(document), whole) << at;
    }
  }
}

TEST(Gzip, GivesTheSameTextForPiecesOfAnySize) {
  const std::string text = day_text(30'000);
  const std::string bytes = packed(text) + packed("end");
  std::mt19937 random{3};
  for (const std::size_t max_piece : {1U, 7U, 5'000U}) {
    std::string out;
    GzipDecoder decoder{[&out](std::string_view block) -> Result<void> {
      out += block;
      return {};
    }};
    for (const std::string_view piece : test::random_blocks(bytes, random, max_piece)) {
      ASSERT_TRUE(decoder.push(piece));
    }
    ASSERT_TRUE(decoder.finish());
    EXPECT_TRUE(out == text + "end") << max_piece;
  }
}

TEST(DecodeLimits, StopATextThatIsTooLong) {
  const std::string text = day_text(1000);

  expect_reason(read_one(packed(text), options_for(kName), {.max_text_bytes = 1000}),
                "more than 1000 bytes");
  expect_reason(read_one(text, options_for(kName), {.max_text_bytes = 1000}),
                "more than 1000 bytes");
}

TEST(DecodeLimits, StopAnArchiveBomb) {
  const std::string bomb = packed(empty_reply(std::size_t{80} << 20U));
  ASSERT_GT((std::size_t{80} << 20U) / bomb.size(), 200U);
  const ReadOptions options = options_for("2024-01-02.json");

  const auto refused = read_one(bomb, options);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::Integrity);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("archive bomb"));
  EXPECT_TRUE(read_one(bomb, options, {.max_ratio = 1'000'000}));
}

TEST(Zip, GivesOneResultAMemberAndABadOneHidesNoOther) {
  const std::string bytes = make_zip({{"2024/", ""},
                                      {"2024/CNMSshvol20240102.txt", day_text(3)},
                                      {"2024/CNMSshvol20240103.txt", day_text(3)},
                                      {"README.txt", "what this is"},
                                      {"__MACOSX/._x", "?"},
                                      {"2024/FNSQshvol20240102.txt", day_text(4)}});

  const auto documents = read_documents(bytes, options_for("days.zip"));

  ASSERT_EQ(documents.size(), 4U);
  ASSERT_TRUE(documents[0]) << to_text(documents[0]);
  EXPECT_EQ(documents[0]->name, "days.zip/2024/CNMSshvol20240102.txt");
  EXPECT_EQ(documents[0]->facility, market::Facility::Cnms);
  test::expect_refused(documents[1], {2, 1, "Date", "wrong date"});
  EXPECT_EQ(documents[1].error().place.file, "days.zip/2024/CNMSshvol20240103.txt");
  EXPECT_FALSE(documents[2]);
  ASSERT_TRUE(documents[3]) << to_text(documents[3]);
  EXPECT_EQ(documents[3]->facility, market::Facility::Fnsq);
}

TEST(Zip, MayHoldGzipFilesButNoArchives) {
  const std::string day = day_text(3);

  const auto documents = read_documents(
      make_zip({{"CNMSshvol20240102.txt.gz", packed(day)}, {"a.zip", make_zip({{kName, day}})}}),
      options_for("days.zip"));

  ASSERT_EQ(documents.size(), 2U);
  EXPECT_TRUE(documents[0]) << to_text(documents[0]);
  ASSERT_FALSE(documents[1]);
  EXPECT_THAT(documents[1].error().message, testing::HasSubstr("inside an archive"));
}

TEST(Zip, NamesWithPathsAndControlCharactersDoNoHarm) {
  const auto documents = read_documents(
      make_zip({{"../../etc/CNMSshvol20240102.txt", day_text(3)}, {"/abs\x1B[2J\n.txt", "x"}}),
      options_for("days.zip"));

  ASSERT_EQ(documents.size(), 2U);
  EXPECT_TRUE(documents[0]) << to_text(documents[0]);
  EXPECT_EQ(documents[1].error().place.file, "days.zip//abs\\x1b[2J\\x0a.txt");
}

TEST(Zip, RefusesABrokenChecksum) {
  std::string bytes = make_zip({{kName, day_text(40)}});
  // The content's CRC stands in the member's head and in the directory.
  const std::string crc = bytes.substr(14, 4);
  for (std::size_t at = bytes.find(crc); at != std::string::npos; at = bytes.find(crc, at + 1)) {
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
  }

  const auto documents = read_documents(bytes, options_for("days.zip"));

  ASSERT_EQ(documents.size(), 1U);
  ASSERT_FALSE(documents[0]);
  EXPECT_THAT(documents[0].error().message, testing::HasSubstr("zip: CRC"));
}

TEST(Zip, RefusesACutAnEmptyAndACrowdedArchive) {
  const std::string bytes = make_zip({{"a.txt", day_text(3)}, {"b.txt", day_text(3)}});

  expect_reason(read_one(bytes.substr(0, bytes.size() - 30), options_for(kName)), "zip: ");
  expect_reason(read_one(make_zip({}), options_for(kName)), "no files");
  expect_reason(read_one(bytes, options_for(kName), {.max_members = 1}), "2 files in one archive");
}

TEST(Zip, RefusesABombWhoseMembersAreSmallEnoughOneByOne) {
  const std::string reply = empty_reply(std::size_t{50} << 20U);

  const auto documents = read_documents(
      make_zip({{"2024-01-02.json", reply}, {"2024-01-03.json", reply}}), options_for("days.zip"));

  ASSERT_EQ(documents.size(), 2U);
  EXPECT_TRUE(documents[0]) << to_text(documents[0]);
  ASSERT_FALSE(documents[1]);
  EXPECT_THAT(documents[1].error().message, testing::HasSubstr("archive bomb"));
}

}  // namespace
}  // namespace offex::formats
