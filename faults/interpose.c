// Stands between a program and its C library: counts what leaves the process, and does harm at a chosen place.
//
// Loaded by LD_PRELOAD, told by the environment, for the program itself only: what it starts runs undisturbed.
//
//   FAULT_LOG    the file that gets a line for each effect: its number, the call, and what it went to
//   FAULT_AT     the number of the effect at which the fault happens; without it effects are only counted
//   FAULT_DO     kill, stop (SIGSTOP), trap (SIGILL), or the name of an error: EIO, ENOSPC
//   FAULT_WHEN   before (unless said) or after the call
//   FAULT_KEEP   1: every effect from that one on fails, not only that one
//   FAULT_CALLS  only these calls, separated by commas
//   FAULT_PATH   only effects on a path, or a kind of descriptor such as `socket:`, that holds this text
//   FAULT_TEXT   only writes of bytes that hold this text
//   FAULT_ARM    only effects after a write of bytes that hold this text
//   FAULT_CLOCK  seconds by which the wall clock jumps at the fault; FAULT_DO is not needed then
//
// An effect is a call that can leave something behind when the process is gone. What is written to standard output and
// error is none, nor are the descriptors by which threads wake each other.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int record = -1;
static long at = -1;
static int action_errno, action_signal;
static bool after, keep;
static const char *only_calls, *only_path, *only_text, *arm;
static long clock_shift;
static atomic_long count;
static atomic_bool jumped, armed;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULT_LOG"), *number = getenv("FAULT_AT"), *harm = getenv("FAULT_DO");
    const char *when = getenv("FAULT_WHEN"), *shift = getenv("FAULT_CLOCK"), *kept = getenv("FAULT_KEEP");
    if (!path) return;
    record = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    at = number ? atol(number) : -1;
    after = when && !strcmp(when, "after");
    keep = kept != NULL;
    clock_shift = shift ? atol(shift) : 0;
    if (harm && !strcmp(harm, "kill")) action_signal = SIGKILL;
    if (harm && !strcmp(harm, "stop")) action_signal = SIGSTOP;
    if (harm && !strcmp(harm, "trap")) action_signal = SIGILL;
    if (harm && !strcmp(harm, "EIO")) action_errno = EIO;
    if (harm && !strcmp(harm, "ENOSPC")) action_errno = ENOSPC;
    only_calls = getenv("FAULT_CALLS");
    only_path = getenv("FAULT_PATH");
    only_text = getenv("FAULT_TEXT");
    arm = getenv("FAULT_ARM");
    // Children must not inherit any of it. The texts above stay valid: the environment's strings are not moved.
    unsetenv("LD_PRELOAD");
}

static bool holds(const void *bytes, size_t size, const char *text) {
    return bytes && memmem(bytes, size, text, strlen(text));
}

static bool called_for(const char *call) {
    if (!only_calls) return true;
    size_t length = strlen(call);
    for (const char *found = only_calls; (found = strstr(found, call)); found += length)
        if ((found == only_calls || found[-1] == ',') && (found[length] == 0 || found[length] == ',')) return true;
    return false;
}

static void name_of(int descriptor, char *name, size_t size) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, name, size - 1);
    name[length < 0 ? 0 : length] = 0;
}

static void note(long number, const char *call, const char *target, const char *what) {
    char line[1024];
    int length = snprintf(line, sizeof line, "%ld %s %s%s\n", number, call, target, what);
    if (length > (int)sizeof line - 1) length = sizeof line - 1;
    syscall(SYS_write, record, line, length);
}

// The number of this effect when the fault is to happen at it, 0 otherwise.
static long counted(const char *call, const char *target, const void *bytes, size_t size) {
    if (record < 0) return 0;
    bool counts = !arm || atomic_load(&armed);
    if (arm && holds(bytes, size, arm)) atomic_store(&armed, true);
    if (!counts || !called_for(call) || (only_path && !strstr(target, only_path))) return 0;
    if (only_text && !holds(bytes, size, only_text)) return 0;
    long number = atomic_fetch_add(&count, 1) + 1;
    bool here = at >= 0 && (keep ? number >= at : number == at);
    note(number, call, target, here ? " FAULT" : "");
    return here ? number : 0;
}

static long counted_descriptor(const char *call, int descriptor, const void *bytes, size_t size) {
    if (record < 0 || descriptor <= 2) return 0;
    char name[512];
    name_of(descriptor, name, sizeof name);
    if (!strncmp(name, "anon_inode:", 11) || !strncmp(name, "/dev/", 5)) return 0;
    return counted(call, name, bytes, size);
}

