// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "mess/error.h"
#include "src/neural/tensor/json.h"
#include "src/neural/tensor/mapped_file.h"
#include "src/neural/tensor/safetensors.h"
#include "src/neural/tensor/unpickler.h"

namespace mess::internal {
namespace {

using Shape = std::vector<std::int64_t>;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string safetensors_file(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + header + std::string(data_bytes, '\1');
}

StoredTensors read_header(const std::string& header, std::size_t data_bytes) {
  return read_safetensors(bytes_of(safetensors_file(header, data_bytes)), "a.safetensors");
}

/// The action throws a ModelError whose message holds every part.
template <typename Action, typename... Parts>
void expect_refused(Action action, const Parts&... parts) {
  try {
    action();
    FAIL() << "expected a ModelError, found none";
  } catch (const ModelError& error) {
    for (const std::string& part : {std::string(parts)...})
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what() << "\nlacks " << part;
  }
}

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::path(::testing::TempDir()) / ("formats_" + name);
}

TEST(Safetensors, KnowsWhereEachTensorLies) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]},)"
      R"("a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}  )";
  const StoredTensors tensors = read_header(header, 32);
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors.at("a").type, ElementType::kInt64);
  EXPECT_TRUE(tensors.at("a").shape.empty());
  EXPECT_EQ(tensors.at("a").offset, 8 + header.size());
  EXPECT_EQ(tensors.at("b").shape, (Shape{2, 3}));
  EXPECT_EQ(tensors.at("b").offset, 8 + header.size() + 8);
  EXPECT_EQ(tensors.at("b").num_bytes, 24u);
}

TEST(Safetensors, AFileWithoutTensorsIsGood) { EXPECT_TRUE(read_header("{}", 0).empty()); }

TEST(Safetensors, ATypeThatIsNotKnownIsKeptAsItIsSpelled) {
  const auto tensors = read_header(R"({"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}})", 2);
  EXPECT_FALSE(tensors.at("a").type);
  EXPECT_EQ(tensors.at("a").type_name, "F4");
}

TEST(Safetensors, RefusesFilesThatAreCut) {
  const std::string whole = safetensors_file(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 16);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(read_safetensors(bytes_of(whole.substr(0, size)), "cut"), ModelError) << size;
  expect_refused([&] { read_safetensors(bytes_of(whole.substr(0, whole.size() - 1)), "a.safetensors"); },
                 "[neural] a.safetensors: \"a\"", "the file is cut");
}

TEST(Safetensors, RefusesHolesOverlapsAndLeftovers) {
  const std::string a = R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)";
  expect_refused([&] { read_header("{" + a + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}})", 9); }, "\"b\"",
                 "a hole");
  expect_refused([&] { read_header("{" + a + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})", 7); }, "\"b\"",
                 "overlap");
  expect_refused([&] { read_header("{" + a + R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 9); },
                 "expected 8 bytes of data, found 9");
}

TEST(Safetensors, RefusesWhatDoesNotAgree) {
  const auto entry = [](const std::string& type, const std::string& shape, const std::string& offsets) {
    return R"({"a":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
  };
  const std::string too_large = "[4294967296,4294967296]";
  expect_refused([&] { read_header(entry("F32", "[2,2]", "[0,8]"), 8); }, "expected 16 bytes of F32 for 2 x 2");
  expect_refused([&] { read_header(entry("F32", too_large, "[0,0]"), 0); }, "fits into memory");
  expect_refused([&] { read_header(entry("F32", "[0,4611686018427387904,4]", "[0,0]"), 0); }, "fits into memory");
  expect_refused([&] { read_header(entry("U8", "[-4]", "[0,4]"), 4); }, "fits into memory");
  expect_refused([&] { read_header(entry("U8", "[4]", "[4,0]"), 4); }, "data_offsets");
  expect_refused([&] { read_header(entry("U8", "[4]", "[0]"), 4); }, "data_offsets");
  expect_refused([&] { read_header(entry("U8", "[4]", "[0,9223372036854775807]"), 4); }, "the file is cut");
  expect_refused([&] { read_header(entry("U8", "[18446744073709551612]", "[0,4]"), 4); }, "integers");
  expect_refused([&] { read_header(entry("U8", "[4.5]", "[0,4]"), 4); }, "integers");
}

