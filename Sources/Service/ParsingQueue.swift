import Dispatch
import Locking

/// Where a body is parsed that is too large for the thread on which it arrived, whose other connections would have to wait.
///
/// While they are parsed, bodies take up to twenty times their size: so many bytes are parsed at a time that memory stays bounded,
/// and the others wait in their order.
final class ParsingQueue: Sendable {
    /// A body of more bytes is parsed here.
    static let mostBytesInPlace = 256 << 10
    /// Of the bodies that are parsed at one time, unless one alone has more.
    private static let mostBytesAtOnce = 32 << 20

    private struct Piece: Sendable {
        let bytes: Int
        let work: @Sendable () -> Void
    }

    private struct State: Sendable {
        var bytesUnderWay = 0
        var waiting: [Piece] = []
    }

    private let state = Locked(State())
    private let queue = DispatchQueue(label: "elbo.parsing", attributes: .concurrent)

    /// - Parameter bytes: of the body, unpacked.
    func async(bytes: Int, _ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.waiting.append(Piece(bytes: bytes, work: work)) }
        startNext()
    }

    private func startNext() {
        while let piece = takeNext() {
            queue.async { [self] in
                piece.work()
                state.withLock { $0.bytesUnderWay -= piece.bytes }
                startNext()
            }
        }
    }

    private func takeNext() -> Piece? {
        state.withLock { state in
            guard let first = state.waiting.first else { return nil }
            let sum = state.bytesUnderWay + first.bytes
            guard state.bytesUnderWay == 0 || sum <= Self.mostBytesAtOnce else { return nil }
            state.bytesUnderWay = sum
            return state.waiting.removeFirst()
        }
    }
}
