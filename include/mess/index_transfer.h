// SPDX-License-Identifier: MIT
// FAISS index files in and out. NumPy needs nothing here: vectors() and add() take and give arrays.
#pragma once

#include <filesystem>
#include <string>

#include "mess/export.h"
#include "mess/index.h"

namespace mess {

/// Writes an IndexIDMap2 over an IndexFlat (inner product or L2) with all vectors as float32; atomic.
/// @returns the file's XXH3-64 as 16 hexadecimal digits, for import_faiss(). @throws IndexError
MESS_API std::string export_faiss(const VectorIndex& index, const std::filesystem::path& path);

struct FaissImportOptions {
  IndexOptions index{};     // what to build; its metric must be the file's
  std::string xxh3{};       // the file must have this digest
  bool is_trusted = false;  // or the caller vouches for it: FAISS's reader believes what a file says
};

/// Reads an index that can reconstruct its vectors: Flat, SQ, PQ, HNSW, IVF over any of them (the quantised ones give
/// what they decode to), after a linear transformation, under an id map. Without ids of its own they are the positions.
/// @throws InvalidArgument  neither digest nor trust given, or another metric. FormatError  another digest, or not
///         an index that FAISS can read and reconstruct
MESS_API VectorIndex import_faiss(const std::filesystem::path& path, const FaissImportOptions& options);

}  // namespace mess
