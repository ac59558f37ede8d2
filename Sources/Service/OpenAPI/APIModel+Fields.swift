import Answers
import Calibration
import Inference
import Kernels
import Pictures
import RecordIO
import Records
import VAE

// What the requests to a model may hold.

extension APIModel {
    /// In the order of a page: what is computed on first.
    func fields(_ verb: Route.Verb) -> [APIField] {
        var fields = contentFields(verb) + optionFields(verb)
        if let condition = model.condition { fields.append(conditionField(verb, condition)) }
        if verb.takesRecords { fields += recordOptionFields }
        if hasPictures(verb) {
            let text = "Of an answer as image/png only: pixels a side for each pixel of a record."
            fields.append(.whole("scale", .both, PictureGrid.scales, default: 1, text))
        }
        let arrays = verb.arrays(model)
        if let usual = arrays.first {
            let forms = MediaForm.arrays.map { $0.names[0] }.joined(separator: " or ")
            let text = "Of an answer as \(forms) only: which of its numbers."
            fields.append(.choice("output", arrays.map(\.rawValue), default: usual.rawValue, text))
        }
        return fields
    }

    func hasPictures(_ verb: Route.Verb) -> Bool { model.pictureShape != nil && verb.hasPictures }

    // MARK: What is computed on

    private func contentFields(_ verb: Route.Verb) -> [APIField] {
        switch verb {
        case .encode, .reconstruct, .score: recordFields(ends: false)
        case .interpolate: [latentsField(ends: true)] + recordFields(ends: true)
        case .decode: [latentsField(ends: false)]
        case .sample: [.whole("count", .body, 1...mostSamples, default: 1, "Records to draw.")]
        }
    }

    /// As many as an answer may hold numbers of.
    private var mostSamples: Int {
        min(OperationRequest.mostRows, OperationRequest.mostNumbers / (2 * model.recordDimension + latentDimension))
    }

    private func latentsField(ends: Bool) -> APIField {
        let text = ends ? "Two codes, the ends of the path." : "Codes, one for each row; a flat array is one."
        let rows: DocumentNode = [
            "type": "array", "items": schemaReference("Latent"), "minItems": ends ? 2 : 1,
            "maxItems": .int(ends ? 2 : OperationRequest.mostRows),
        ]
        let schema: DocumentNode = ends ? rows : ["anyOf": [rows, schemaReference("Latent")]]
        return APIField("latents", .body, schema, "rows of \(latentDimension) numbers", text)
    }

    private func recordFields(ends: Bool) -> [APIField] {
        let end = ends ? " Two, the ends of the path." : " A flat array is one row."
        let width = model.recordDimension
        let records = rowsSchema(ends: ends)
        let inputs = APIField(
            "inputs", .body, records, "rows of \(width) values", "Records by position.\(end)")
        guard model.schema != nil else { return [inputs] }
        let named = APIField(
            "records", .body, records, "objects by column",
            ends ? "Records by name: two, the ends of the path." : "Records by name, in any order; or one by itself.")
        return [named, inputs]
    }

    // MARK: Options

    private func optionFields(_ verb: Route.Verb) -> [APIField] {
        switch verb {
        case .encode:
            [
                .flag("sample", .body, "Whether to draw z from the posterior beside its mean and σ."),
                .whole("samples", .body, 0...1, default: 0, "The same as a number: draws of z for each row."),
                .seed("seed", .body, default: nil, "Of the draws; the answer tells it if you do not."),
            ]
        case .decode:
            [
                .flag("draw", .body, "Whether to draw records beside their means."),
                .seed("seed", .body, default: nil, "Of the draws; the answer tells it if you do not."),
            ]
        case .reconstruct: []
        case .sample: sampleFields
        case .interpolate:
            [
                .whole(
                    "steps", .both, LatentPath.stepRange, default: LatentPath.usualSteps, "Points, the ends among them."
                ),
                .choice(
                    "method", LatentPath.Method.allCases.map(\.rawValue), default: LatentPath.Method.linear.rawValue,
                    "Which points lie between two codes."),
            ]
        case .score: scoreFields
        }
    }

