#include <spawn.h>

// What the C library has and declares only for _GNU_SOURCE, which Swift's own view of it does not set.
int pipe2(int descriptors[2], int flags);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
