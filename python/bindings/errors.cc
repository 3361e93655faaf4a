// SPDX-License-Identifier: MIT
// mess::Error and its children as Python classes that also inherit the natural builtin.
#include <pybind11/pybind11.h>

#include <cstring>

#include "mess/error.h"

namespace py = pybind11;

namespace mess::python {
namespace {

struct ErrorClasses {
  py::object error;
  py::object invalid_argument;
  py::object decode_error;
  py::object model_error;
  py::object index_error;
  py::object format_error;
};

ErrorClasses& classes() {
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<ErrorClasses> storage;
  return storage.call_once_and_store_result([] { return ErrorClasses(); }).get_stored();
}

py::object make_class(py::module_& module, const char* name, const char* doc, const py::tuple& bases) {
  const std::string qualified = std::string("mess.") + name;
  auto type =
      py::reinterpret_steal<py::object>(PyErr_NewExceptionWithDoc(qualified.c_str(), doc, bases.ptr(), nullptr));
  if (!type)
    throw py::error_already_set();
  module.attr(name) = type;
  return type;
}

// File names may hold bytes that are not UTF-8; they come back as Python's own surrogate escapes.
void set_error(const py::object& type, const char* text) {
  const auto message = py::reinterpret_steal<py::object>(
      PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(std::strlen(text)), "surrogateescape"));
  PyErr_SetObject(type.ptr(), message.ptr());
}

void translate(std::exception_ptr pointer) {
  if (!pointer)
    return;
  try {
    std::rethrow_exception(pointer);
  } catch (const InvalidArgument& error) {
    set_error(classes().invalid_argument, error.what());
  } catch (const DecodeError& error) {
    set_error(classes().decode_error, error.what());
  } catch (const ModelError& error) {
    set_error(classes().model_error, error.what());
  } catch (const FormatError& error) {
    set_error(classes().format_error, error.what());
  } catch (const IndexError& error) {
    set_error(classes().index_error, error.what());
  } catch (const Error& error) {
    set_error(classes().error, error.what());
  }
}

}  // namespace

void bind_errors(py::module_& module) {
  const py::module_ builtins = py::module_::import("builtins");
  ErrorClasses& all = classes();
  all.error = make_class(module, "Error", "Base of every error of mess.", py::make_tuple(builtins.attr("Exception")));
  all.invalid_argument = make_class(module, "InvalidArgument", "The caller's value is wrong.",
                                    py::make_tuple(all.error, builtins.attr("ValueError")));
  all.decode_error = make_class(module, "DecodeError", "The audio cannot be read.",
                                py::make_tuple(all.error, builtins.attr("OSError")));
  all.model_error = make_class(module, "ModelError", "An encoder is unknown or cannot be loaded.",
                               py::make_tuple(all.error, builtins.attr("RuntimeError")));
  all.index_error = make_class(module, "IndexError", "An index refuses the operation.",
                               py::make_tuple(all.error, builtins.attr("LookupError")));
  all.format_error = make_class(module, "FormatError", "A file on disk is damaged or of another kind.",
                                py::make_tuple(all.index_error, builtins.attr("OSError")));
  py::register_exception_translator(translate);
}

}  // namespace mess::python
