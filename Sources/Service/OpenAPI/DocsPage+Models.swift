import Answers
import Calibration
import Records
import VAE

// One section for each model.

extension DocsPage {
    func writeSection(_ model: APIModel, to html: inout HTMLText) {
        html.element("section", [("id", model.anchor)]) { html in
            html.element("h2") { html in
                html.add(model.name)
                html.element("span", [("class", "badge")], "version \(model.served.version)")
                if model.isDefault { html.markup("<span class=\"badge\">default</span>") }
            }
            html.element("p", model.text)
            writeFacts(model, to: &html)
            writeColumns(model, to: &html)
            for operation in model.operations where operation.path.hasPrefix(model.path) {
                writeOperation(operation, fields: fields(of: operation, model), to: &html)
            }
        }
    }

    private func fields(of operation: APIOperation, _ model: APIModel) -> [APIField] {
        guard let verb = model.verbs.first(where: { "\(model.path)/\($0.rawValue)" == operation.path }) else {
            return []
        }
        return model.fields(verb)
    }

    private func writeFacts(_ model: APIModel, to html: inout HTMLText) {
        var facts = [
            ("record", model.model.inputShape.map(String.init).joined(separator: " × ")),
            ("code", "\(model.latentDimension) numbers"),
            ("likelihood", model.architecture.likelihood.name),
            ("score", "seed \(model.model.scoreSeed), \(model.model.scoreSamples) samples"),
        ]
        if let ranking = model.model.ranking {
            let count = ranking.distribution(ranking.usual).count
            facts.append(("ranked by", "\(ranking.usual.rawValue), among \(count) calibration records"))
        }
        if let condition = model.model.condition {
            facts.append(("told", condition.levels.prefix(APIModel.mostLevels).joined(separator: ", ")))
        }
        html.element("dl", [("class", "facts")]) { html in
            for (name, value) in facts {
                html.element("div") { html in
                    html.element("dt", name)
                    html.element("dd", value)
                }
            }
        }
    }

    private func writeColumns(_ model: APIModel, to html: inout HTMLText) {
        guard let schema = model.readSchema else { return }
        html.element("details") { html in
            html.element("summary", schema.width == 1 ? "1 column" : "\(schema.width) columns")
            let rows = schema.coded.map { column in
                { (html: inout HTMLText) in
                    html.element("td") { $0.element("code", column.name) }
                    html.element("td", column.kind.word.rawValue)
                    html.element("td", APIModel.text(column))
                }
            }
            html.table("fields", heads: ["Column", "Kind", "Values"], rows: rows)
            let tokens = schema.missingTokens.names.filter { !$0.isEmpty }.joined(separator: ", ")
            html.element("p", "A cell that may be empty may be null, or one of the words for it: \(tokens).")
        }
    }
}
