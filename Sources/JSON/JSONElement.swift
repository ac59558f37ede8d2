/// A value within a document, which it keeps alive.
package struct JSONElement: Sendable {
    let document: JSONDocument
    /// The place on the tape.
    let node: Int

    var parser: Parser { document.parser }

    package var kind: JSONKind { JSONKind(tag: parser.tag(node)) }

    package var isNull: Bool { kind == .null }

    /// Like `architecture.encoder[0].units`; empty for the root. Walks the document: for messages.
    package var path: String { JSONPath(parser).of(node) }

    func expect(_ kind: JSONKind) throws(JSONError) {
        guard self.kind == kind else { throw wrongKind(expected: kind.rawValue) }
    }

    func wrongKind(expected: String) -> JSONError {
        .wrongKind(path: path, expected: expected, got: kind)
    }
}

// MARK: Objects and arrays

extension JSONElement {
    /// The member of an object.
    ///
    /// - Throws: `JSONError.missing`, or `.wrongKind` when this is not an object.
    package func member(_ key: String) throws(JSONError) -> JSONElement {
        guard let member = try optionalMember(key) else { throw .missing(path: path, key: key) }
        return member
    }

    /// The member of an object, or nil when it has none of this name. A null is a member.
    package func optionalMember(_ key: String) throws(JSONError) -> JSONElement? {
        try expect(.object)
        guard let value = parser.member(key, of: node) else { return nil }
        return JSONElement(document: document, node: value)
    }

    /// The members of an object in the order of the text.
    package func members() throws(JSONError) -> JSONMembers {
        try expect(.object)
        return JSONMembers(object: self)
    }

    /// Calls with each member of an object in the order of the text, the key as UTF-8 with its escapes undone.
    ///
    /// - Throws: what the body throws, or `JSONError.wrongKind`.
    package func forEachMember(
        _ body: (_ key: Span<UInt8>, _ value: JSONElement) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(.object)
        let parser = parser
        var key = node + 1
        while parser.tag(key) != UInt8(ascii: "}") {
            let value = JSONElement(document: document, node: key + 1)
            try parser.withBytes(key) { bytes throws(JSONError) in try body(bytes, value) }
            key = parser.next(key + 1)
        }
    }

    /// The elements of an array.
    package func elements() throws(JSONError) -> JSONElements {
        precondition(textMatrix == nil, "the elements of a matrix that was read from its text are not known")
        try expect(.array)
        return JSONElements(array: self)
    }

    /// The numbers of this element, if they were read from its text.
    var textMatrix: TextMatrix? {
        guard let matrix = document.textMatrix, matrix.node == node else { return nil }
        return matrix
    }
}
