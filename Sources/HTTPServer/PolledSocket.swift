internal import Glibc

/// A descriptor to be asked about, and the answer.
struct PolledSocket {
    enum Interest {
        case input
        /// That the peer has ended its side, or the connection is broken.
        case endOfPeer
        /// That the connection is broken; a peer that has only ended its side may still read.
        case breakage
    }

    /// `POLLRDHUP`, which the Glibc module does not name.
    private static let peerEnded: Int16 = 0x2000

    private var entry: pollfd

    init(_ descriptor: Int32, _ interest: Interest) {
        entry = pollfd(fd: descriptor, events: Self.events(interest), revents: 0)
    }

    /// Whether what was asked for, or a breakage, has been seen.
    var hasEvent: Bool { entry.revents & ~Int16(POLLNVAL) != 0 }

    /// Waits for an event, at most so long; 0 only looks.
    static func poll(_ sockets: inout [PolledSocket], milliseconds: Int32) {
        unsafe sockets.withUnsafeMutableBytes { bytes in
            let entries = unsafe bytes.assumingMemoryBound(to: pollfd.self)
            _ = unsafe Glibc.poll(entries.baseAddress, nfds_t(entries.count), milliseconds)
        }
    }

    private static func events(_ interest: Interest) -> Int16 {
        switch interest {
        case .input: Int16(POLLIN)
        case .endOfPeer: peerEnded
        case .breakage: 0
        }
    }
}