TEST(Safetensors, RefusesHeadersThatAreNoHeaders) {
  expect_refused([] { read_header("", 0); }, "begins with {");
  expect_refused([] { read_header(" {}", 0); }, "begins with {");
  expect_refused([] { read_header("{]", 0); }, "expected JSON");
  expect_refused([] { read_header("{\"a\":[]}", 0); }, "\"a\": expected an object, found array");
  expect_refused([] { read_header("{\"a\":{},\"a\":{}}", 0); }, "\"a\" twice");
  expect_refused([] { read_header("{\"__metadata__\":{\"a\":1}}", 0); }, "expected a string, found number");
  expect_refused([] { read_header("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", 0); }, "at most 4 levels");
  std::string huge(8, '\xff');
  expect_refused([&] { read_safetensors(bytes_of(huge), "huge"); }, "at most 100000000 bytes");
  expect_refused([] { read_safetensors(bytes_of("version https://git-lfs.github.com/spec/v1\n"), "pointer"); },
                 "Git LFS");
}

TEST(Safetensors, WhatIsWrittenIsReadBackAndAligned) {
  const auto path = temporary("written.safetensors");
  const std::vector<std::uint8_t> small{1, 2, 3};
  const std::vector<double> wide{1.5, -2.5};
  write_safetensors(path,
                    {{"b", ElementType::kUint8, {3}, std::as_bytes(std::span(small))},
                     {"\"a\"\n", ElementType::kFloat64, {2, 1}, std::as_bytes(std::span(wide))}},
                    {{"format", "pt"}});
  const MappedFile file(path);
  const StoredTensors tensors = read_safetensors(file.bytes(), "written");
  const StoredTensor& first = tensors.at("\"a\"\n");
  EXPECT_EQ(first.offset % 8, 0u);
  EXPECT_EQ(std::memcmp(file.bytes().data() + first.offset, wide.data(), 16), 0);
  EXPECT_EQ(std::memcmp(file.bytes().data() + tensors.at("b").offset, small.data(), 3), 0);
}

