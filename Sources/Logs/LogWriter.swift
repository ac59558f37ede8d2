import Dispatch
internal import Glibc
import Locking

/// Writes lines on a thread of its own, so that nobody who logs ever waits for whoever reads the log.
///
/// When the reader is stuck, lines wait up to a limit; those beyond it are lost and counted, and so are those that the
/// system refuses to write. Of a line that the system cuts short, the rest is lost, and the next begins on a line of its own.
package final class LogWriter: Sendable {
    private let descriptor: Int32
    private let buffer: Locked<LogBuffer>
    private let arrival = DispatchSemaphore(value: 0)

    /// How long lines gather before they are written together: less than anybody notices, and a hundred system calls a
    /// second instead of one for each request.
    private static let pause: UInt32 = 10_000

    /// - Parameters:
    ///   - descriptor: stays open while this lives, which is as long as the process.
    ///   - capacity: bytes that may wait.
    package init(descriptor: Int32 = 2, capacity: Int = 1 << 20) {
        self.descriptor = descriptor
        buffer = Locked(LogBuffer(capacity: capacity))
    }

    /// Starts writing.
    ///
    /// - Returns: false where the system has no thread left.
    package func start() -> Bool {
        startDetachedThread { [self] in run() }
    }

    /// Lines that were lost.
    package var dropped: Int { buffer.withLock { $0.dropped } }

    /// - Parameter line: with its end.
    package func append(_ line: [UInt8]) {
        if buffer.withLock({ $0.append(line) }) { arrival.signal() }
    }

    /// Waits until all is written, or the time has passed.
    ///
    /// It looks again and again: this happens once in a process.
    @discardableResult package func flush(within patience: Duration) -> Bool {
        let deadline = ContinuousClock.now + patience
        while !buffer.withLock({ $0.isEmpty }) {
            if ContinuousClock.now >= deadline { return false }
            usleep(1_000)
        }
        return true
    }

    /// Makes sure that no file or socket gets the numbers of closed standard streams, and the log with them.
    package static func occupyStandardStreams() {
        while true {
            let descriptor = unsafe open("/dev/null", O_RDWR)
            if descriptor > 2 { close(descriptor) }
            if descriptor < 0 || descriptor >= 2 { return }
        }
    }

    // MARK: The writer's thread

    private func run() {
        var isWithinLine = false
        while true {
            arrival.wait()
            usleep(Self.pause)
            var unwritten = 0
            while let bytes = buffer.withLock({ [unwritten] in $0.take(unwritten: unwritten) }) {
                unwritten = write(bytes, &isWithinLine)
                usleep(Self.pause)
            }
        }
    }

    /// - Returns: how many lines could not be written.
    ///
    /// - Parameter isWithinLine: whether the last line that was written is only half there; the next begins anew.
    private func write(_ bytes: [UInt8], _ isWithinLine: inout Bool) -> Int {
        let bytes = isWithinLine ? [Self.lineEnd] + bytes : bytes
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count > 0 {
                written += count
            } else if !mayTryAgain() {
                isWithinLine = written > 0 ? bytes[written - 1] != Self.lineEnd : isWithinLine
                return bytes[written...].count { $0 == Self.lineEnd }
            }
        }
        isWithinLine = false
        return 0
    }

    private static let lineEnd = UInt8(ascii: "\n")

    /// Whether the last error passes; waits for that where it takes time.
    private func mayTryAgain() -> Bool {
        if errno == EINTR { return true }
        guard errno == EAGAIN else { return false }
        var socket = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&socket, 1, -1) > 0 || errno == EINTR
    }
}
