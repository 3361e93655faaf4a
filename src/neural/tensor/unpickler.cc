// SPDX-License-Identifier: MIT
#include "src/neural/tensor/unpickler.h"

#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "mess/error.h"
#include "src/neural/tensor/pickle_bytes.h"
#include "src/neural/tensor/pickle_calls.h"
#include "src/neural/tensor/pickle_values.h"

namespace mess::internal {
namespace {

enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyDict = '}',
  kEmptyList = ']',
  kEmptyTuple = ')',
  kBinFloat = 'G',
  kProto = 0x80,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kShortBinUnicode = 0x8c,
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

class Unpickler {
 public:
  Unpickler(std::span<const std::byte> pickle, const PickleLimits& limits) : bytes_(pickle), limits_(limits) {}

  ValueId run() {
    while (true) {
      const auto opcode = bytes_.read<std::uint8_t>();
      if (opcode == kStop)
        return pop();
      if (!push_constant(opcode) && !use_memo(opcode) && !fill_container(opcode) && !call(opcode))
        throw std::invalid_argument("expected an opcode of a checkpoint, found " + std::to_string(opcode));
    }
  }

  const PickleValue& at(ValueId id) const { return values_[id]; }

 private:
  void spend(std::size_t count = 1) {
    num_spent_ += count;
    if (num_spent_ > limits_.max_values)
      throw std::invalid_argument("expected at most " + std::to_string(limits_.max_values) + " values, found more");
  }

  void push(PickleValue value) {
    // A copy of a long list is paid for by its length, so that few bytes cannot ask for much memory.
    const auto* list = std::get_if<PickleList>(&value);
    spend(1 + (list != nullptr ? list->items.size() : 0));
    values_.push_back(std::move(value));
    stack_.push_back(static_cast<ValueId>(values_.size() - 1));
  }

  ValueId pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back()))
      throw std::invalid_argument("expected a value on the stack, found none");
    const ValueId id = stack_.back();
    stack_.pop_back();
    return id;
  }

  std::vector<ValueId> pop_to_mark() {
    if (marks_.empty())
      throw std::invalid_argument("expected a mark on the stack, found none");
    std::vector<ValueId> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }

  std::vector<ValueId> pop_count(std::size_t count) {
    std::vector<ValueId> items(count);
    for (std::size_t i = count; i-- > 0;)
      items[i] = pop();
    return items;
  }

  template <typename T>
  T& top(const char* what) {
    const ValueId id = pop();
    stack_.push_back(id);
    T* found = std::get_if<T>(&values_[id]);
    if (found == nullptr)
      throw std::invalid_argument(std::string("expected ") + what + " on the stack, found another value");
    return *found;
  }

  bool push_constant(std::uint8_t opcode) {
    switch (opcode) {
      case kNone:
        push(PickleNone{});
        return true;
      case kNewTrue:
        push(true);
        return true;
      case kNewFalse:
        push(false);
        return true;
      case kBinInt:
        push(std::int64_t{bytes_.read<std::int32_t>()});
        return true;
      case kBinInt1:
        push(std::int64_t{bytes_.read<std::uint8_t>()});
        return true;
      case kBinInt2:
        push(std::int64_t{bytes_.read<std::uint16_t>()});
        return true;
      case kLong1:
        push(bytes_.read_long());
        return true;
      case kBinFloat:
        push(bytes_.read_float());
        return true;
      case kBinUnicode:
        push(bytes_.read_text(bytes_.read<std::uint32_t>()));
        return true;
      case kShortBinUnicode:
        push(bytes_.read_text(bytes_.read<std::uint8_t>()));
        return true;
      case kEmptyDict:
        push(PickleDict{});
        return true;
      case kEmptyList:
      case kEmptySet:
      case kEmptyTuple:
        push(PickleList{});
        return true;
      default:
        return false;
    }
  }

  void memoize(std::uint32_t key) {
    spend();
    const ValueId id = pop();
    stack_.push_back(id);
    memo_[key] = id;
  }

  void recall(std::uint32_t key) {
    spend();
    const auto found = memo_.find(key);
    if (found == memo_.end())
      throw std::invalid_argument("expected a value remembered as " + std::to_string(key) + ", found none");
    stack_.push_back(found->second);
  }

  bool use_memo(std::uint8_t opcode) {
    switch (opcode) {
      case kProto:
        if (const auto version = bytes_.read<std::uint8_t>(); version > 5)
          throw std::invalid_argument("expected pickle protocol 5 or older, found " + std::to_string(version));
        return true;
      case kFrame:
        bytes_.take(sizeof(std::uint64_t));
        return true;
      case kBinPut:
        memoize(bytes_.read<std::uint8_t>());
        return true;
      case kLongBinPut:
        memoize(bytes_.read<std::uint32_t>());
        return true;
      case kMemoize:
        memoize(static_cast<std::uint32_t>(memo_.size()));
        return true;
      case kBinGet:
        recall(bytes_.read<std::uint8_t>());
        return true;
      case kLongBinGet:
        recall(bytes_.read<std::uint32_t>());
        return true;
      default:
        return false;
    }
  }

  void append(const std::vector<ValueId>& added) {
    auto& items = top<PickleList>("a list").items;
    items.insert(items.end(), added.begin(), added.end());
  }

  void set_items(const std::vector<ValueId>& added) {
    if (added.size() % 2 != 0)
      throw std::invalid_argument("expected keys with values, found a key without one");
    auto& items = top<PickleDict>("a dict").items;
    for (std::size_t i = 0; i < added.size(); i += 2)
      items.emplace_back(added[i], added[i + 1]);
  }

  bool fill_container(std::uint8_t opcode) {
    switch (opcode) {
      case kMark:
        spend();
        marks_.push_back(stack_.size());
        return true;
      case kPop:
        pop();
        return true;
      case kAppend:
        append(pop_count(1));
        return true;
      case kAddItems:
      case kAppends:
        append(pop_to_mark());
        return true;
      case kSetItem:
        set_items(pop_count(2));
        return true;
      case kSetItems:
        set_items(pop_to_mark());
        return true;
      case kTuple:
        push(PickleList{pop_to_mark()});
        return true;
      case kTuple1:
        push(PickleList{pop_count(1)});
        return true;
      case kTuple2:
        push(PickleList{pop_count(2)});
        return true;
      case kTuple3:
        push(PickleList{pop_count(3)});
        return true;
      default:
        return false;
    }
  }

  void push_global(const std::string& module, const std::string& name) {
    constexpr std::size_t kLongest = 100;
    const std::string global = module.substr(0, kLongest) + "." + name.substr(0, kLongest);
    if (!is_known_global(global)) {
      throw std::invalid_argument("expected names that describe tensors, found " + global +
                                  "; save the state_dict alone, or as safetensors");
    }
    push(PickleGlobal{global});
  }

  template <typename T>
  const T& pop_as(const char* what) {
    const T* found = std::get_if<T>(&values_[pop()]);
    if (found == nullptr)
      throw std::invalid_argument(std::string("expected ") + what + ", found another value");
    return *found;
  }

  bool call(std::uint8_t opcode) {
    const auto value_of = [this](ValueId id) -> const PickleValue& { return values_[id]; };
    switch (opcode) {
      case kGlobal: {
        const std::string module = bytes_.read_line();
        push_global(module, bytes_.read_line());
        return true;
      }
      case kStackGlobal: {
        const auto& name = pop_as<std::string>("a name");
        push_global(pop_as<std::string>("a module"), name);
        return true;
      }
      case kReduce: {
        const auto& arguments = pop_as<PickleList>("arguments");
        push(describe_call(pop_as<PickleGlobal>("a function").name, arguments.items, value_of));
        return true;
      }
      case kBinPersId:
        push(describe_storage(pop_as<PickleList>("a storage").items, value_of));
        return true;
      case kBuild:
        pop();
        return true;  // attributes of a dict or a tensor: none that matters here
      default:
        return false;
    }
  }

  PickleBytes bytes_;
  const PickleLimits& limits_;
  std::vector<PickleValue> values_;
  std::vector<ValueId> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, ValueId> memo_;
  std::size_t num_spent_ = 0;
};

