import Glibc

/// A counting semaphore that lives as long as its owner.
@safe final class WakeUps: @unchecked Sendable {
    // Sendable: POSIX semaphores may be used from any thread; the memory is freed when nobody can reach it.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        unsafe semaphore = .allocate(capacity: 1)
        let status = unsafe sem_init(semaphore, 0, 0)
        precondition(status == 0, "sem_init failed")
    }

    deinit {
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    func signal() {
        unsafe sem_post(semaphore)
    }

    func wait() {
        while unsafe sem_wait(semaphore) != 0 {}  // interrupted by a signal
    }
}
