internal import Glibc

/// A value that one thread at a time sees.
///
/// Used in place of `Synchronization.Mutex`, which waits on a futex that ThreadSanitizer does not see on Linux: it
/// reports the values kept in one as races.
///
/// `@unchecked Sendable`: the value is read and written under the mutex only.
@safe package final class Locked<Value: Sendable>: @unchecked Sendable {
    /// Allocated apart, because a mutex must not move.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
