/// A form of records or answers, under the names by which clients know it.
enum MediaForm: String, CaseIterable, Sendable {
    case json, csv, ndjson
    /// Images: one of a body, all of an answer side by side.
    case png
    /// Numbers row by row: little-endian `Float` without a header, or an array as NumPy saves it.
    case floats, npy

    /// What there is of every answer.
    static let texts: [MediaForm] = [.json, .csv, .ndjson]
    /// What there is where an answer has numbers of one kind for every row.
    static let arrays: [MediaForm] = [.floats, .npy]

    /// The first is what answers are called unless the client says another.
    var names: [String] {
        switch self {
        case .json: ["application/json"]
        case .csv: ["text/csv", "application/csv"]
        case .ndjson: ["application/x-ndjson", "application/jsonl", "application/ndjson"]
        case .png: ["image/png"]
        case .floats: ["application/octet-stream"]
        case .npy: ["application/x-npy", "application/npy"]
        }
    }

    /// Whether a body of this form is records one after the other, however many.
    var isTable: Bool {
        switch self {
        case .csv, .ndjson: true
        case .json, .png, .floats, .npy: false
        }
    }

    var isArray: Bool { Self.arrays.contains(self) }

    /// The form of a body.
    ///
    /// `curl -d` without a header says that it sends a form; that is meant as JSON here.
    ///
    /// - Parameter contentType: the header; nil where there is none.
    init(contentType: String?) throws(ServiceError) {
        guard let contentType, contentType != "application/json" else {
            self = .json
            return
        }
        let type = MediaType(contentType)
        if ["application/x-www-form-urlencoded", "text/plain", "text/json"].contains(type.name) {
            self = .json
        } else if let form = Self.allCases.first(where: { $0.names.contains(type.name) }) {
            try form.check(type, contentType)
            self = form
        } else {
            throw .unsupportedContentType(contentType)
        }
    }

    /// A table in another encoding, or without the names of its columns, is not what we would take it for.
    private func check(_ type: MediaType, _ header: String) throws(ServiceError) {
        guard self == .csv else { return }
        let charset = type.parameters["charset"] ?? "utf-8"
        guard ["utf-8", "us-ascii"].contains(charset), type.parameters["header"] != "absent" else {
            throw .unsupportedContentType(header)
        }
    }
}

/// A media type with its parameters, in lower case (RFC 9110 §8.3.1).
struct MediaType: Equatable {
    /// Like `text/csv`, or `*/*` in an Accept header.
    let name: String
    let parameters: [String: String]

    init(_ text: some StringProtocol) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { part in
            part.lowercased().filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        }
        name = parts.first ?? ""
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { parameters[String(pair[0])] = String(pair[1]) }
        }
        self.parameters = parameters
    }
}
