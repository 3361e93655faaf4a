// SPDX-License-Identifier: MIT
#include <ATen/ATen.h>
#include <caffe2/serialize/inline_container.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "mess/error.h"
#include "src/neural/tensor/checkpoint.h"

namespace mess::internal {
namespace {

namespace fs = std::filesystem;

class CheckpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("checkpoint_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  void write_text(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }

  fs::path folder_;
};

std::string safetensors_file(const std::string& header, const std::string& values) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + values;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const ModelError& error) {
    return error.what();
  }
  return "no ModelError";
}

testing::AssertionResult has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos ? testing::AssertionSuccess()
                                              : testing::AssertionFailure() << text << "\nlacks " << part;
}

// What torch.save writes for {"w": float32 2 x 3 of data/0, transposed when asked}.
std::string pickle_of_w(bool is_transposed) {
  const auto text = [](const std::string& value) {
    const auto length = static_cast<std::uint32_t>(value.size());
    std::string opcode("X\0\0\0\0", 5);
    std::memcpy(opcode.data() + 1, &length, sizeof length);
    return opcode + value;
  };
  return "\x80\x02}" + text("w") + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") +
         "ctorch\nFloatStorage\n" + text("0") + text("cpu") + std::string("K\x06tQK\0", 6) +
         (is_transposed ? "K\x03K\x02\x86K\x01K\x03\x86" : "K\x02K\x03\x86K\x03K\x01\x86") +
         "\x89"
         "ccollections\nOrderedDict\n)RtRs.";
}

void write_torch_file(const fs::path& file, const std::string& pickle, bool compress, const std::string& byte_order) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  caffe2::serialize::PyTorchStreamWriter writer(file.string());
  writer.writeRecord("data.pkl", pickle.data(), pickle.size(), compress);
  writer.writeRecord("byteorder", byte_order.data(), byte_order.size());
  writer.writeRecord("data/0", values.data(), values.size() * sizeof(float), compress);
  writer.writeEndOfFile();
}

TEST_F(CheckpointTest, TensorsOfEveryTypeComeBackAsTheyWereWritten) {
  std::map<std::string, at::Tensor> written{{"scalar", at::scalar_tensor(2.5, at::kFloat)},
                                            {"empty", at::empty({0, 3}, at::kFloat)},
                                            {"transposed", at::arange(6, at::kFloat).view({2, 3}).t()},
                                            {"bool", at::arange(4).gt(1)}};
  for (const auto type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort, at::kChar,
                          at::kByte, at::kUInt16, at::kUInt32, at::kUInt64, at::kFloat8_e4m3fn, at::kFloat8_e5m2})
    written.emplace(at::toString(type), at::arange(5, at::kFloat).to(type));
  write_checkpoint(folder_ / "model.safetensors", written);
  const auto checkpoint = Checkpoint::open(folder_);
  EXPECT_EQ(checkpoint.names().size(), written.size());
  for (const auto& [name, tensor] : written) {
    const at::Tensor read = checkpoint.tensor(name);
    EXPECT_EQ(read.scalar_type(), tensor.scalar_type()) << name;
    EXPECT_EQ(read.sizes(), tensor.sizes()) << name;
    EXPECT_TRUE(read.to(at::kDouble).equal(tensor.to(at::kDouble))) << name;
  }
}

TEST_F(CheckpointTest, ATensorOutlivesItsCheckpointAndWritingToItChangesNoFile) {
  write_checkpoint(folder_ / "model.safetensors", {{"a", at::ones({1000})}});
  at::Tensor tensor = Checkpoint::open(folder_).tensor("a");
  tensor.add_(1);
  EXPECT_EQ(tensor.sum().item<float>(), 2000.0f);
  EXPECT_EQ(Checkpoint::open(folder_).tensor("a").sum().item<float>(), 1000.0f);
}

