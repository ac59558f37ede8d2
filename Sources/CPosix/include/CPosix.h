#ifndef CPOSIX_H
#define CPOSIX_H

// What Swift's Glibc module lacks: declarations for GNU sources, and <malloc.h>.

/// `rename(2)` that fails with `EEXIST` where something has the new name.
int CPosixRenameToFree(const char *old_path, const char *new_path);

/// Exchanges what has the two names, in one step.
int CPosixExchange(const char *old_path, const char *new_path);

/// Gives memory that is free back to the system (`malloc_trim(3)`).
void CPosixTrimMemory(void);

/// Sends a text to the Unix datagram socket of a path, or of an abstract name that begins with `@`; waits at most a second.
///
/// - Returns: 0, or -1 with `errno`.
int CPosixSendDatagram(const char *path, const char *text);

/// Microseconds of CLOCK_MONOTONIC.
unsigned long long CPosixMonotonicMicroseconds(void);

/// What the system knows of this process.
typedef struct {
    /// Seconds of all threads, user and system.
    double cpu_seconds;
    /// When it was started, in seconds since 1970.
    double start_seconds;
    unsigned long long virtual_bytes;
    unsigned long long resident_bytes;
    long long open_files;
    /// -1 where there is no limit.
    long long max_files;
    unsigned long long threads;
} CPosixProcess;

/// Reads proc(5); 0, or -1 where it cannot be read.
int CPosixReadProcess(CPosixProcess *process);

#endif
