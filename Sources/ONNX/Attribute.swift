/// A setting of an operator.
struct Attribute {
    enum Value {
        case float(Float)
        case int(Int)
        case string(String)
        case ints([Int])
    }

    let name: String
    let value: Value

    init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }

    /// `AttributeProto`.
    func write(to writer: inout ProtobufWriter) {
        writer.string(1, name)
        switch value {
        case .float(let value):
            writer.float(2, value)
            writer.int(20, 1)
        case .int(let value):
            writer.int(3, value)
            writer.int(20, 2)
        case .string(let value):
            writer.string(4, value)
            writer.int(20, 3)
        case .ints(let values):
            writer.ints(8, values)
            writer.int(20, 7)
        }
    }
}
