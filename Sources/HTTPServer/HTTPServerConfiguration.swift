/// Where a server listens and what it bounds.
package struct HTTPServerConfiguration: Sendable {
    /// Makes an error's content type and body: `(status, code word, message, path)`; the server itself knows no format.
    ///
    /// The path is as the request line has it, not decoded; nil where none was read.
    package typealias ErrorBody =
        @Sendable (_ status: Int, _ code: String, _ message: String, _ path: String?) -> (
            contentType: String, bytes: [UInt8]
        )

    /// What a client that has ended its side of the connection while its request is being worked on is taken for.
    package enum HalfClosedClient: Sendable {
        /// Gone: its request is cancelled. Right for almost all clients, which close the whole connection.
        case gone
        /// Still reading, which TCP permits: its request is finished.
        case reading
    }

    /// A name or address; the first address a name has is used.
    package var host = "127.0.0.1"
    /// 0 asks for any free port.
    package var port: UInt16 = 0
    /// Where to listen in place of `host` and `port`.
    package var endpoints: [HTTPEndpoint] = []
    /// Nil serves in plain text.
    package var tls: TLSIdentity?
    /// Connections are spread evenly over this many threads.
    package var threads = 2
    /// Of a body that is collected.
    package var maxBodyBytes = 16 * 1_024 * 1_024
    /// Of all bodies together that are collected or worked on; the next large one is answered 429.
    package var maxHeldBodyBytes = 1 << 30
    /// Of a body that is streamed.
    package var maxStreamedBodyBytes = 16 << 30
    /// How much of a streamed body is held for its reader; the client waits when that is full. The piece that the reader has
    /// taken may be as large again.
    package var streamBufferBytes = 512 << 10
    /// Streamed bodies that have a reader; the next is answered 429. A slow client may hold one for as long as it sends
    /// something in each `idleTimeout`: this bounds how many do.
    package var maxStreams = 16
    /// Requests that wait for a reply; the next is answered 429 and the handler is not asked.
    ///
    /// Waking one request costs time in proportion to those that wait, so more than some 500 serve nobody.
    package var maxInFlight = 512
    /// Raw paths for which the handler is asked in spite of `maxInFlight`: health checks must not fail under load.
    package var alwaysAdmittedPaths: [String] = []
    /// Well above `maxInFlight`; a connection past it is answered 503 and closed.
    package var maxConnections = 1_024
    /// How long a connection may be without a request before another may take its place.
    package var idleGrace = Duration.seconds(1)
    /// Bytes of header and read-ahead per connection. A larger value slows each request down; bodies are not in it.
    package var connectionMemory = 32 * 1_024
    /// How long a connection may be without a byte either way, also between the pieces of a streamed body. Whole seconds,
    /// rounded up, except for streamed bodies.
    package var idleTimeout = Duration.seconds(60)
    /// How long a header may take to arrive, from the connection on or from the end of the idle time.
    package var headerDeadline = Duration.seconds(10)
    /// How long the rest may take: the body and the reply together, and then the sending (a response in a
    /// file has the time in addition that a client of a slow line takes to read it).
    ///
    /// For a streamed body it is not the sum that counts: while the client waits, because the buffer is full or all has
    /// been sent, the reader must take the next piece, or after the last one answer, within this time.
    package var requestDeadline = Duration.seconds(60)
    package var halfClosedClient = HalfClosedClient.gone
    /// How often deadlines and departed clients are looked for.
    package var housekeepingInterval = Duration.milliseconds(250)
    package var observer: HTTPObserver?
    /// Header fields that every response to a request has, errors too; asked on the connection's thread.
    package var responseHeaders: (@Sendable (HTTPRequest) -> [(String, String)])?
    /// nil sends all as it is.
    package var compression: HTTPCompression?
    package var errorBody: ErrorBody = { _, _, message, _ in ("text/plain; charset=utf-8", Array(message.utf8)) }

    package init() {}

    /// Bytes a second that a client must read of a response in a file, on the whole.
    private static let slowestReader = 128 << 10

    /// How long a response may take to leave. One that holds memory must leave sooner than one that holds a file.
    func sendDeadline(of content: HTTPContent) -> Duration {
        switch content {
        case .bytes: requestDeadline
        case .file(_, let count): requestDeadline + .seconds(count / Self.slowestReader)
        }
    }

    func validate() throws(HTTPServerError) {
        try require(threads, in: 1...64, name: "threads")
        try require(maxBodyBytes, in: 1...(1 << 40), name: "maxBodyBytes")
        try require(maxHeldBodyBytes, in: maxBodyBytes...(1 << 60), name: "maxHeldBodyBytes")
        try require(maxStreamedBodyBytes, in: 1...(1 << 60), name: "maxStreamedBodyBytes")
        try require(streamBufferBytes, in: 1...(1 << 30), name: "streamBufferBytes")
        try require(maxStreams, in: 0...1_000, name: "maxStreams")
        try require(maxInFlight, in: 1...1_000_000, name: "maxInFlight")
        try require(maxConnections, in: threads...1_000_000, name: "maxConnections")
        try require(connectionMemory, in: 4_096...(1 << 24), name: "connectionMemory")
        try requirePositive(idleTimeout, name: "idleTimeout")
        try requirePositive(headerDeadline, name: "headerDeadline")
        try requirePositive(requestDeadline, name: "requestDeadline")
        try requirePositive(housekeepingInterval, name: "housekeepingInterval")
    }

    private func require(_ value: Int, in range: ClosedRange<Int>, name: String) throws(HTTPServerError) {
        guard range.contains(value) else {
            throw .invalidConfiguration(
                name: name, expected: "from \(range.lowerBound) to \(range.upperBound)", got: String(value))
        }
    }

    private func requirePositive(_ duration: Duration, name: String) throws(HTTPServerError) {
        guard duration > .zero else {
            throw .invalidConfiguration(name: name, expected: "longer than nothing", got: "\(duration)")
        }
    }
}
