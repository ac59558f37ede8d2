/// Which form an answer has, and the name it is sent under.
struct AnswerChoice: Equatable, Sendable {
    let form: MediaForm
    let name: String

    /// Chooses by an Accept header (RFC 9110 §12.5.1).
    ///
    /// - Parameters:
    ///   - accept: nil where there is none.
    ///   - usual: what is given where the client likes several equally: the form of its own body.
    ///   - forms: what there is.
    /// - Throws: `ServiceError.notAcceptable` when the client wants nothing that there is.
    init(accept: String?, usual: MediaForm, of forms: [MediaForm] = MediaForm.texts) throws(ServiceError) {
        guard let accept, accept != "*/*" else {
            (form, name) = (usual, usual.names[0])
            return
        }
        let offers = ([usual] + forms.filter { $0 != usual }).flatMap { form in
            form.names.map { AnswerChoice(form: form, name: $0) }
        }
        let ranges = accept.split(separator: ",").map { AcceptRange($0) }
        let qualities = offers.map { AcceptRange.quality(of: $0.name, in: ranges) }
        guard let best = qualities.max(), best > 0, let place = qualities.firstIndex(of: best) else {
            throw .notAcceptable(accept, known: forms)
        }
        self = offers[place]
    }

    private init(form: MediaForm, name: String) {
        (self.form, self.name) = (form, name)
    }

    /// The header of the answer.
    var contentType: String { form == .csv ? "\(name); charset=utf-8" : name }
}

/// One of the wishes in an Accept header.
struct AcceptRange {
    let name: String
    /// From 0, never, to 1.
    let quality: Double

    init(_ text: Substring) {
        let type = MediaType(text)
        name = type.name
        let quality = type.parameters["q"].map { Double($0) ?? 0 } ?? 1
        self.quality = min(max(quality.isNaN ? 0 : quality, 0), 1)
    }

    /// Whether a client wants one media type rather than another.
    static func prefers(_ name: String, to other: String, in accept: String?) -> Bool {
        guard let accept else { return false }
        let ranges = accept.split(separator: ",").map { AcceptRange($0) }
        return quality(of: name, in: ranges) > quality(of: other, in: ranges)
    }

    /// What the most specific range that covers the name says; 0 where none does.
    static func quality(of name: String, in ranges: [AcceptRange]) -> Double {
        let kind = name.prefix { $0 != "/" }
        for covering in [name, "\(kind)/*", "*/*"] {
            if let range = ranges.first(where: { $0.name == covering }) { return range.quality }
        }
        return 0
    }
}
