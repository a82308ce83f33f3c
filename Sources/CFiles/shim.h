#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

// The C library has no function for openat2(2) before version 2.43.
long syscall(long number, ...);

/// Opens a file to read below a folder: no link and no ".." on the way leads out of it. Returns -1 and sets errno:
/// EXDEV for a path that leads out, ENOSYS where the kernel is older than 5.6.
static inline int open_beneath(int folder, const char *path) {
    struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}
