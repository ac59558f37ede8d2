import JSON

/// A tensor that a model takes or gives.
struct TensorMetadata: Equatable, Sendable {
    let name: String
    let datatype: TensorDatatype
    /// Behind the number of rows, which is −1; none where a row is one element.
    let sides: [Int]

    /// `{"name", "datatype", "shape"}`
    func write(to writer: inout JSONWriter) {
        writer.object { writer in writeMembers(rows: -1, to: &writer) }
    }

    /// `"name", "datatype", "shape"`
    ///
    /// - Parameter rows: −1 for any number.
    func writeMembers(rows: Int, to writer: inout JSONWriter) {
        writer.key("name")
        writer.string(name)
        writer.key("datatype")
        writer.string(datatype.rawValue)
        writer.key("shape")
        writer.ints([rows] + sides)
    }

    /// As a model configuration says it, in which the number of rows is left out.
    func writeConfiguration(isOptional: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("name")
            writer.string(name)
            writer.key("data_type")
            writer.string(datatype.configurationName)
            writer.key("dims")
            writer.ints(sides.isEmpty ? [1] : sides)
            if isOptional {
                writer.key("optional")
                writer.bool(true)
            }
        }
    }
}
