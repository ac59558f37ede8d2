/// A version's text in the order in which people count: `2` before `10`, `1.9` before `1.10`, `1` before `1.0`.
package struct ModelVersion: Comparable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether it can stand in a path and in a line of text.
    package var isUsable: Bool {
        (1...100).contains(text.utf8.count) && text != "." && text != ".."
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "/" }
    }

    package static func < (a: ModelVersion, b: ModelVersion) -> Bool {
        let (left, right) = (a.parts, b.parts)
        for (x, y) in zip(left, right) where x != y { return precedes(x, y) }
        return left.count == right.count ? a.text < b.text : left.count < right.count
    }

    /// None where there is no text, which comes before all others.
    private var parts: [Substring] { text.isEmpty ? [] : text.split(separator: ".", omittingEmptySubsequences: false) }

    /// Numbers by value, and before words.
    private static func precedes(_ a: Substring, _ b: Substring) -> Bool {
        switch (UInt64(a), UInt64(b)) {
        case (let x?, let y?): x == y ? a < b : x < y
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): a < b
        }
    }
}