static void do_harm(void) {
    if (clock_shift) atomic_store(&jumped, true);
    if (!action_signal) return;
    // To this thread, which takes it on its way back from the kernel: sent to the process, another thread could take it
    // while this one goes on with the call.
    syscall(SYS_tgkill, getpid(), gettid(), action_signal);
    if (action_signal == SIGKILL) for (;;) pause();
}

// Leaves the calling function with a failure when the fault is one.
#define BEFORE(here, failed)                                                                                          \
    if ((here) && !after) {                                                                                           \
        do_harm();                                                                                                    \
        if (action_errno) { errno = action_errno; return (failed); }                                                  \
    }
#define AFTER(here)                                                                                                   \
    if ((here) && after) {                                                                                            \
        int kept_errno = errno;                                                                                       \
        do_harm();                                                                                                    \
        errno = kept_errno;                                                                                           \
    }
#define REAL(name) ((__typeof__(&name))next(#name))

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

#define WRAP_WRITE(name, declaration, arguments)                                                                      \
    ssize_t name declaration {                                                                                        \
        long here = counted_descriptor(#name, descriptor, bytes, size);                                               \
        BEFORE(here, -1)                                                                                              \
        ssize_t result = REAL(name) arguments;                                                                        \
        AFTER(here)                                                                                                   \
        return result;                                                                                                \
    }

WRAP_WRITE(write, (int descriptor, const void *bytes, size_t size), (descriptor, bytes, size))
WRAP_WRITE(pwrite, (int descriptor, const void *bytes, size_t size, off_t from), (descriptor, bytes, size, from))
WRAP_WRITE(pwrite64, (int descriptor, const void *bytes, size_t size, off64_t from), (descriptor, bytes, size, from))

// A connection that fails to send is gone: without its end libpq would wait for what the server has to say of it.
ssize_t send(int descriptor, const void *bytes, size_t size, int flags) {
    long here = counted_descriptor("send", descriptor, bytes, size);
    if (here && !after && action_errno) shutdown(descriptor, SHUT_RDWR);
    BEFORE(here, -1)
    ssize_t result = REAL(send)(descriptor, bytes, size, flags);
    AFTER(here)
    return result;
}

#define WRAP_DESCRIPTOR(name, declaration, arguments)                                                                 \
    int name declaration {                                                                                            \
        long here = counted_descriptor(#name, descriptor, NULL, 0);                                                   \
        BEFORE(here, -1)                                                                                              \
        int result = REAL(name) arguments;                                                                            \
        AFTER(here)                                                                                                   \
        return result;                                                                                                \
    }

WRAP_DESCRIPTOR(fsync, (int descriptor), (descriptor))
WRAP_DESCRIPTOR(fdatasync, (int descriptor), (descriptor))
WRAP_DESCRIPTOR(ftruncate, (int descriptor, off_t length), (descriptor, length))
WRAP_DESCRIPTOR(ftruncate64, (int descriptor, off64_t length), (descriptor, length))
WRAP_DESCRIPTOR(connect, (int descriptor, const struct sockaddr *address, socklen_t size), (descriptor, address, size))

#define WRAP_PATH(name, declaration, arguments)                                                                       \
    int name declaration {                                                                                            \
        long here = counted(#name, path, NULL, 0);                                                                    \
        BEFORE(here, -1)                                                                                              \
        int result = REAL(name) arguments;                                                                            \
        AFTER(here)                                                                                                   \
        return result;                                                                                                \
    }

WRAP_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
WRAP_PATH(unlink, (const char *path), (path))
WRAP_PATH(rename, (const char *path, const char *to), (path, to))

// Only an open that may make or empty a file leaves something.
#define WRAP_OPEN(name)                                                                                               \
    int name(const char *path, int flags, ...) {                                                                      \
        va_list list;                                                                                                 \
        va_start(list, flags);                                                                                        \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;                                     \
        va_end(list);                                                                                                 \
        bool leaves = flags & (O_CREAT | O_TRUNC) && strncmp(path, "/dev/", 5);                                       \
        long here = leaves ? counted(#name, path, NULL, 0) : 0;                                                       \
        BEFORE(here, -1)                                                                                              \
        int result = REAL(name)(path, flags, mode);                                                                   \
        AFTER(here)                                                                                                   \
        return result;                                                                                                \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)

int posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
    long here = counted("posix_spawn", path, NULL, 0);
    if (here && !after) {
        do_harm();
        if (action_errno) return action_errno;
    }
    int result = REAL(posix_spawn)(process, path, actions, attributes, arguments, environment);
    AFTER(here)
    return result;
}

static long shift(void) { return atomic_load(&jumped) || (clock_shift && at < 0) ? clock_shift : 0; }

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += shift();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    int result = (int)syscall(SYS_gettimeofday, time, zone);
    if (result == 0) time->tv_sec += shift();
    return result;
}

time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}
