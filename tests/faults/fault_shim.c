// A library for LD_PRELOAD that makes chosen calls of a program fail. Calls count from the start of main();
// calls of the dynamic loader and of libraries' constructors are outside. Files of /sys and /proc/cpuinfo are
// outside as well: ONNX Runtime's cpuinfo crashes if it can read such a file once and not a second time. The
// environment chooses:
//   FAULT_CALLS    names of calls, with a comma before and behind each: ",open,read,". With the name "space",
//                  no allocation fails itself: from the chosen one on, the address space cannot grow
//   FAULT_AT       the number of the call that fails, from 1; 0: none
//   FAULT_STICKY   1: all later calls fail as well
//   FAULT_ERRNO    the error number
//   FAULT_BYTES    allocations below this size neither count nor fail
//   FAULT_NAMELESS 0: the file system has no files without a name (O_TMPFILE)
//   FAULT_COUNT    a file of at least 8 bytes that receives the number of calls
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* block, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

enum Call { ALLOCATION, OPEN, READ, WRITE, CLOSE, RENAME, LINK, FSYNC, TRUNCATE, MMAP, SPACE, THREAD, CALLS };
static const char* const kNames[CALLS] = {",allocation,", ",open,",  ",read,",     ",write,", ",close,", ",rename,",
                                          ",link,",       ",fsync,", ",truncate,", ",mmap,",  ",space,", ",thread,"};

static int chosen[CALLS];
static int is_active, is_sticky, error_number, lacks_nameless;
enum { DESCRIPTORS = 1024 };
static _Atomic char is_outside[DESCRIPTORS];  // descriptors of files that neither count nor fail
static uint64_t fail_at, least_bytes;
static _Atomic uint64_t own_count;
static _Atomic uint64_t* count = &own_count;

// True if this call is to fail.
static int fails(enum Call call, size_t bytes) {
  if (!is_active || !chosen[call] || bytes < least_bytes) return 0;
  const uint64_t number = atomic_fetch_add(count, 1) + 1;
  if (fail_at == 0 || (is_sticky ? number < fail_at : number != fail_at)) return 0;
  errno = error_number;
  return 1;
}
static int io_fails(enum Call call) {
  return fails(call, SIZE_MAX);
}

static int is_outside_path(const char* path) {
  return strncmp(path, "/sys/", 5) == 0 || strcmp(path, "/proc/cpuinfo") == 0;
}
static int outside(int descriptor) {
  return descriptor >= 0 && descriptor < DESCRIPTORS && is_outside[descriptor];
}
static void mark_outside(int descriptor, int value) {
  if (descriptor >= 0 && descriptor < DESCRIPTORS) is_outside[descriptor] = (char)value;
}

static uint64_t number_of(const char* name) {
  const char* text = getenv(name);
  return text == NULL ? 0 : strtoull(text, NULL, 10);
}

// The command's lines: standard error, or a copy of it.
static struct stat standard_error;
static int is_standard_error(int descriptor) {
  struct stat file;
  return fstat(descriptor, &file) == 0 && file.st_dev == standard_error.st_dev &&
         file.st_ino == standard_error.st_ino;
}

