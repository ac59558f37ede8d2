import HTTPServer

/// The interface as a page for people: whole in itself, and readable without its script.
struct DocsPage: Sendable {
    let models: [APIModel]
    let service: APIService
    private let omission: String?
    /// Where the page was asked for, such as `localhost:8080`.
    let host: String

    init(_ registry: ModelRegistry, host: String?) {
        models = APIModel.all(registry)
        service = APIService(models: models)
        omission = APIModel.omission(registry)
        self.host = host.flatMap { Self.isHost($0) ? $0 : nil } ?? "localhost:8080"
    }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count < 256
            && text.utf8.allSatisfy { PathText.isUnreserved($0) || ":[]".utf8.contains($0) }
    }

    // MARK: Answers

    var response: HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: [
                ("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", Self.policy),
                ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                ("Cache-Control", "no-cache"),
            ], body: Array(html.utf8))
    }

    /// Nothing but the page's own style and script; requests to this server; pictures that came as answers.
    static let policy =
        "default-src 'none'; style-src '\(ContentHash.sha256(style))'; script-src '\(ContentHash.sha256(script))'; "
        + "connect-src 'self'; img-src blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// To the page, from where a browser came.
    static func redirect() -> HTTPResponse {
        HTTPResponse(status: 303, headers: [("Location", "/docs"), ("Vary", "Accept")])
    }

    static func redirect(to model: ServedModel, in registry: ModelRegistry) -> HTTPResponse {
        let anchor = APIModel.all(registry).first { $0.name == model.name }.map { "#\($0.anchor)" } ?? ""
        return HTTPResponse(status: 303, headers: [("Location", "/docs\(anchor)")])
    }

    // MARK: The page

    var html: String {
        var html = HTMLText()
        html.markup("<!doctype html>\n")
        html.element("html", [("lang", "en")]) { html in
            html.element("head") { writeHead(to: &$0) }
            html.markup("\n")
            html.element("body") { writeBody(to: &$0) }
        }
        html.markup("\n")
        return html.text
    }

    private func writeHead(to html: inout HTMLText) {
        html.markup("<meta charset=\"utf-8\">")
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        html.markup("<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">")
        html.element("title", "Elbo")
        html.markup("<style>")
        html.markup(Self.style)
        html.markup("</style>")
    }

    private func writeBody(to html: inout HTMLText) {
        html.element("header") { writeHeader(to: &$0) }
        html.element("main") { html in
            writeList(to: &html)
            for model in models { writeSection(model, to: &html) }
            writeService(to: &html)
            writeProtocol(to: &html)
            writeErrors(to: &html)
        }
        html.markup("<script>")
        html.markup(Self.script)
        html.markup("</script>")
    }

    private func writeHeader(to html: inout HTMLText) {
        html.element("h1", "Elbo")
        html.markup(
            "<p>Variational autoencoders over HTTP. Bodies and answers are JSON unless <code>Content-Type</code> and ")
        html.markup("<code>Accept</code> say otherwise. For programs: <a href=\"/openapi.json\">openapi.json</a>.</p>")
        html.element("nav") { html in
            for model in models { html.element("a", [("href", "#\(model.anchor)")], model.name) }
            html.markup("<a href=\"#service\">Service</a><a href=\"#protocol\">/v2</a><a href=\"#errors\">Errors</a>")
        }
    }

    private func writeList(to html: inout HTMLText) {
        html.markup("<section><h2>Models</h2>")
        let rows = models.map { model in
            { (html: inout HTMLText) in
                html.element("td") { html in
                    html.element("a", [("href", "#\(model.anchor)")], model.name)
                    if model.isDefault { html.markup(" <span class=\"badge\">default</span>") }
                }
                html.element("td", model.text)
            }
        }
        html.table("list", heads: ["Name", "What it is"], rows: rows)
        if let omission { html.element("p", omission) }
        html.markup("<p>Paths without a model, such as <code>/v1/score</code>, mean the default model; ")
        html.markup("<code>/v1/models/{model}/versions/{version}/score</code> means a certain version.</p></section>")
    }
}

extension APIModel {
    var anchor: String { "model-\(key)" }
}
