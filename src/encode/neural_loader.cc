// SPDX-License-Identifier: MIT
#include <dlfcn.h>

#include <filesystem>
#include <mutex>

#include "mess/neural.h"

namespace mess {
namespace {

constexpr const char* kLibraryName = "libmess_neural.so";
constexpr const char* kInstallHint = "pip install \"mess-ai[neural]\"";

struct NeuralState {
  std::mutex mutex;
  bool loaded = false;
  std::string status = "not loaded";
};

NeuralState& state() {
  static NeuralState instance;
  return instance;
}

std::filesystem::path folder_of_this_library() {
  Dl_info location{};
  const int found = ::dladdr(reinterpret_cast<const void*>(&load_neural), &location);
  return found != 0 ? std::filesystem::absolute(location.dli_fname).parent_path() : std::filesystem::path();
}

std::string load(const std::filesystem::path& library) {
  if (!std::filesystem::exists(library)) {
    return std::string("not installed; ") + kInstallHint + " brings them (no " + library.string() + ")";
  }
  if (::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr)
    return {};
  const char* reason = ::dlerror();
  return std::string("installed but could not be loaded; ") + kInstallHint + " brings the torch they need (" +
         (reason != nullptr ? reason : "no reason given") + ")";
}

}  // namespace

bool load_neural() {
  NeuralState& neural = state();
  const std::lock_guard lock(neural.mutex);
  if (neural.loaded)
    return true;
  // Registration happens in libmess_neural's static initialisers, which call register_encoder().
  const std::filesystem::path library = folder_of_this_library() / kLibraryName;
  const std::string problem = load(library);
  neural.loaded = problem.empty();
  neural.status = neural.loaded ? "loaded: " + library.string() : problem;
  return neural.loaded;
}

std::string neural_status() {
  NeuralState& neural = state();
  const std::lock_guard lock(neural.mutex);
  return neural.status;
}

}  // namespace mess
