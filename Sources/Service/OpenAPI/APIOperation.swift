/// One method of one path, as the document and the page tell it.
struct APIOperation: Sendable {
    let method: String
    /// Escaped as it is sent; parameters of the path in braces.
    let path: String
    /// Names it among all.
    let id: String
    let summary: String
    /// What it is listed under: a model, or what has no model.
    let tag: String
    var parameters: [DocumentNode] = []
    /// Of the request, by form; none for what takes no body.
    var bodies: [Body] = []
    /// Of the answer, by media type.
    var answers: [(type: String, schema: DocumentNode)] = []
    /// Header fields of the answer that tell what no schema does: by name, what each says.
    var answerFields: [(name: String, text: String)] = []
    /// Of answers that are not 200: by status, as they stand in the document.
    var others: [(String, DocumentNode?)] = []
    /// Statuses of errors beside those of every request.
    var errors: [Int] = [404, 405]
    /// Whether a body must be there, where one may.
    var needsBody = true

    struct Body: Sendable {
        let form: MediaForm
        let schema: DocumentNode
        let examples: [APIExample]
    }

    /// The object below the method.
    var node: DocumentNode {
        .members([
            ("operationId", .string(id)), ("summary", .string(summary)), ("tags", [.string(tag)]),
            ("parameters", parameters.isEmpty ? nil : .array(parameters)),
            (
                "requestBody",
                bodies.isEmpty ? nil : ["required": .bool(needsBody), "content": .members(bodies.map(Self.content))]
            ),
            ("responses", .members(responses)),
        ])
    }

    private static func content(_ body: Body) -> (String, DocumentNode?) {
        let examples = body.examples.filter { $0.accept == nil }.map { example in
            (example.name, DocumentNode?.some(["summary": .string(example.summary), "value": example.value]))
        }
        return (
            body.form.names[0],
            .members([("schema", body.schema), ("examples", examples.isEmpty ? nil : .members(examples))])
        )
    }

    private var responses: [(String, DocumentNode?)] {
        let content = answers.map { ($0.type, DocumentNode?.some(["schema": $0.schema])) }
        let fields = answerFields.map { field -> (String, DocumentNode?) in
            (field.name, ["description": .string(field.text), "schema": ["type": "string"]])
        }
        let answer: DocumentNode = .members([
            ("description", "The answer."), ("headers", fields.isEmpty ? nil : .members(fields)),
            ("content", .members(content)),
        ])
        let success: [(String, DocumentNode?)] = answers.isEmpty ? [] : [("200", answer)]
        return success + others + APIErrors.responses(errors, ErrorForm(path: path))
    }
}
