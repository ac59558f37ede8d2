import Inference
import JSON

/// The `parameters` of a request.
struct InferParameters {
    /// What the operations may ask for, under the names of the service's own paths.
    let fields: RequestFields?
    /// How long the request may wait; nil leaves it to the server.
    private(set) var timeout: Duration?
    private(set) var priority = JobPriority.usual
    /// Whether outputs that say nothing else come as binary tensors.
    private(set) var wantsBinary = false

    private static let reservedPrefix = "triton_"

    /// - Parameter element: nil where there are none.
    init(_ element: JSONElement?) throws(ServiceError) {
        guard let element else {
            fields = nil
            return
        }
        var fields = try RequestFields(element)
        for (key, value) in try fields.members() { try Self.check(key, value) }
        wantsBinary = try fields.bool("binary_data_output") ?? false
        priority = JobPriority(level: try fields.uint64("priority") ?? 0)
        let microseconds = try fields.int("timeout", in: 0...Int.max)
        if let microseconds, microseconds > 0 { timeout = .microseconds(Int64(microseconds)) }
        self.fields = fields
    }

    /// Strings, numbers and booleans, under no name of a server's own.
    private static func check(_ key: String, _ value: JSONElement) throws(ServiceError) {
        if key.hasPrefix(reservedPrefix) {
            throw .badField("parameters", expected: "without names that begin with \(reservedPrefix)", got: "'\(key)'")
        }
        switch value.kind {
        case .string, .number, .bool: return
        case .object, .array, .null:
            throw .badField("parameters.\(key)", expected: "a string, a number or a Boolean", got: value.kind.rawValue)
        }
    }
}

extension InferParameters {
    /// Those of a raw request.
    static let raw = InferParameters(wantsBinary: true)

    private init(wantsBinary: Bool) {
        (fields, self.wantsBinary) = (nil, wantsBinary)
    }
}
