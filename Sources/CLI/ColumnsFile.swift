import Files
import JSON
import Records
import Training

/// `columns.json`: what `elbo columns` prints and `elbo train --columns` reads.
enum ColumnsFile {
    static func bytes(_ schema: Schema) throws -> [UInt8] {
        var writer = JSONWriter(layout: .indented)
        try writer.object { writer throws(JSONError) in
            try schema.writeMembers(to: &writer)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// - Throws: `Failure` naming the file and the place in it.
    static func read(_ path: String) throws -> TableOptions {
        do {
            let bytes = try FileSystem.read(path)
            var options = TableOptions()
            options.plans = try ColumnPlan.read(bytes)
            if let tokens = try JSONDocument(bytes).root.optionalMember("missing_tokens") {
                options.missingTokens = try tokens.elements().map { try $0.string() }
            }
            return options
        } catch {
            throw Failure("\(path): \(error)")
        }
    }

    /// Each token once: a user may name one of the usual.
    static func tokens(_ usual: [String], and more: [String]) -> [String] {
        var tokens = usual
        for token in more where !tokens.contains(token) { tokens.append(token) }
        return tokens
    }
}
