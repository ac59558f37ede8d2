internal import Glibc

/// Runs `body` on a new detached thread; false where the system has none left.
package func startDetachedThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    var thread = pthread_t()
    let argument = unsafe Unmanaged.passRetained(ThreadBody(body))
    // Released by the thread itself, or here where there is none.
    guard unsafe pthread_create(&thread, nil, runThread, argument.toOpaque()) == 0 else {
        unsafe argument.release()
        return false
    }
    pthread_detach(thread)
    return true
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
