#ifndef CPOSIX_H
#define CPOSIX_H

// What glibc declares only for GNU sources, so that Swift's Glibc module lacks it.

/// `rename(2)` that fails with `EEXIST` where something has the new name.
int CPosixRenameToFree(const char *old_path, const char *new_path);

/// Exchanges what has the two names, in one step.
int CPosixExchange(const char *old_path, const char *new_path);

#endif
