// SPDX-License-Identifier: MIT
#include <filesystem>
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

  void set_folder_factory(FolderEncoderFactory factory) {
    const std::lock_guard lock(mutex_);
    folder_factory_ = std::move(factory);
  }

  FolderEncoderFactory folder_factory() {
    const std::lock_guard lock(mutex_);
    return folder_factory_;
  }

  std::vector<std::string> names() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    names.reserve(factories_.size());
    for (const auto& [name, factory] : factories_)
      names.push_back(name);
    return names;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, EncoderFactory> factories_ = internal::builtin_encoders();
  FolderEncoderFactory folder_factory_;
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

std::unique_ptr<Encoder> open_folder(const std::string& folder, const EncoderOptions& options) {
  FolderEncoderFactory factory = Registry::instance().folder_factory();
  if (!factory && load_neural())
    factory = Registry::instance().folder_factory();
  if (!factory)
    throw ModelError("[encode] encoder " + folder + ": expected libmess_neural, found: " + neural_status());
  return factory(folder, options);
}

}  // namespace

void register_encoder(const std::string& name, EncoderFactory factory) {
  Registry::instance().add(name, std::move(factory));
}

void register_folder_encoder_factory(FolderEncoderFactory factory) {
  Registry::instance().set_folder_factory(std::move(factory));
}

std::vector<std::string> encoder_names() { return Registry::instance().names(); }

std::unique_ptr<Encoder> make_encoder(const std::string& name, const EncoderOptions& options) {
  check_device(options.device);
  EncoderFactory factory = Registry::instance().find(name);
  if (!factory && load_neural())
    factory = Registry::instance().find(name);
  if (factory)
    return factory(options);
  if (std::filesystem::is_directory(name))
    return open_folder(name, options);
  throw ModelError("[encode] encoder " + name + ": expected one of " + joined(encoder_names()) +
                   " or a model's folder, found neither. mess models pull NAME downloads a model. Neural encoders: " +
                   neural_status());
}

}  // namespace mess