TEST_F(CheckpointTest, UnalignedTensorsAreCopied) {
  const float values[2] = {1.5f, 2.5f};
  std::string header = R"({"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}})";
  header.resize(63, ' ');  // an odd number
  const std::string bytes(reinterpret_cast<const char*>(values), sizeof values);
  write_text("model.safetensors", safetensors_file(header, bytes));
  const at::Tensor tensor = Checkpoint::open(folder_).tensor("a");
  EXPECT_EQ(tensor[1][0].item<float>(), 2.5f);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data_ptr()) % 4, 0u);
}

TEST_F(CheckpointTest, ATypeThatIsNotKnownIsRefusedWhenAskedFor) {
  write_text("model.safetensors", safetensors_file(R"({"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}})", "ab"));
  const auto checkpoint = Checkpoint::open(folder_);
  EXPECT_TRUE(has(refusal([&] { checkpoint.tensor("a"); }), "\"a\": expected a known type, found F4"));
  EXPECT_TRUE(has(refusal([&] { checkpoint.tensor("b"); }), "expected a tensor \"b\", found none"));
}

TEST_F(CheckpointTest, ShardsAreReadThroughTheirIndex) {
  write_checkpoint(folder_ / "model-1.safetensors", {{"a", at::full({2}, 1.0f)}});
  write_checkpoint(folder_ / "model-2.safetensors", {{"b", at::full({3}, 2.0f)}});
  write_text("model.safetensors.index.json",
             R"({"metadata":{},"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}})");
  const auto checkpoint = Checkpoint::open(folder_);
  EXPECT_EQ(checkpoint.names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(checkpoint.tensor("b").sum().item<float>(), 6.0f);
}

TEST_F(CheckpointTest, AnIndexMayNotReachOutsideItsFolderOrPromiseWhatIsNotThere) {
  write_checkpoint(folder_ / "one.safetensors", {{"a", at::ones({2})}});
  const auto index = [&](const std::string& map) {
    write_text("model.safetensors.index.json", R"({"weight_map":)" + map + "}");
    return refusal([&] { Checkpoint::open(folder_); });
  };
  EXPECT_TRUE(has(index(R"({"a":"../one.safetensors"})"), "names of files beside it, found ../one.safetensors"));
  EXPECT_TRUE(has(index(R"({"b":"one.safetensors"})"), "expected \"b\" in one.safetensors"));
  EXPECT_TRUE(has(index(R"({"a":"two.safetensors"})"), "two.safetensors: expected a readable file"));
  EXPECT_TRUE(has(index(R"({"a":3})"), "expected a string, found number"));
}

TEST_F(CheckpointTest, FilesOfTorchSaveAreMapped) {
  write_torch_file(folder_ / "pytorch_model.bin", pickle_of_w(false), false, "little");
  write_torch_file(folder_ / "other.pt", pickle_of_w(true), false, "little");
  const at::Tensor expected = at::arange(1, 7, at::kFloat).view({2, 3});
  EXPECT_TRUE(Checkpoint::open(folder_).tensor("w").equal(expected));
  const at::Tensor transposed = Checkpoint::open(folder_ / "other.pt").tensor("w");
  EXPECT_EQ(transposed.sizes(), (std::vector<std::int64_t>{3, 2}));
  EXPECT_TRUE(transposed.equal(expected.t()));
}

TEST_F(CheckpointTest, TorchFilesThatAreNotAsTorchWritesThemAreRefused) {
  const fs::path file = folder_ / "pytorch_model.bin";
  const auto message = [&] { return refusal([&] { Checkpoint::open(file); }); };
  write_torch_file(file, pickle_of_w(false), false, "big");
  EXPECT_TRUE(has(message(), "little-endian"));
  write_torch_file(file, pickle_of_w(false), true, "little");
  EXPECT_TRUE(has(message(), "data/0 compressed"));
  write_torch_file(file,
                   "\x80\x02"
                   "cposix\nsystem\n.",
                   false, "little");
  EXPECT_TRUE(has(message(), "posix.system"));
  write_text("pytorch_model.bin", "\x80\x02\x8a\x0a");
  EXPECT_TRUE(has(message(), "before 1.6"));
  write_text("pytorch_model.bin", "PK\x03\x04 and no more");
  EXPECT_TRUE(has(message(), "checkpoint of torch.save"));
}

