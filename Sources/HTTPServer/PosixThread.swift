internal import Glibc

/// A thread of its own, for what blocks: such a thing must not hold a thread of Swift's pool.
struct PosixThread: Sendable {
    private let handle: pthread_t

    /// - Throws: `HTTPServerError.cannotStart`.
    init(name: String, body: @escaping @Sendable () -> Void) throws(HTTPServerError) {
        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        let status = unsafe pthread_create(&handle, nil, runThread, context)
        guard status == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(context).release()
            throw .cannotStart(part: name, reason: SystemError(number: status).description)
        }
        self.handle = handle
    }

    /// Lets it end on its own; to be called once, in place of `join`.
    func detach() {
        pthread_detach(handle)
    }

    /// Waits for its end; to be called once.
    func join() {
        pthread_join(handle, nil)
    }

    fileprivate final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}

/// Takes over the reference that `PosixThread.init` passed.
private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context = unsafe context {
        unsafe Unmanaged<PosixThread.Body>.fromOpaque(context).takeRetainedValue().run()
    }
    return nil
}
