#ifndef CPOSIX_H
#define CPOSIX_H

// What Swift's Glibc module lacks: declarations for GNU sources, and <malloc.h>.

/// `rename(2)` that fails with `EEXIST` where something has the new name.
int CPosixRenameToFree(const char *old_path, const char *new_path);

/// Exchanges what has the two names, in one step.
int CPosixExchange(const char *old_path, const char *new_path);

/// Gives memory that is free back to the system (`malloc_trim(3)`).
void CPosixTrimMemory(void);

#endif