static void read_environment(void) {
  fstat(STDERR_FILENO, &standard_error);
  const char* calls = getenv("FAULT_CALLS");
  for (int call = 0; calls != NULL && call < CALLS; ++call)
    chosen[call] = strstr(calls, kNames[call]) != NULL;
  is_sticky = (int)number_of("FAULT_STICKY");
  error_number = (int)number_of("FAULT_ERRNO");
  fail_at = number_of("FAULT_AT");
  least_bytes = number_of("FAULT_BYTES");
  const char* nameless = getenv("FAULT_NAMELESS");
  lacks_nameless = nameless != NULL && strcmp(nameless, "0") == 0;
  const char* file = getenv("FAULT_COUNT");
  const int descriptor = file == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void* page = (void*)syscall(SYS_mmap, NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (page != MAP_FAILED) count = page;
  syscall(SYS_close, descriptor);
}

static int (*program_main)(int, char**, char**);
static int counted_main(int argc, char** argv, char** environment) {
  read_environment();
  is_active = 1;
  return program_main(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void* stack_end) {
  int (*start)(int (*)(int, char**, char**), int, char**, void (*)(void), void (*)(void), void (*)(void),
               void*) = dlsym(RTLD_NEXT, "__libc_start_main");
  program_main = main;
  return start(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

// Sets the limit of the address space to its present size.
static void freeze_space(void) {
  char text[32] = {0};
  const int descriptor = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/statm", O_RDONLY | O_CLOEXEC);
  syscall(SYS_read, descriptor, text, sizeof text - 1);
  syscall(SYS_close, descriptor);
  const rlim_t bytes = strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
  const struct rlimit limit = {bytes, bytes};
  syscall(SYS_setrlimit, RLIMIT_AS, &limit);
}

static int allocation_fails(size_t size) {
  const int before = errno;
  if (fails(SPACE, size)) {
    freeze_space();
    errno = before;
  }
  return fails(ALLOCATION, size);
}

void* malloc(size_t size) {
  return allocation_fails(size) ? NULL : __libc_malloc(size);
}
void* calloc(size_t number, size_t size) {
  return allocation_fails(number * size) ? NULL : __libc_calloc(number, size);
}
void* realloc(void* block, size_t size) {
  return size != 0 && allocation_fails(size) ? NULL : __libc_realloc(block, size);
}
void* memalign(size_t alignment, size_t size) {
  return allocation_fails(size) ? NULL : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) {
  const int before = errno;
  void* block = memalign(alignment, size);
  errno = before;
  if (block == NULL) return ENOMEM;
  *result = block;
  return 0;
}
void* mmap64(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  if (io_fails(MMAP)) return MAP_FAILED;
  return (void*)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}
void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  return mmap64(address, length, protection, flags, descriptor, offset);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  if (io_fails(THREAD)) return error_number;
  int (*next)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*) =
      dlsym(RTLD_NEXT, "pthread_create");
  return next(thread, attributes, start, argument);
}

static int open_at(int folder, const char* path, int flags, va_list rest) {
  const int mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, int) : 0;
  if (lacks_nameless && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  const int is_outside_file = is_outside_path(path);
  if (!is_outside_file && io_fails(OPEN)) return -1;
  const int descriptor = (int)syscall(SYS_openat, folder, path, flags, mode);
  mark_outside(descriptor, is_outside_file);
  return descriptor;
}
#define OPEN_AS(name, folder)                              \
  {                                                        \
    va_list rest;                                          \
    va_start(rest, flags);                                 \
    const int result = open_at(folder, path, flags, rest); \
    va_end(rest);                                          \
    return result;                                         \
  }
int open(const char* path, int flags, ...)
    OPEN_AS(open, AT_FDCWD) int open64(const char* path, int flags, ...)
        OPEN_AS(open64, AT_FDCWD) int openat(int folder, const char* path, int flags, ...)
            OPEN_AS(openat, folder) int openat64(int folder, const char* path, int flags, ...)
                OPEN_AS(openat64, folder)

    // The forms with checks of _FORTIFY_SOURCE.
    int __open_2(const char* path, int flags) {
  return open64(path, flags);
}
int __open64_2(const char* path, int flags) {
  return open64(path, flags);
}
int __openat_2(int folder, const char* path, int flags) {
  return openat64(folder, path, flags);
}
int __openat64_2(int folder, const char* path, int flags) {
  return openat64(folder, path, flags);
}

FILE* fopen64(const char* path, const char* mode) {
  const int is_outside_file = is_outside_path(path);
  if (!is_outside_file && io_fails(OPEN)) return NULL;
  FILE* (*next)(const char*, const char*) = dlsym(RTLD_NEXT, "fopen64");
  FILE* file = next(path, mode);
  if (file != NULL) mark_outside(fileno(file), is_outside_file);
  return file;
}
FILE* fopen(const char* path, const char* mode) {
  return fopen64(path, mode);
}

ssize_t read(int descriptor, void* bytes, size_t size) {
  return !outside(descriptor) && io_fails(READ) ? -1 : syscall(SYS_read, descriptor, bytes, size);
}
ssize_t pread64(int descriptor, void* bytes, size_t size, off_t offset) {
  return io_fails(READ) ? -1 : syscall(SYS_pread64, descriptor, bytes, size, offset);
}
ssize_t pread(int descriptor, void* bytes, size_t size, off_t offset) {
  return pread64(descriptor, bytes, size, offset);
}
ssize_t __read_chk(int descriptor, void* bytes, size_t size, size_t room) {
  if (size > room) abort();
  return read(descriptor, bytes, size);
}
ssize_t __pread64_chk(int descriptor, void* bytes, size_t size, off_t offset, size_t room) {
  if (size > room) abort();
  return pread64(descriptor, bytes, size, offset);
}
ssize_t __pread_chk(int descriptor, void* bytes, size_t size, off_t offset, size_t room) {
  return __pread64_chk(descriptor, bytes, size, offset, room);
}
// Standard error is the witness.
ssize_t write(int descriptor, const void* bytes, size_t size) {
  return !is_standard_error(descriptor) && io_fails(WRITE) ? -1 : syscall(SYS_write, descriptor, bytes, size);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off_t offset) {
  return io_fails(WRITE) ? -1 : syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return pwrite64(descriptor, bytes, size, offset);
}
// The descriptor is closed in either case, as Linux does.
int close(int descriptor) {
  const int failed = !outside(descriptor) && io_fails(CLOSE);
  mark_outside(descriptor, 0);
  const int result = (int)syscall(SYS_close, descriptor);
  if (failed) errno = error_number;
  return failed ? -1 : result;
}
int rename(const char* from, const char* to) {
  return io_fails(RENAME) ? -1 : (int)syscall(SYS_rename, from, to);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  return io_fails(LINK) ? -1 : (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
}
int fsync(int descriptor) {
  return io_fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, descriptor);
}
int ftruncate64(int descriptor, off_t size) {
  return io_fails(TRUNCATE) ? -1 : (int)syscall(SYS_ftruncate, descriptor, size);
}
int ftruncate(int descriptor, off_t size) {
  return ftruncate64(descriptor, size);
}
