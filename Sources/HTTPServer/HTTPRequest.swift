/// One request with its whole body.
///
/// It owns all it holds (method, path and header bytes are copied out of libmicrohttpd's memory when the header has
/// been read), so that it stays valid after the handler returned.
package struct HTTPRequest: Sendable {
    /// As sent: methods are case-sensitive (RFC 9110 §9.1), so `get` is not `GET`.
    package let method: String
    /// Cut at `/` first and decoded then, so that an escaped slash stays within its segment.
    package var segments: [String] { target.segments }
    /// As sent, without the query: not decoded.
    package var path: String { target.path }
    /// In the order sent, decoded; `+` means a space. A name without `=` has the value "".
    package var query: [(name: String, value: String)] { target.query }
    /// At least `spareBodyCapacity` bytes past its end are allocated, which a parser may read but not rely on.
    package var body: [UInt8]

    /// The bytes allocated past the end of every body.
    package static let spareBodyCapacity = 64

    private let target: RequestTarget
    private let fields: HTTPFields
    /// Nil for a request that came by no connection.
    private let job: RequestJob?

    init(head: RequestHead, body: [UInt8], job: RequestJob? = nil) {
        self.job = job
        self.method = head.method
        self.target = head.target
        self.fields = head.fields
        self.body = body
    }

    /// A header field's value, its name compared without regard to case; several are joined by `, `.
    package func header(_ name: String) -> String? {
        fields.value(of: name)
    }

    /// The names under which the request is answered and logged.
    package var identity: RequestIdentity { job?.identity ?? RequestIdentity(fields) }

    /// Gives the observer an account of what is done about this request, and the answer its header fields.
    ///
    /// Only while the handler or the choice of an intake is asked, on their thread; the account may be changed on any.
    package func note(_ account: any HTTPAccount) {
        job?.notes.account = account
    }

    /// Tells the observer the name of the key that let the request in; as with an account.
    package func note(key: String) {
        job?.notes.key = key
    }
}
