/// What the handler has told of a request so far.
struct RequestNotes: Sendable {
    var account: (any HTTPAccount)?
    /// The name of the key that let the request in.
    var key: String?
}
