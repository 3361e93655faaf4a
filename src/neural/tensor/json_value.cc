// SPDX-License-Identifier: MIT
// JSON by recursive descent, after RFC 8259; UTF-8 after RFC 3629.
#include "src/neural/tensor/json_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include "mess/error.h"

namespace mess::internal {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

void append_utf8(std::string& text, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0U | code >> 6);
    put(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    put(0xe0U | code >> 12);
    put(0x80U | (code >> 6 & 0x3fU));
    put(0x80U | (code & 0x3fU));
  } else {
    put(0xf0U | code >> 18);
    put(0x80U | (code >> 12 & 0x3fU));
    put(0x80U | (code >> 6 & 0x3fU));
    put(0x80U | (code & 0x3fU));
  }
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& name, const JsonLimits& limits)
      : text_(text), name_(name), limits_(limits) {}

  JsonValue document() {
    if (text_.starts_with("\xef\xbb\xbf"))
      at_ = 3;
    skip_space();
    JsonValue value = parse_value(1);
    skip_space();
    if (at_ != text_.size())
      fail("the end");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw ModelError("[neural] " + name_ + ": expected JSON, found: no " + expected + " at byte " +
                     std::to_string(at_));
  }
  [[noreturn]] void refuse(const std::string& expected, const std::string& found) const {
    throw ModelError("[neural] " + name_ + ": expected " + expected + ", found " + found);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }

  void count_value() {
    if (++num_values_ > limits_.max_values)
      refuse("at most " + std::to_string(limits_.max_values) + " values", "more");
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the limit
  JsonValue parse_value(std::size_t depth) {
    count_value();
    if ((peek() == '{' || peek() == '[') && depth > limits_.max_depth)
      refuse("at most " + std::to_string(limits_.max_depth) + " levels", "more");
    switch (peek()) {
      case '{':
        return {parse_members(depth)};
      case '[':
        return {parse_array(depth)};
      case '"':
        return {parse_string()};
      case 't':
        return literal("true", {true});
      case 'f':
        return literal("false", {false});
      case 'n':
        return literal("null", {nullptr});
      default:
        return parse_number();
    }
  }

  JsonValue literal(std::string_view word, JsonValue value) {
    if (!text_.substr(at_).starts_with(word))
      fail("value");
    at_ += word.size();
    return value;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  JsonValue::Members parse_members(std::size_t depth) {
    JsonValue::Members members;
    ++at_;
    skip_space();
    if (take('}'))
      return members;
    do {
      skip_space();
      if (peek() != '"')
        fail("key");
      count_value();
      std::string key = parse_string();
      skip_space();
      if (!take(':'))
        fail("colon");
      skip_space();
      members.emplace_back(std::move(key), parse_value(depth + 1));
      skip_space();
    } while (take(','));
    if (!take('}'))
      fail("comma or brace");
    std::ranges::sort(members, {}, &JsonValue::Members::value_type::first);
    const auto twice = std::ranges::adjacent_find(members, {}, &JsonValue::Members::value_type::first);
    if (twice != members.end())
      refuse("each key once", "\"" + twice->first + "\" twice");
    return members;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  JsonValue::Array parse_array(std::size_t depth) {
    JsonValue::Array items;
    ++at_;
    skip_space();
    if (take(']'))
      return items;
    do {
      skip_space();
      items.push_back(parse_value(depth + 1));
      skip_space();
    } while (take(','));
    if (!take(']'))
      fail("comma or bracket");
    return items;
  }

  std::string parse_string() {
    std::string text;
    ++at_;
    while (!take('"')) {
      if (at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20)
        fail("end of the string");
      if (take('\\')) {
        parse_escape(text);
        continue;
      }
      const std::size_t length = utf8_length(text_.substr(at_));
      if (length == 0)
        fail("UTF-8");
      text.append(text_, at_, length);
      at_ += length;
    }
    return text;
  }

  void parse_escape(std::string& text) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t letter = at_ < text_.size() ? kLetters.find(text_[at_]) : std::string_view::npos;
    if (letter != std::string_view::npos) {
      ++at_;
      text.push_back(kMeanings[letter]);
      return;
    }
    if (!take('u'))
      fail("escape");
    std::uint32_t code = parse_hex();
    if (code >= 0xd800 && code < 0xdc00) {  // the first half of a pair
      if (!take('\\') || !take('u'))
        fail("second surrogate");
      const std::uint32_t low = parse_hex();
      if (low < 0xdc00 || low > 0xdfff)
        fail("second surrogate");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
      fail("first surrogate");
    }
    append_utf8(text, code);
  }

  std::uint32_t parse_hex() {
    std::uint32_t code = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc() || digits.size() != 4 || end != digits.data() + 4)
      fail("four hexadecimal digits");
    at_ += 4;
    return code;
  }

  void skip_digits() {
    if (!is_digit(peek()))
      fail("value");
    while (is_digit(peek()))
      ++at_;
  }

  JsonValue parse_number() {
    const std::size_t begin = at_;
    take('-');
    if (!take('0'))
      skip_digits();
    const bool is_integer = peek() != '.' && peek() != 'e' && peek() != 'E';
    if (take('.'))
      skip_digits();
    if (take('e') || take('E')) {
      if (!take('+'))
        take('-');
      skip_digits();
    }
    const std::string_view digits = text_.substr(begin, at_ - begin);
    const char* const end = digits.data() + digits.size();
    if (std::int64_t integer = 0; is_integer && std::from_chars(digits.data(), end, integer).ec == std::errc())
      return {integer};
    double number = 0.0;
    if (std::from_chars(digits.data(), end, number).ec != std::errc())
      refuse("numbers that a double can hold", std::string(digits.substr(0, 40)));
    return {number};
  }

  std::string_view text_;
  const std::string& name_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::size_t num_values_ = 0;
};

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty())
    return 0;
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80)
    return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length ||
      !std::ranges::all_of(text.substr(1, length - 1), is_continuation))
    return 0;
  // What a shorter sequence could say, surrogates, and what lies beyond Unicode.
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return is_wrong ? 0 : length;
}

const char* JsonValue::type_name() const {
  constexpr std::array<const char*, 7> kNames{"null", "boolean", "number", "number", "string", "array", "object"};
  return kNames.at(value.index());
}

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto* members = std::get_if<Members>(&value);
  if (members == nullptr)
    return nullptr;
  const auto found =
      std::ranges::lower_bound(*members, key, {}, [](const auto& member) { return std::string_view(member.first); });
  return found == members->end() || found->first != key ? nullptr : &found->second;
}

JsonValue parse_json(std::string_view text, const std::string& name, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    throw ModelError("[neural] " + name + ": expected at most " + std::to_string(limits.max_bytes) +
                     " bytes of JSON, found " + std::to_string(text.size()));
  }
  return Parser(text, name, limits).document();
}

}  // namespace mess::internal
