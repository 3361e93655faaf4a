// SPDX-License-Identifier: MIT
#include "src/support/container.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "mess/error.h"

namespace mess::internal {
namespace {

class ContainerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("mess-container-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "file.mess";
    write_container(path_, "TEST",
                    std::array<Section, 2>{Section{"first", {std::as_bytes(std::span(first_))}},
                                           Section{"second", {std::as_bytes(std::span(second_))}}});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::vector<std::byte> read() const {
    std::ifstream file(path_, std::ios::binary);
    std::vector<char> text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
  }

  std::string first_ = "the first section";
  std::vector<float> second_ = std::vector<float>(1000, 0.5f);
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

std::string message_of(std::span<const std::byte> bytes) {
  try {
    ContainerView(bytes, "file.mess", "TEST");
  } catch (const FormatError& error) {
    return error.what();
  }
  return {};
}

TEST_F(ContainerTest, GivesBackWhatWasWritten) {
  const auto bytes = read();
  const ContainerView view(bytes, "file.mess", "TEST");
  const auto first = view.section("first");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(first.data()), first.size()), first_);
  EXPECT_EQ(view.section("second").size(), second_.size() * sizeof(float));
}

TEST_F(ContainerTest, AlignsSectionsTo64Bytes) {
  const auto bytes = read();
  const ContainerView view(bytes, "file.mess", "TEST");
  EXPECT_EQ((view.section("first").data() - bytes.data()) % 64, 0);
  EXPECT_EQ((view.section("second").data() - bytes.data()) % 64, 0);
}

TEST_F(ContainerTest, RefusesEveryFlippedByte) {
  auto bytes = read();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= std::byte{0x40};
    EXPECT_FALSE(message_of(bytes).empty()) << "byte " << i;
    bytes[i] ^= std::byte{0x40};
  }
  EXPECT_TRUE(message_of(bytes).empty());
}

TEST_F(ContainerTest, RefusesEveryTruncationAndAppendedBytes) {
  auto bytes = read();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(message_of(std::span(bytes).first(size)).empty()) << "size " << size;
  }
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(message_of(bytes).empty());
}

TEST_F(ContainerTest, ErrorNamesFileAndSection) {
  auto bytes = read();
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(message_of(bytes), "[file] file.mess: section second: expected its checksum to match, found damage");
}

TEST_F(ContainerTest, RefusesAnotherKindAndAMissingSection) {
  const auto bytes = read();
  EXPECT_THROW(ContainerView(bytes, "file.mess", "INDX"), FormatError);
  EXPECT_THROW(ContainerView(bytes, "file.mess", "TEST").section("third"), FormatError);
}

TEST_F(ContainerTest, LeavesTheOldFileWhenWritingFails) {
  const auto before = read();
  const std::string long_name(17, 'x');
  EXPECT_THROW(write_container(path_, "TEST", std::array<Section, 1>{Section{long_name, {}}}), InvalidArgument);
  EXPECT_EQ(read(), before);
  EXPECT_THROW(write_container(folder_ / "missing" / "file", "TEST", {}), Error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(ContainerTest, SurvivesRandomBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::byte> bytes(random() % 400);
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random());
    EXPECT_FALSE(message_of(bytes).empty());
  }
}

}  // namespace
}  // namespace mess::internal
