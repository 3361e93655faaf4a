// SPDX-License-Identifier: MIT
// Loaded before the C library: once told where, writes down every call that changes files, one per line:
//   open FD CREATES PATH | unnamed FD FOLDER | write FD HEX | fsync FD | link FD PATH | rename FROM<tab>TO | unlink PATH
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static FILE* log_file;

void record_to(const char* path) { log_file = path[0] != '\0' ? fopen(path, "w") : NULL; }

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define RECORD(...)                 \
  do {                              \
    if (log_file != NULL) {         \
      fprintf(log_file, __VA_ARGS__); \
      fflush(log_file);             \
    }                               \
  } while (0)

ssize_t write(int fd, const void* bytes, size_t size) {
  const ssize_t written = NEXT(write)(fd, bytes, size);
  if (log_file == NULL || fd <= 2 || fd == fileno(log_file))
    return written;
  fprintf(log_file, "write %d ", fd);
  for (ssize_t i = 0; i < written; ++i)
    fprintf(log_file, "%02x", ((const unsigned char*)bytes)[i]);
  RECORD("\n");
  return written;
}

int mkostemp(char* name, int flags) {
  const int fd = NEXT(mkostemp)(name, flags);
  RECORD("open %d 1 %s\n", fd, name);
  return fd;
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  const int creates = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
  const int fd = NEXT(open)(path, flags, mode);
  if ((flags & O_TMPFILE) == O_TMPFILE)
    RECORD("unnamed %d %s\n", fd, path);
  else
    RECORD("open %d %d %s\n", fd, creates, path);
  return fd;
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  int fd = -1;
  if (sscanf(from, "/proc/self/fd/%d", &fd) == 1)
    RECORD("link %d %s\n", fd, to);
  return NEXT(linkat)(from_folder, from, to_folder, to, flags);
}

int fsync(int fd) {
  RECORD("fsync %d\n", fd);
  return NEXT(fsync)(fd);
}

int rename(const char* from, const char* to) {
  RECORD("rename %s\t%s\n", from, to);
  return NEXT(rename)(from, to);
}

int unlink(const char* path) {
  RECORD("unlink %s\n", path);
  return NEXT(unlink)(path);
}

int remove(const char* path) {
  RECORD("unlink %s\n", path);
  return NEXT(remove)(path);
}
