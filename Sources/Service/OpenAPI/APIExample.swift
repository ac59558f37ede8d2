/// A request that works as it stands.
struct APIExample: Sendable {
    /// Among those of its operation.
    let name: String
    let summary: String
    let form: MediaForm
    /// What is sent: the text itself unless the form is JSON.
    let value: DocumentNode
    /// The form of the answer; nil takes the usual one.
    var accept: MediaForm?

    init(_ name: String, _ summary: String, _ value: DocumentNode, accept: MediaForm? = nil) {
        (self.name, self.summary, self.value, self.accept) = (name, summary, value, accept)
        form = .json
    }

    init(_ name: String, _ summary: String, _ form: MediaForm, text: String) {
        (self.name, self.summary, self.form, value) = (name, summary, form, .string(text))
    }

    /// The body as it is sent.
    var text: String {
        if form != .json, case .string(let text) = value { return text }
        return value.spaced
    }
}
