/// Writes HTML in which names and values are always text: markup comes from the program alone.
struct HTMLText: Sendable {
    private(set) var text = ""

    typealias Attribute = (name: StaticString, value: String)

    /// Everything that means something in HTML is escaped, in attributes too.
    mutating func add(_ plain: String) {
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    mutating func markup(_ markup: StaticString) {
        text += "\(markup)"
    }

    mutating func element(
        _ name: StaticString, _ attributes: [Attribute] = [], _ body: (inout HTMLText) -> Void
    ) {
        text += "<\(name)"
        for attribute in attributes {
            text += " \(attribute.name)=\""
            add(attribute.value)
            text += "\""
        }
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    mutating func element(_ name: StaticString, _ attributes: [Attribute], _ plain: String) {
        element(name, attributes) { $0.add(plain) }
    }

    mutating func element(_ name: StaticString, _ plain: String) {
        element(name, []) { $0.add(plain) }
    }

    /// A table with a line of heads above its rows, which may scroll sideways.
    mutating func table(_ kind: String, heads: [String], rows: [(inout HTMLText) -> Void]) {
        element("table", [("class", kind)]) { html in
            html.element("thead") { html in
                html.element("tr") { html in for head in heads { html.element("th", head) } }
            }
            html.element("tbody") { html in
                for row in rows { html.element("tr") { row(&$0) } }
            }
        }
    }
}
