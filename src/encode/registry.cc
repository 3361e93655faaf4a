// SPDX-License-Identifier: MIT
#include <mutex>

#include "mess/encode.h"
#include "mess/error.h"
#include "mess/neural.h"
#include "src/encode/builtin_encoders.h"

namespace mess {
namespace {

class Registry {
 public:
  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  void add(const std::string& name, EncoderFactory factory) {
    const std::lock_guard lock(mutex_);
    if (name.empty() || !factory)
      throw InvalidArgument("[encode] encoder: expected a name and a factory");
    if (!factories_.emplace(name, std::move(factory)).second) {
      throw InvalidArgument("[encode] encoder " + name + ": expected a new name, found one that is registered");
    }
  }

  EncoderFactory find(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = factories_.find(name);
    return found == factories_.end() ? EncoderFactory() : found->second;
  }

  std::vector<std::string> names() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, factory] : factories_)
      names.push_back(name);
    return names;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, EncoderFactory> factories_ = internal::builtin_encoders();
};

void check_device(const std::string& device) {
  const std::string prefix = "cuda:";
  const bool has_number = device.starts_with(prefix) && device.size() > prefix.size() &&
                          device.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
  if (device == "auto" || device == "cpu" || device == "cuda" || has_number)
    return;
  throw InvalidArgument("[encode] device: expected auto, cpu, cuda or cuda:N, found \"" + device + "\"");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void register_encoder(const std::string& name, EncoderFactory factory) {
  Registry::instance().add(name, std::move(factory));
}

std::vector<std::string> encoder_names() { return Registry::instance().names(); }

std::unique_ptr<Encoder> make_encoder(const std::string& name, const EncoderOptions& options) {
  check_device(options.device);
  EncoderFactory factory = Registry::instance().find(name);
  if (!factory && load_neural())
    factory = Registry::instance().find(name);
  if (!factory) {
    throw ModelError("[encode] encoder " + name + ": expected one of " + joined(encoder_names()) +
                     ", found no such name. Neural encoders: " + neural_status());
  }
  return factory(options);
}

}  // namespace mess
