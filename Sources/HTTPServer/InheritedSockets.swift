internal import Glibc

/// The listening sockets that systemd passes on (sd_listen_fds(3)).
package enum InheritedSockets {
    private static let first: Int32 = 3
    private static let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]

    /// Takes them, once: the variables are removed, so that no child process takes them for its own.
    ///
    /// To be called before any thread starts, since the environment has no lock.
    package static func take() -> [HTTPEndpoint] {
        defer { for variable in variables { unsafe unsetenv(variable) } }
        guard let process = number("LISTEN_PID"), process == Int(getpid()),
            let count = number("LISTEN_FDS"), (1...64).contains(count)
        else { return [] }
        let descriptors = first..<first + Int32(count)
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptors.map { .inherited(descriptor: $0) }
    }

    private static func number(_ variable: String) -> Int? {
        guard let value = unsafe getenv(variable) else { return nil }
        return unsafe Int(String(cString: value))
    }
}