const PickleDict* find_dict(const Unpickler& unpickler, const PickleDict& parent, std::string_view name) {
  for (const auto& [key, value] : parent.items) {
    const auto* text = std::get_if<std::string>(&unpickler.at(key));
    if (text != nullptr && *text == name)
      return std::get_if<PickleDict>(&unpickler.at(value));
  }
  return nullptr;
}

std::map<std::string, PickledTensor> collect(const Unpickler& unpickler, ValueId root) {
  const auto* dict = std::get_if<PickleDict>(&unpickler.at(root));
  if (dict == nullptr)
    throw std::invalid_argument("expected a dict of tensors, found another value");
  for (const char* wrapper : {"state_dict", "model_state_dict", "model"}) {
    if (const PickleDict* inner = find_dict(unpickler, *dict, wrapper); inner != nullptr) {
      dict = inner;
      break;
    }
  }
  std::map<std::string, PickledTensor> tensors;
  for (const auto& [key, value] : dict->items) {
    const auto* tensor = std::get_if<PickledTensor>(&unpickler.at(value));
    if (tensor == nullptr)
      continue;
    const auto* text = std::get_if<std::string>(&unpickler.at(key));
    if (text == nullptr)
      throw std::invalid_argument("expected names as keys of the tensors, found another value");
    tensors.insert_or_assign(*text, *tensor);
  }
  if (tensors.empty())
    throw std::invalid_argument("expected tensors, found none");
  return tensors;
}

}  // namespace

std::map<std::string, PickledTensor> unpickle_tensors(std::span<const std::byte> pickle, const std::string& name,
                                                      const PickleLimits& limits) {
  if (pickle.size() > limits.max_bytes) {
    throw ModelError("[neural] " + name + ": expected a pickle of at most " + std::to_string(limits.max_bytes) +
                     " bytes, found " + std::to_string(pickle.size()));
  }
  try {
    Unpickler unpickler(pickle, limits);
    const ValueId root = unpickler.run();
    return collect(unpickler, root);
  } catch (const std::invalid_argument& error) {
    throw ModelError("[neural] " + name + ": " + error.what());
  }
}

}  // namespace mess::internal
