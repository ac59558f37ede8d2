/// Finds the path of a node by walking from the root: slow, but only errors ask for it, and elements stay small.
struct JSONPath {
    private let parser: Parser

    init(_ parser: Parser) {
        self.parser = parser
    }

    /// Like `architecture.encoder[0].units`; empty for the root.
    func of(_ target: Int) -> String {
        joined(steps(to: target)[...])
    }

    /// The path of the object that has this key.
    func object(ofKey key: Int) -> String {
        joined(steps(to: key + 1).dropLast())
    }

    private func joined(_ steps: ArraySlice<String>) -> String {
        let path = steps.joined()
        return path.hasPrefix(".") ? String(path.dropFirst()) : path
    }

    private func steps(to target: Int) -> [String] {
        var steps: [String] = []
        var node = 1
        while node != target, let step = step(from: node, towards: target) {
            steps.append(step.text)
            node = step.node
        }
        return steps
    }

    private func step(from node: Int, towards target: Int) -> (text: String, node: Int)? {
        switch parser.tag(node) {
        case UInt8(ascii: "{"): memberStep(from: node, towards: target)
        case UInt8(ascii: "["): elementStep(from: node, towards: target)
        default: nil
        }
    }

    private func memberStep(from object: Int, towards target: Int) -> (text: String, node: Int)? {
        var key = object + 1
        while parser.tag(key) != UInt8(ascii: "}") {
            if target < parser.next(key + 1) { return (memberStep(key), key + 1) }
            key = parser.next(key + 1)
        }
        return nil
    }

    private func elementStep(from array: Int, towards target: Int) -> (text: String, node: Int)? {
        var element = array + 1
        var index = 0
        while parser.tag(element) != UInt8(ascii: "]") {
            if target < parser.next(element) { return ("[\(index)]", element) }
            element = parser.next(element)
            index += 1
        }
        return nil
    }

    /// A key that does not read as a word is quoted.
    private func memberStep(_ key: Int) -> String {
        let name = parser.string(key)
        let isWord = !name.isEmpty && name.utf8.allSatisfy { isWordByte($0) }
        return isWord ? ".\(name)" : "[\"\(name)\"]"
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
