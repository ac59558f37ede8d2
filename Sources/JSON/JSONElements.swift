/// The elements of an array, in order.
package struct JSONElements: Sequence, IteratorProtocol {
    private let document: JSONDocument
    private var node: Int

    init(array: JSONElement) {
        document = array.document
        node = array.node + 1
    }

    package mutating func next() -> JSONElement? {
        let parser = document.parser
        guard parser.tag(node) != UInt8(ascii: "]") else { return nil }
        defer { node = parser.next(node) }
        return JSONElement(document: document, node: node)
    }
}
