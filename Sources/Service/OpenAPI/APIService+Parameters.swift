extension APIService {
    /// What every operation takes.
    static let timeouts: [DocumentNode] = [
        timeout(RequestTimeout.parameter, in: "query"), timeout(RequestTimeout.headerField, in: "header"),
    ]

    private static func timeout(_ name: String, in place: String) -> DocumentNode {
        [
            "name": .string(name), "in": .string(place),
            "description": "Seconds after which nobody waits for the answer any more: it is then 504.",
            "schema": ["type": "number", "exclusiveMinimum": 0, "maximum": 86_400],
        ]
    }

    static let securitySchemes: DocumentNode = [
        "key": [
            "type": "http", "scheme": "bearer", "description": "Where the server was started with --tokens.",
        ]
    ]
}
