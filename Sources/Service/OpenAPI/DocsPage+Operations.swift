// One fold for each operation: its fields, and requests that can be tried.

extension DocsPage {
    func writeOperation(_ operation: APIOperation, fields: [APIField], to html: inout HTMLText) {
        html.element("details", [("class", "operation"), ("id", operation.id)]) { html in
            html.element("summary") { html in
                html.element("span", [("class", "method \(operation.method)")], operation.method.uppercased())
                html.element("code", operation.path)
                html.element("span", [("class", "what")], operation.summary)
            }
            if !fields.isEmpty { writeFields(fields, to: &html) }
            writeForms(operation, to: &html)
            // A path with a parameter leads nowhere until someone fills it in.
            guard !operation.path.contains("{") else { return }
            for body in operation.bodies {
                for example in body.examples { write(example, operation, to: &html) }
            }
            if operation.method == "get" { write(nil, operation, to: &html) }
        }
    }

    private func writeFields(_ fields: [APIField], to html: inout HTMLText) {
        let rows = fields.map { field in
            { (html: inout HTMLText) in
                html.element("td") { html in
                    html.element("code", field.name)
                    if field.isInQuery { html.markup(" <span class=\"badge\">or ?query</span>") }
                }
                html.element("td", field.values)
                html.element("td") { html in
                    html.add(field.text)
                    if let usual = field.usual { html.element("span", [("class", "usual")], " Default: \(usual).") }
                }
            }
        }
        html.table("fields", heads: ["Field", "Values", "What it means"], rows: rows)
    }

    private func writeForms(_ operation: APIOperation, to html: inout HTMLText) {
        let taken = operation.bodies.map { $0.form.names[0] }
        let given = operation.answers.map(\.type)
        html.element("p", [("class", "forms")]) { html in
            if !taken.isEmpty { html.add("Takes \(taken.joined(separator: ", ")). ") }
            if !given.isEmpty { html.add("Answers \(given.joined(separator: ", ")).") }
            if taken.contains("image/png") {
                html.add(" A picture is sent with -H 'Content-Type: image/png' --data-binary @picture.png.")
            }
            if taken.contains("application/x-npy") {
                html.add(" An array is sent with -H 'Content-Type: application/x-npy' --data-binary @rows.npy; ")
                html.add("application/octet-stream is rows of little-endian single-precision numbers, both ways.")
            }
        }
    }

    // MARK: Examples

    /// A request that can be copied as a command, and tried where there is a script.
    private func write(_ example: APIExample?, _ operation: APIOperation, to html: inout HTMLText) {
        let type = example?.form.names[0] ?? ""
        let accept = (example?.accept).map { $0.names[0] } ?? ""
        let attributes: [HTMLText.Attribute] = [
            ("class", "example"), ("data-method", operation.method.uppercased()), ("data-path", operation.path),
            ("data-type", type), ("data-accept", accept),
        ]
        html.element("div", attributes) { html in
            html.element("div", [("class", "bar")]) { $0.element("b", example?.summary ?? "Ask") }
            html.element("pre", [("class", "curl"), ("tabindex", "0")]) { html in
                html.markup("curl -s '<span class=\"origin\">")
                html.add("http://\(host)")
                html.markup("</span>")
                html.add("\(operation.path)'")
                if !type.isEmpty { html.add(" -H 'Content-Type: \(type)'") }
                if !accept.isEmpty { html.add(" -H 'Accept: \(accept)' -o picture.png") }
                guard let example else { return }
                html.add(example.form == .json ? " -d '" : " --data-binary '")
                html.element("span", [("class", "body")], Self.quoted(example.text))
                html.add("'")
            }
        }
    }

    /// Between single quotes of a shell.
    static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    }

    // MARK: What has no model

    func writeService(to html: inout HTMLText) {
        html.element("section", [("id", "service")]) { html in
            html.markup("<h2>Service</h2>")
            for operation in service.operations { writeOperation(operation, fields: [], to: &html) }
        }
    }

    func writeProtocol(to html: inout HTMLText) {
        html.element("section", [("id", "protocol")]) { html in
            html.markup(
                "<h2>Open Inference Protocol</h2><p>Version 2 under <code>/v2</code>, for the clients of Triton and ")
            html.markup("KServe: tensors in JSON or binary; errors are <code>{\"error\": \"…\"}</code>.</p>")
            for operation in APIOpenInference(models: models).operations {
                writeOperation(operation, fields: [], to: &html)
            }
        }
    }

    func writeErrors(to html: inout HTMLText) {
        html.element("section", [("id", "errors")]) { html in
            html.markup(
                "<h2>Errors</h2><p>Every error is JSON: <code>{\"error\": {\"code\": …, \"message\": …}}</code>, ")
            html.markup("with <code>row</code>, <code>line</code>, <code>column</code>, <code>expected</code> and ")
            html.markup("<code>got</code> where there is a place to tell.</p>")
            let rows = APIErrors.all.map { status in
                { (html: inout HTMLText) in
                    html.element("td") { $0.element("b", "\(status.code)") }
                    html.element("td", status.text)
                    html.element("td") { html in
                        for word in status.words {
                            html.element("code", word)
                            html.markup(" ")
                        }
                    }
                }
            }
            html.table("fields", heads: ["Status", "When", "Codes"], rows: rows)
        }
    }
}

extension APIField {
    /// What holds where the field is absent.
    var usual: String? {
        guard case .object(let members) = schema, let usual = members.first(where: { $0.name == "default" })?.value,
            let bytes = try? usual.bytes()
        else { return nil }
        if case .string(let word) = usual { return word }
        return String(decoding: bytes, as: UTF8.self)
    }
}
