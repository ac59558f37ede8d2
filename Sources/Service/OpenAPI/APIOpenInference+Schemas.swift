extension APIOpenInference {
    private static let string: DocumentNode = ["type": "string"]
    private static let flag: DocumentNode = ["type": "boolean"]
    private static let object: DocumentNode = ["type": "object"]
    private static let count: DocumentNode = ["type": "integer", "minimum": 0]
    private static let datatype: DocumentNode = ["enum": .strings(TensorDatatype.allCases.map(\.rawValue))]

    private static func list(_ items: DocumentNode) -> DocumentNode { ["type": "array", "items": items] }

    /// Of objects to which nothing is added.
    private static func all(_ properties: [(String, DocumentNode?)]) -> DocumentNode {
        APIModel.closed(properties, required: properties.map(\.0))
    }

    var schemas: [(String, DocumentNode?)] { Self.requests + Self.answers }

    // MARK: Requests

    private static let parameters: DocumentNode = [
        "description":
            "Options under the names of the service's own paths, such as samples and seed; timeout in microseconds.",
        "type": ["object", "null"], "additionalProperties": ["type": ["string", "number", "boolean"]],
    ]

    private static var requests: [(String, DocumentNode?)] {
        let binary: DocumentNode = ["type": ["object", "null"]]
        let input: DocumentNode = [
            "description": "Its data nested to the shape or flat; or behind the JSON, binary_data_size bytes of it.",
            "type": "object",
            "properties": [
                "name": string, "shape": list(count), "datatype": datatype, "parameters": binary, "data": list(true),
            ], "required": ["name", "shape", "datatype"],
        ]
        let output: DocumentNode = [
            "type": "object", "properties": ["name": string, "parameters": binary], "required": ["name"],
        ]
        let request: DocumentNode = [
            "type": "object",
            "properties": [
                "id": ["type": ["string", "null"]], "parameters": parameters, "inputs": list(input),
                "outputs": ["type": ["array", "null"], "items": output],
            ], "required": ["inputs"],
        ]
        return [
            ("V2InferRequest", request),
            ("V2IndexRequest", ["type": "object", "properties": ["ready": flag]]),
            ("V2ChangeRequest", ["type": "object", "properties": ["parameters": ["type": ["object", "null"]]]]),
        ]
    }

    // MARK: Answers

    private static var answers: [(String, DocumentNode?)] {
        let tensor = all([("name", string), ("datatype", string), ("shape", list(["type": "integer"]))])
        let output = APIModel.closed(
            [
                ("name", string), ("datatype", datatype), ("shape", list(count)), ("parameters", object),
                ("data", list(true)),
            ], required: ["name", "datatype", "shape"])
        let answer = APIModel.closed(
            [
                ("model_name", string), ("model_version", string), ("id", string), ("parameters", object),
                ("outputs", list(output)),
            ], required: ["model_name", "model_version", "outputs"])
        let entry = APIModel.closed(
            [("name", string), ("version", string), ("state", string), ("reason", string)],
            required: ["name", "state", "reason"])
        return service + [
            ("V2InferResponse", answer), ("V2Index", list(entry)),
            (
                "V2Model",
                all([
                    ("name", string), ("versions", list(string)), ("platform", string), ("inputs", list(tensor)),
                    ("outputs", list(tensor)), ("properties", object),
                ])
            ),
            ("V2ModelReady", all([("name", string), ("ready", flag)])),
            ("V2Configuration", ["type": "object", "required": ["name", "platform", "input", "output"]]),
            ("V2Changed", APIModel.closed([("name", string), ("load", flag), ("unload", flag)], required: ["name"])),
        ]
    }

    private static var service: [(String, DocumentNode?)] {
        let logging: [(String, DocumentNode?)] = [
            ("log_file", ["const": ""]), ("log_info", flag), ("log_warning", flag), ("log_error", flag),
            ("log_verbose_level", ["type": "integer", "minimum": 0, "maximum": 0]),
            ("log_format", ["enum": ["default"]]),
        ]
        return [
            ("V2Error", all([("error", string)])),
            ("V2Server", all([("name", string), ("version", string), ("extensions", list(string))])),
            ("V2Live", all([("live", flag)])), ("V2Ready", all([("ready", flag), ("live", flag)])),
            ("V2Models", all([("models", list(string))])), ("V2Statistics", all([("model_stats", list(object))])),
            ("V2Logging", APIModel.closed(logging, required: [])),
        ]
    }
}
