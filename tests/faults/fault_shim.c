// SPDX-License-Identifier: MIT
// Loaded before the C library: once armed, the n-th call that changes files fails, is cut short, or is the last thing
// the process does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum Fault { kNone, kNoSpace, kIoError, kShortWrite, kKillBefore, kKillAfter, kKillHalfway };

static int countdown;
static enum Fault fault;
static int num_calls;

// Calls from now on count; the one after `calls` others meets the fault.
void fault_arm(int kind, int calls) {
  fault = (enum Fault)kind;
  countdown = calls;
  num_calls = 0;
}
int fault_calls(void) { return num_calls; }

static int is_due(void) {
  ++num_calls;
  return fault != kNone && countdown-- == 0;
}

static void die(void) { kill(getpid(), SIGKILL); }

// -1: the call fails with errno set; 0: it goes ahead; 1: it goes ahead and the process dies after it.
static int before_call(void) {
  if (!is_due())
    return 0;
  switch (fault) {
    case kNoSpace:
      errno = ENOSPC;
      return -1;
    case kIoError:
      errno = EIO;
      return -1;
    case kKillBefore:
      die();
      return 0;
    case kKillAfter:
    case kKillHalfway:
      return 1;
    default:
      return 0;
  }
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WRAPPED(call)              \
  const int verdict = before_call(); \
  if (verdict < 0)                 \
    return -1;                     \
  const int result = (call);       \
  if (verdict > 0)                 \
    die();                         \
  return result

ssize_t write(int fd, const void* bytes, size_t size) {
  if (fd <= 2)
    return NEXT(write)(fd, bytes, size);
  if (!is_due())
    return NEXT(write)(fd, bytes, size);
  switch (fault) {
    case kNoSpace:
      errno = ENOSPC;
      return -1;
    case kIoError:
      errno = EIO;
      return -1;
    case kShortWrite:
      return NEXT(write)(fd, bytes, size / 2 + (size == 1));
    case kKillHalfway:
      NEXT(write)(fd, bytes, size / 2);
      die();
      return -1;
    case kKillAfter: {
      const ssize_t written = NEXT(write)(fd, bytes, size);
      die();
      return written;
    }
    default:
      die();
      return -1;
  }
}

int mkostemp(char* name, int flags) { WRAPPED(NEXT(mkostemp)(name, flags)); }
int fsync(int fd) { WRAPPED(NEXT(fsync)(fd)); }
int fchmod(int fd, mode_t mode) { WRAPPED(NEXT(fchmod)(fd, mode)); }
int rename(const char* from, const char* to) { WRAPPED(NEXT(rename)(from, to)); }
int unlink(const char* path) { WRAPPED(NEXT(unlink)(path)); }
int remove(const char* path) { WRAPPED(NEXT(remove)(path)); }
int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  WRAPPED(NEXT(open)(path, flags, mode));
}
