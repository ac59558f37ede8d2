/// Parses one document after the other, as newline-delimited JSON has them, with one parser.
///
///     var documents = JSONDocuments()
///     let record = try documents.parse(bytes, line)
///
/// Elements that somebody keeps stay as they are: the next document is then parsed apart.
package struct JSONDocuments: ~Copyable {
    private var document: JSONDocument?

    package init() {}

    /// Parses the document at these places of the bytes, where it lies when at least 64 bytes of memory follow it.
    ///
    /// Places in errors count from the start of the document.
    ///
    /// - Throws: as `JSONDocument`.
    package mutating func parse(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) -> JSONElement {
        // Only this reference: no element is left, on whatever thread.
        if isKnownUniquelyReferenced(&document), let document {
            try document.parse(bytes, range)
            return document.root
        }
        let document = try JSONDocument(bytes, range, pool: .shared)
        self.document = document
        return document.root
    }
}
