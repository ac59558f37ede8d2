import JSON
import VAE

// The condition in `model.json`.

extension ConditionSpecification {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("levels")
            writer.array { writer in
                for level in levels { writer.string(level) }
            }
            if let column {
                writer.key("column")
                writer.string(column)
            }
        }
    }

    init(_ element: JSONElement) throws {
        try element.allow(["levels", "column"])
        try self.init(
            levels: element.member("levels").elements().map { try $0.string() },
            column: element.optionalMember("column")?.string())
    }
}