TEST_F(CheckpointTest, TorchFilesThatAreCutAreRefused) {
  const fs::path file = folder_ / "whole.pt";
  write_torch_file(file, pickle_of_w(false), false, "little");
  const auto size = fs::file_size(file);
  for (std::uintmax_t cut = 0; cut < size; cut += 7) {
    fs::copy_file(file, folder_ / "cut.pt", fs::copy_options::overwrite_existing);
    fs::resize_file(folder_ / "cut.pt", cut);
    EXPECT_THROW(Checkpoint::open(folder_ / "cut.pt"), ModelError) << cut;
  }
}

TEST_F(CheckpointTest, AFolderWithoutWeightsSaysWhatItLooksFor) {
  EXPECT_TRUE(
      has(refusal([&] { Checkpoint::open(folder_); }), "model.safetensors, model.safetensors.index.json, pytor"));
  EXPECT_TRUE(has(refusal([&] { Checkpoint::open(folder_ / "none"); }), "No such file"));
}

TEST_F(CheckpointTest, TakeAcceptsPrefixesAndBothSpellingsOfNormalisation) {
  write_checkpoint(folder_ / "model.safetensors", {{"hubert.conv.weight_g", at::ones({1, 1, 3})},
                                                   {"hubert.conv.weight_v", at::ones({2, 2, 3})},
                                                   {"hubert.norm.gamma", at::ones({4})},
                                                   {"hubert.norm.beta", at::zeros({4})},
                                                   {"hubert.embeddings.position_ids", at::arange(3)}});
  const std::vector<WantedTensor> wanted{{"conv.parametrizations.weight.original0", {1, 1, 3}},
                                         {"conv.parametrizations.weight.original1", {2, 2, 3}},
                                         {"norm.weight", {4}},
                                         {"norm.bias", {4}},
                                         {.name = "absent", .shape = {1}, .optional = true}};
  const auto taken =
      take(Checkpoint::open(folder_), wanted, {.prefixes = {"hubert."}, .ignorable = {"*.position_ids"}});
  EXPECT_EQ(taken.size(), 4u);
  EXPECT_EQ(taken.at("norm.weight").sum().item<float>(), 4.0f);
  write_checkpoint(folder_ / "model.safetensors", {{"conv.parametrizations.weight.original0", at::ones({1, 1, 3})}});
  EXPECT_EQ(take(Checkpoint::open(folder_), {{"conv.weight_g", {1, 1, 3}}}, {}).count("conv.weight_g"), 1u);
}

TEST_F(CheckpointTest, TakeListsEverythingThatIsWrongInOneMessage) {
  write_checkpoint(
      folder_ / "model.safetensors",
      {{"a", at::ones({3, 4})}, {"model.b", at::ones({1})}, {"other.b", at::ones({1})}, {"surplus", at::ones({1})}});
  const auto message = refusal([&] {
    take(Checkpoint::open(folder_), {{"a", {4, 3}}, {"b", {1}}, {"c", {1}}}, {.prefixes = {"model.", "other."}});
  });
  EXPECT_TRUE(has(message, "model.safetensors: expected the tensors of the model, found"));
  EXPECT_TRUE(has(message, "1 missing: c"));
  EXPECT_TRUE(has(message, "1 misshapen: a (expected 4 x 3, found 3 x 4)"));
  EXPECT_TRUE(has(message, "1 twice: model.b and other.b"));
  EXPECT_TRUE(has(message, "1 unexpected: surplus"));
}

TEST_F(CheckpointTest, LongListsAreShortened) {
  write_checkpoint(folder_ / "model.safetensors", {});
  std::vector<WantedTensor> wanted;
  for (int i = 0; i < 20; ++i)
    wanted.push_back({"layer." + std::to_string(i), {1}});
  EXPECT_TRUE(has(refusal([&] { take(Checkpoint::open(folder_), wanted, {}); }), "20 missing"));
  EXPECT_TRUE(has(refusal([&] { take(Checkpoint::open(folder_), wanted, {}); }), "and 12 more"));
}

}  // namespace
}  // namespace mess::internal