TEST(Safetensors, RefusesToWriteWhatItWouldNotRead) {
  const std::vector<std::uint8_t> values{1, 2, 3};
  const TensorBytes good{"a", ElementType::kUint8, {3}, std::as_bytes(std::span(values))};
  TensorBytes misshapen = good;
  misshapen.shape = {4};
  TensorBytes reserved = good;
  reserved.name = "__metadata__";
  TensorBytes not_text = good;
  not_text.name = "\xff";
  const auto path = temporary("refused.safetensors");
  EXPECT_THROW(write_safetensors(path, {misshapen}), ModelError);
  EXPECT_THROW(write_safetensors(path, {good, good}), ModelError);
  EXPECT_THROW(write_safetensors(path, {reserved}), ModelError);
  EXPECT_THROW(write_safetensors(path, {not_text}), ModelError);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Json, ValuesComeBackInTheirTypes) {
  const auto json = JsonObject::parse(
      R"({"i":-3,"f":0.5,"b":true,"t":"x","l":[1,2],"w":["a","b"],"o":{"i":4},"n":null})", "config.json");
  EXPECT_EQ(json.integer("i"), -3);
  EXPECT_EQ(json.number("f"), 0.5);
  EXPECT_EQ(json.number("i"), -3.0);
  EXPECT_TRUE(json.boolean("b"));
  EXPECT_EQ(json.text("t"), "x");
  EXPECT_EQ(json.integers("l"), (Shape{1, 2}));
  EXPECT_EQ(json.texts("w"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(json.object("o").integer("i"), 4);
  EXPECT_FALSE(json.contains("n"));
  EXPECT_EQ(json.integer("n", 7), 7);
  EXPECT_EQ(json.text("absent", "fallback"), "fallback");
}

TEST(Json, AWrongTypeNamesFileAndKey) {
  const auto json = JsonObject::parse(R"({"a":"x","deep":{"b":1.5},"big":18446744073709551615})", "config.json");
  expect_refused([&] { json.integer("a"); }, "config.json", "\"a\": expected an integer, found string");
  expect_refused([&] { json.integer("a", 3); }, "expected an integer, found string");
  expect_refused([&] { json.object("deep").integer("b"); }, "config.json: \"deep\"", "\"b\"");
  expect_refused([&] { json.integer("big"); }, "expected an integer");
  expect_refused([&] { json.text("none"); }, "\"none\": expected a string, found nothing");
}

TEST(Json, StringsAreUnescapedToUtf8) {
  const auto json = JsonObject::parse(
      "\xef\xbb\xbf {\"a\\u00e9\\ud83c\\udfb5\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0007\", \"z\": \"\xf0\x9f\x8e\xb5\"}",
      "t");
  EXPECT_EQ(json.keys(), (std::vector<std::string>{"a\xc3\xa9\xf0\x9f\x8e\xb5", "z"}));
  EXPECT_EQ(json.text(json.keys().front()), "\"\\/\b\f\n\r\t\a");
  EXPECT_EQ(json_quoted("\"\\\n\xc3\xa9"), "\"\\\"\\\\\\u000a\xc3\xa9\"");
  expect_refused([] { json_quoted("\xff"); }, "UTF-8");
}

TEST(Json, NumbersAreReadAsTheGrammarHasThem) {
  const auto json = JsonObject::parse(
      R"({"a":-0,"b":1e3,"c":-12.5E-1,"d":9223372036854775807,"e":-9223372036854775808,"f":9223372036854775808})", "t");
  EXPECT_EQ(json.integer("a"), 0);
  EXPECT_EQ(json.number("b"), 1000.0);
  EXPECT_EQ(json.number("c"), -1.25);
  EXPECT_EQ(json.integer("d"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(json.integer("e"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(json.number("f"), 9223372036854775808.0);
  expect_refused([&] { json.integer("b"); }, "expected an integer, found number");
}

TEST(Json, WhatTheGrammarDoesNotHaveIsRefused) {
  for (const char* text : {"",
                           "{",
                           "{}x",
                           "{} {}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":[1,]}",
                           "{\"a\":[1 2]}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":1.}",
                           "{\"a\":1e}",
                           "{\"a\":-}",
                           "{\"a\":NaN}",
                           "{\"a\":tru}",
                           "{\"a\":\"\n\"}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\u12g4\"}",
                           "{\"a\":\"\\u12\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\\ud800\\u0041\"}",
                           "{\"a\":\"\\udc00\"}",
                           "{\"a\":\"\xc0\x80\"}",
                           "{\"a\":\"\xed\xa0\x80\"}",
                           "{\"a\":\"\xf4\x90\x80\x80\"}",
                           "{\"a\":\"\xe2\x82\"}",
                           "{\"a\":1e999}",
                           "{/**/}"})
    expect_refused([&] { JsonObject::parse(text, "t"); }, "t: expected");
  expect_refused([] { JsonObject::parse(R"({"b":1,"a":2,"b":3})", "t"); }, "each key once, found \"b\" twice");
}

TEST(Json, RefusesWhatWouldCostTooMuch) {
  const std::string deep = "{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}";
  expect_refused([&] { JsonObject::parse(deep, "deep"); }, "at most 64 levels");
  expect_refused([&] { JsonObject::parse(deep, "long", {.max_bytes = 100}); }, "at most 100 bytes");
  expect_refused([&] { JsonObject::parse(R"({"a":[1,2,3,4,5]})", "many", {.max_values = 4}); }, "at most 4");
  expect_refused([] { JsonObject::parse("[1]", "list"); }, "expected a JSON object, found array");
  expect_refused([] { JsonObject::parse("{\"a\":\"\xff\"}", "bytes"); }, "expected JSON");
  expect_refused([] { JsonObject::read("/nonexistent/config.json"); }, "/nonexistent/config.json");
}

// The pickle of a dict with one float32 tensor, piece by piece.
const std::string kProto2 = "\x80\x02";
std::string text(const std::string& value) {
  const auto length = static_cast<std::uint32_t>(value.size());
  std::string opcode("X\0\0\0\0", 5);
  std::memcpy(opcode.data() + 1, &length, sizeof length);
  return opcode + value;
}
std::string storage(const std::string& type = "torch\nFloatStorage", const std::string& key = "0",
                    const std::string& count = std::string("K\x06", 2)) {
  return "(" + text("storage") + "c" + type + "\n" + text(key) + text("cpu") + count + "tQ";
}
std::string tensor(const std::string& stored = storage(), const std::string& offset = std::string("K\0", 2),
                   const std::string& size = "K\x02K\x03\x86", const std::string& strides = "K\x03K\x01\x86") {
  return "ctorch._utils\n_rebuild_tensor_v2\n(" + stored + offset + size + strides +
         "\x89"
         "ccollections\nOrderedDict\n)RtR";
}
std::map<std::string, PickledTensor> unpickle(const std::string& pickle) {
  return unpickle_tensors(bytes_of(pickle), "a.bin");
}
const std::string kPlain = kProto2 + "}" + text("w") + tensor() + "s.";

TEST(Unpickler, FindsTheTensorsOfAPlainDict) {
  const auto tensors = unpickle(kPlain);
  ASSERT_EQ(tensors.size(), 1u);
  const PickledTensor& found = tensors.at("w");
  EXPECT_EQ(found.storage_key, "0");
  EXPECT_EQ(found.storage_elements, 6u);
  EXPECT_EQ(found.type, ElementType::kFloat32);
  EXPECT_EQ(found.shape, (Shape{2, 3}));
  EXPECT_EQ(found.strides, (Shape{3, 1}));
}

TEST(Unpickler, FindsThemInAnOrderedDictWithAttributesAndInAWrapper) {
  const std::string ordered =
      "ccollections\nOrderedDict\n)R(" + text("w") + tensor() + "u}" + text("_metadata") + "}sb";
  EXPECT_EQ(unpickle(kProto2 + ordered + ".").size(), 1u);
  const std::string wrapped = "}(" + text("epoch") + std::string("K\3", 2) + text("state_dict") + ordered + "u";
  EXPECT_EQ(unpickle(kProto2 + wrapped + ".").count("w"), 1u);
}

TEST(Unpickler, RunsNothing) {
  const std::string system = kProto2 + "cposix\nsystem\n" + text("true") + "\x85R.";
  expect_refused([&] { unpickle(system); }, "a.bin", "found posix.system");
  const std::string eval = std::string("\x80\x04") + text("builtins") + text("eval") + "\x93.";
  expect_refused([&] { unpickle(eval); }, "found builtins.eval");
  expect_refused([] { unpickle(kProto2 + "i"); }, "expected an opcode of a checkpoint");
}

TEST(Unpickler, RefusesPicklesThatAreCut) {
  for (std::size_t size = 0; size < kPlain.size(); ++size)
    EXPECT_THROW(unpickle(kPlain.substr(0, size)), ModelError) << size;
}

TEST(Unpickler, RefusesTensorsBeyondTheirStorage) {
  const auto with = [](const std::string& made) { return kProto2 + "}" + text("w") + made + "s."; };
  const std::string zero("K\0", 2);
  expect_refused([&] { unpickle(with(tensor(storage(), "K\x01"))); }, "inside its storage of 6 elements");
  expect_refused([&] { unpickle(with(tensor(storage(), zero, "K\x02K\x04\x86"))); }, "inside its storage");
  expect_refused([&] { unpickle(with(tensor(storage(), zero, "K\x02K\x03\x86", "K\x03\x85"))); }, "one stride");
  expect_refused(
      [&] { unpickle(with(tensor(storage(), zero, "J\xff\xff\xff\x7f\x85", "K" + std::string(1, 0) + "\x85"))); },
      "inside its storage");
  expect_refused([&] { unpickle(with(tensor(storage(), "J\xff\xff\xff\xff"))); }, "an offset, found -1");
  const std::string largest = "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f";
  expect_refused([&] { unpickle(with(tensor(storage(), zero, largest + largest + "\x86"))); }, "fits into memory");
  expect_refused([&] { unpickle(with(tensor(storage(), largest))); }, "inside its storage");
}

TEST(Unpickler, RefusesStoragesOfOtherKinds) {
  const auto with = [](const std::string& stored) { return kProto2 + "}" + text("w") + tensor(stored) + "s."; };
  expect_refused([&] { unpickle(with(storage("torch\nSize"))); }, "expected a storage type, found torch.Size");
  expect_refused([&] { unpickle(with(storage("torch\nFloatStorage", "../0"))); }, "a record's key");
  expect_refused([&] { unpickle(with(text("x"))); }, "expected a storage, found another value");
}

TEST(Unpickler, RefusesWhatIsNoDictOfTensors) {
  expect_refused([] { unpickle(kProto2 + "]."); }, "expected a dict of tensors");
  expect_refused([] { unpickle(kProto2 + "}."); }, "expected tensors, found none");
  expect_refused([] { unpickle(kProto2 + "."); }, "on the stack");
  expect_refused([] { unpickle(kProto2 + "(0."); }, "on the stack");
  expect_refused([] { unpickle(kProto2 + "t."); }, "a mark");
  expect_refused([] { unpickle(kProto2 + "h\x05."); }, "remembered as 5");
  expect_refused([] { unpickle(kProto2 + "}K\x01" + tensor() + "s."); }, "names as keys");
  expect_refused([] { unpickle("\x80\x09."); }, "protocol 5 or older, found 9");
}

TEST(Unpickler, AListThatHoldsItselfDoesNoHarm) {
  EXPECT_THROW(unpickle(kProto2 + "]q" + std::string(1, '\0') + "h" + std::string(1, '\0') + "a."), ModelError);
  EXPECT_EQ(unpickle(kProto2 + "}q\x01" + text("self") + "h\x01s" + text("w") + tensor() + "s.").size(), 1u);
}

TEST(Unpickler, CopiesOfLongListsArePaidFor) {
  std::string pickle = kProto2 + "(" + std::string(20'000, 'N') + "tq\x01" + "0";
  for (int i = 0; i < 200; ++i)
    pickle += "ctorch\nSize\nh\x01\x85R0";
  expect_refused([&] { unpickle(pickle + "."); }, "at most 2000000 values");
}

}  // namespace
}  // namespace mess::internal
