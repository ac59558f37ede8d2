#define _GNU_SOURCE
#include "CPosix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int CPosixRenameToFree(const char *old_path, const char *new_path) {
    return renameat2(AT_FDCWD, old_path, AT_FDCWD, new_path, RENAME_NOREPLACE);
}

int CPosixExchange(const char *old_path, const char *new_path) {
    return renameat2(AT_FDCWD, old_path, AT_FDCWD, new_path, RENAME_EXCHANGE);
}

void CPosixTrimMemory(void) { malloc_trim(0); }

int CPosixSendDatagram(const char *path, const char *text) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    // A receiver that reads nothing must not hold us for ever.
    const struct timeval patience = {.tv_sec = 1};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const ssize_t sent = sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    close(descriptor);
    return sent < 0 ? -1 : 0;
}

unsigned long long CPosixMonotonicMicroseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (unsigned long long)time.tv_sec * 1000000 + (unsigned long long)time.tv_nsec / 1000;
}

/// Reads the line of a file of /proc that begins so; false if there is none.
static bool find_line(const char *path, const char *start, char **line, size_t *size) {
    FILE *file = fopen(path, "re");
    bool found = false;
    if (!file) return false;
    while (!found && getline(line, size, file) > 0) found = strncmp(*line, start, strlen(start)) == 0;
    fclose(file);
    return found;
}

/// Seconds since 1970 at which the machine was started; 0 where that is not told.
static double boot_seconds(void) {
    char *line = NULL;
    size_t size = 0;
    double seconds = find_line("/proc/stat", "btime ", &line, &size) ? atof(line + 6) : 0;
    free(line);
    return seconds;
}

/// Open descriptors, without the one that counts them; -1 where that is not told.
static long long open_descriptors(void) {
    DIR *folder = opendir("/proc/self/fd");
    long long count = -1;
    if (!folder) return -1;
    for (struct dirent *entry; (entry = readdir(folder));) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

int CPosixReadProcess(CPosixProcess *process) {
    char *line = NULL;
    size_t size = 0;
    unsigned long long user = 0, system = 0, start = 0, bytes = 0, pages = 0, threads = 0;
    const double ticks = (double)sysconf(_SC_CLK_TCK);
    struct rlimit limit;
    int fields = 0;
    if (find_line("/proc/self/stat", "", &line, &size)) {
        // The name may hold anything, a parenthesis too; field 3 is behind the last one.
        const char *rest = strrchr(line, ')');
        if (rest)
            fields = sscanf(rest + 1,
                            " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu"
                            " %*d %*d %*d %*d %llu %*d %llu %llu %llu",
                            &user, &system, &threads, &start, &bytes, &pages);
    }
    free(line);
    process->open_files = open_descriptors();
    if (fields != 6 || process->open_files < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    process->max_files = limit.rlim_cur == RLIM_INFINITY ? -1 : (long long)limit.rlim_cur;
    process->cpu_seconds = (double)(user + system) / ticks;
    process->start_seconds = boot_seconds() + (double)start / ticks;
    process->threads = threads;
    process->virtual_bytes = bytes;
    process->resident_bytes = pages * (unsigned long long)sysconf(_SC_PAGESIZE);
    return 0;
}
