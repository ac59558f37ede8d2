import JSON

/// An output that a request names.
struct RequestedOutput {
    let name: String
    /// nil leaves it to the parameters of the request.
    let isBinary: Bool?

    /// One of `outputs`.
    init(_ element: JSONElement) throws(ServiceError) {
        var fields = try RequestFields(element)
        guard let name = try fields.string("name") else { throw .missingField(["outputs[].name"]) }
        self.name = name
        guard let parameters = try fields.present("parameters") else {
            isBinary = nil
            return
        }
        var options = try RequestFields(parameters)
        for reserved in ["classification", "shared_memory_region"] where try options.element(reserved) != nil {
            throw .badField(
                "\(name).parameters", expected: "without '\(reserved)', which is not offered", got: reserved)
        }
        isBinary = try options.bool("binary_data")
    }
}
