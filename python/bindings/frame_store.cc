// SPDX-License-Identifier: MIT
#include "mess/frame_store.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>

#include "mess/error.h"
#include "python/bindings/numpy_interop.h"

namespace mess::python {
namespace {

constexpr py::call_guard<py::gil_scoped_release> kWithoutGil;
constexpr const char* kRangeDoc =
    " The frames whose time [t, t + 1) x hop_seconds overlaps [begin_seconds, end_seconds); None is the end. Raises "
    "IndexError where there is no such track, InvalidArgument for a range outside it, FormatError for damage.";

std::vector<FramesView> views_of(const std::vector<const PyFrames*>& frames) {
  std::vector<FramesView> views;
  views.reserve(frames.size());
  for (const PyFrames* one : frames)
    views.push_back(one->view());
  return views;
}

StoredFrames find(const FrameStore& store, std::int64_t id, double begin_seconds, std::optional<double> end_seconds) {
  const py::gil_scoped_release release;
  return store.view(id, begin_seconds, end_seconds.value_or(FrameStore::kToTheEnd));
}

PyFrames read(const FrameStore& store, std::int64_t id, double begin_seconds, std::optional<double> end_seconds) {
  const StoredFrames stored = find(store, id, begin_seconds, end_seconds);
  FloatArray values({static_cast<py::ssize_t>(stored.num_frames), static_cast<py::ssize_t>(stored.dim)});
  const std::span<float> target(values.mutable_data(), static_cast<std::size_t>(values.size()));
  {
    const py::gil_scoped_release release;
    stored.copy_to(target);
  }
  return {std::move(values), stored.hop_seconds, stored.window_seconds, stored.encoder_id, FloatArray(0)};
}

py::array view(const FrameStore& store, std::int64_t id, double begin_seconds, std::optional<double> end_seconds) {
  const StoredFrames stored = find(store, id, begin_seconds, end_seconds);
  if (stored.storage == FrameStorage::kInt8)
    throw InvalidArgument("[frames] view: expected a store of float16 or float32, found int8; read() converts");
  const py::dtype type(stored.storage == FrameStorage::kFloat16 ? "float16" : "float32");
  const py::capsule owner(new std::shared_ptr<const void>(stored.owner),
                          [](void* pointer) { delete static_cast<std::shared_ptr<const void>*>(pointer); });
  py::array array(type, {static_cast<py::ssize_t>(stored.num_frames), static_cast<py::ssize_t>(stored.dim)},
                  stored.rows.data(), owner);
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

void bind_info(py::module_& module) {
  py::class_<FrameStoreInfo>(module, "FrameStoreInfo", "What a frame store holds.")
      .def_property_readonly("storage", [](const FrameStoreInfo& self) { return to_string(self.storage); })
      .def_readonly("dim", &FrameStoreInfo::dim)
      .def_readonly("window_seconds", &FrameStoreInfo::window_seconds)
      .def_readonly("num_tracks", &FrameStoreInfo::num_tracks)
      .def_readonly("num_frames", &FrameStoreInfo::num_frames)
      .def_readonly("num_shards", &FrameStoreInfo::num_shards)
      .def_readonly("file_bytes", &FrameStoreInfo::file_bytes, "Of all shards.")
      .def_readonly("removed_bytes", &FrameStoreInfo::removed_bytes, "Of frames that compact() would drop.")
      .def("__repr__", [](const FrameStoreInfo& self) {
        return "FrameStoreInfo(" + std::to_string(self.num_tracks) + " tracks, " + std::to_string(self.num_frames) +
               " x " + std::to_string(self.dim) + " " + to_string(self.storage) + ", " +
               std::to_string(self.num_shards) + " shards, " + std::to_string(self.file_bytes) + " bytes)";
      });
}

void bind_changes(py::class_<FrameStore>& type) {
  type.def(
          "add",
          [](FrameStore& self, std::int64_t id, const PyFrames& frames) {
            const FramesView one = frames.view();
            const py::gil_scoped_release release;
            self.add(id, one);
          },
          py::arg("id"), py::arg("frames"),
          "Adds a track; it is on the disk when this returns. Raises InvalidArgument: an id that is present, values "
          "that are not finite or above 65,504 in float16, frames of another encoder, width or hop.")
      .def(
          "add",
          [](FrameStore& self, const std::vector<std::int64_t>& ids, const std::vector<const PyFrames*>& frames) {
            const std::vector<FramesView> views = views_of(frames);
            const py::gil_scoped_release release;
            self.add(ids, views);
          },
          py::arg("ids"), py::arg("frames"), "Adds many tracks at once: all or none.")
      .def(
          "update",
          [](FrameStore& self, const std::vector<std::int64_t>& ids, const std::vector<const PyFrames*>& frames) {
            const std::vector<FramesView> views = views_of(frames);
            const py::gil_scoped_release release;
            return self.update(ids, views);
          },
          py::arg("ids"), py::arg("frames"),
          "As add(), but tracks that are present are replaced; returns how many were.")
      .def(
          "remove",
          [](FrameStore& self, const std::vector<std::int64_t>& ids) {
            const py::gil_scoped_release release;
            return self.remove(ids);
          },
          py::arg("ids"), "Removes tracks; returns how many were present.")
      .def("compact", &FrameStore::compact, kWithoutGil,
           "Writes shards with removed tracks anew, and small ones together.");
}

}  // namespace

void bind_frame_store(py::module_& module) {
  bind_info(module);
  py::class_<FrameStore> type(
      module, "FrameStore", "All frames of all tracks of a library in a folder, read by track and time. Thread-safe.");
  type.def_static(
          "open",
          [](const py::object& folder, const std::string& storage, bool read_only, std::uint64_t shard_bytes) {
            const std::string path = path_from(folder);
            const FrameStoreOptions options{
                .storage = parse_frame_storage(storage), .read_only = read_only, .shard_bytes = shard_bytes};
            const py::gil_scoped_release release;
            return FrameStore::open(path, options);
          },
          py::arg("folder"), py::kw_only(), py::arg("storage") = "float16", py::arg("read_only") = false,
          py::arg("shard_bytes") = FrameStoreOptions().shard_bytes,
          "Opens a folder, which the first add() makes. `storage` (\"float32\", \"float16\", \"int8\") is that of a "
          "store without tracks. Reads no frames. Raises FormatError.")
      .def_property_readonly("folder", [](const FrameStore& self) { return self.folder().string(); })
      .def_property_readonly(
          "encoder_id",
          [](const FrameStore& self) {
            EncoderId id = self.encoder_id();
            return id.name.empty() ? std::nullopt : std::optional(std::move(id));
          },
          "Of all frames; None while the store is empty.")
      .def_property_readonly("hop_seconds", &FrameStore::hop_seconds, "Of all frames; 0 while the store is empty.")
      .def("__len__", &FrameStore::size)
      .def("__contains__", &FrameStore::contains, py::arg("id"))
      .def(
          "ids",
          [](const FrameStore& self) {
            std::vector<std::int64_t> ids = self.ids();
            const auto size = static_cast<py::ssize_t>(ids.size());
            return to_array(std::move(ids), {size});
          },
          "All ids, ascending, int64.")
      .def("num_frames", &FrameStore::num_frames, py::arg("id"), "Raises IndexError where there is no such track.")
      .def("read", &read, py::arg("id"), py::arg("begin_seconds") = 0.0, py::arg("end_seconds") = py::none(),
           (std::string("Frames in float32.") + kRangeDoc).c_str())
      .def("view", &view, py::arg("id"), py::arg("begin_seconds") = 0.0, py::arg("end_seconds") = py::none(),
           (std::string("(T, D) as they lie in the file, float16 or float32, read-only: no copy.") + kRangeDoc).c_str())
      .def("refresh", &FrameStore::refresh, kWithoutGil,
           "Looks for changes by others; returns whether there were some.")
      .def("verify", &FrameStore::verify, kWithoutGil, "Compares everything with its checksum. Raises FormatError.")
      .def("info", &FrameStore::info);
  bind_changes(type);
}

}  // namespace mess::python
