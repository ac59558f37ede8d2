/// The members of an object, in the order of the text.
package struct JSONMembers: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var key: Int

    init(object: JSONElement) {
        document = object.document
        key = object.node + 1
    }

    package mutating func next() -> (key: String, value: JSONElement)? {
        let parser = document.parser
        guard parser.tag(key) != UInt8(ascii: "}") else { return nil }
        defer { key = parser.next(key + 1) }
        return (parser.string(key), JSONElement(document: document, node: key + 1))
    }
}