    private var sampleFields: [APIField] {
        [
            .seed("seed", .body, default: nil, "The same seed gives the same records."),
            .seed("offset", .body, default: 0, "Where in the endless sequence of the seed to begin."),
            APIField(
                "temperature", .body, ["type": "number", "minimum": 0, "maximum": 100, "default": 1], "0 to 100",
                "A factor on every standard deviation of p(z)."),
            .flag("mean", .body, "Whether to tell the mean of each record beside its draw."),
        ]
    }

    private var scoreFields: [APIField] {
        let bounds = ScoreSettings.Bound.allCases.filter { $0 == .elbo || !architecture.isDeterministic }
        var fields: [APIField] = [
            .whole(
                "samples", .both, 0...Operation.mostSamples, default: model.scoreSamples,
                "Samples of z for each record; 0 takes z = μ."),
            .seed("seed", .both, default: model.scoreSeed, "Of the noise."),
            .choice(
                "bound", bounds.map(\.rawValue), default: ScoreSettings.Bound.elbo.rawValue,
                "iw is the importance-weighted bound, which needs samples and is no sum of parts."),
        ]
        if model.schema != nil {
            fields.append(.flag("contributions", .both, "Whether to tell what each column adds; not with bound iw."))
        }
        if let ranking = model.ranking { fields += rankingFields(ranking) }
        return fields
    }

    private func rankingFields(_ ranking: RowRanking) -> [APIField] {
        let distribution = ranking.distribution(ranking.usual)
        let smallest = Verdict.smallestAlpha(distribution)
        return [
            .choice(
                "rank", ranking.known.map(\.rawValue), default: ranking.usual.rawValue,
                "What anomaly_score is; not with bound iw."),
            APIField(
                "alpha", .both,
                [
                    "type": "number", "minimum": .number(smallest), "exclusiveMaximum": 1,
                    "default": .number(max(Verdict.usualAlpha, smallest)),
                ], "1/\(distribution.count + 1) to 1",
                "A record is an anomaly where its p-value is at most this. Only with the usual samples, seed and bound."
            ),
            APIField(
                "threshold", .both, ["type": "number"], "a number",
                "Instead of alpha: a record is an anomaly where anomaly_score is above this."),
        ]
    }

    private func conditionField(_ verb: Route.Verb, _ condition: ConditionSpecification) -> APIField {
        let level: DocumentNode = ["enum": .array(condition.levels.flatMap { Self.spellings($0) })]
        let each: DocumentNode = ["type": "array", "items": level, "minItems": 1]
        let isInRecords = verb.takesRecords && model.labelledSchema != nil
        return APIField(
            // A parameter is given once: one level for all.
            "condition", .both, verb == .interpolate ? level : ["anyOf": [level, each]], inQuery: level,
            condition.levels.count > 12
                ? "one of \(condition.levels.count) levels"
                : condition.levels.joined(separator: ", "),
            isInRecords
                ? "What records are conditioned on, unless they hold it themselves: one level, or one for each record."
                : "What records are conditioned on: one level\(verb == .interpolate ? "" : ", or one for each").")
    }

    /// A level that reads as a number may be given as one.
    static func spellings(_ level: String) -> [DocumentNode] {
        guard let number = Double(level), CellText.canonical(number) == level else { return [.string(level)] }
        return [.string(level), .number(number)]
    }

    private var recordOptionFields: [APIField] {
        let known = model.schema.map { schema in
            schema.coded.map(\.name)
        }
        let schema: DocumentNode = .members([
            ("type", "string"), ("not", known.map { ["enum": .strings($0)] }),
        ])
        return [
            .choice(
                "on_error", FaultPolicy.allCases.map(\.rawValue), default: FaultPolicy.stop.rawValue,
                "Whether a bad record ends the request or is reported in its place."),
            APIField(
                "id", .both, schema, "a column's name",
                "Your column that names records and comes back with the answers; \(RecordReading.usualIDColumn) "
                    + "unless you say another."),
        ]
    }
}
