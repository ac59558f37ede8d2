internal import Glibc

/// A value that one thread at a time sees, and whose changes others wait for.
///
/// `@unchecked Sendable`: the value is read and written under the mutex only.
@safe final class Monitor<Value>: @unchecked Sendable {
    /// Allocated apart, because neither must move.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Changes the value, and wakes those who wait for that.
    func update(_ body: (inout Value) -> Void) {
        unsafe pthread_mutex_lock(mutex)
        body(&value)
        unsafe pthread_cond_broadcast(changed)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits until the body has an answer.
    ///
    /// - Parameter body: changes the value only when it answers.
    func wait<Answer>(_ body: (inout Value) -> Answer?) -> Answer {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let answer = body(&value) {
                unsafe pthread_cond_broadcast(changed)
                return answer
            }
            unsafe pthread_cond_wait(changed, mutex)
        }
    }
}
