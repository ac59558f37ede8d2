import Calibration
import Kernels
import VAE

extension APIService {
    /// The schemas of what the service tells of itself and of models.
    var schemas: [(String, DocumentNode?)] {
        [
            ("Status", APIModel.closed([("status", ["enum": ["live", "ready"]])], required: ["status"])),
            ("Index", index), ("Models", list), ("Model", details), ("Drift", drift),
        ]
    }

    private static let string: DocumentNode = ["type": "string"]
    private static let number: DocumentNode = ["type": "number"]
    private static let count: DocumentNode = ["type": "integer", "minimum": 0]
    private static let object: DocumentNode = ["type": "object"]

    private var index: DocumentNode {
        APIModel.closed(
            [("service", Self.string), ("endpoints", ["type": "array", "items": Self.string])],
            required: ["service", "endpoints"])
    }

    private var list: DocumentNode {
        let names = ["name", "version", "default", "input_dimension", "latent_dimension", "likelihood"]
        let model = APIModel.closed(
            [
                ("name", Self.string), ("version", Self.string), ("default", ["type": "boolean"]),
                ("input_dimension", Self.count), ("latent_dimension", Self.count),
                ("likelihood", ["enum": .strings(LikelihoodSpecification.names)]),
            ], required: names)
        return APIModel.closed([("models", ["type": "array", "items": model])], required: ["models"])
    }

    private var details: DocumentNode {
        let score = APIModel.closed([("seed", Self.count), ("samples", Self.count)], required: ["seed", "samples"])
        let ranking = APIModel.closed(
            [("default", Self.string), ("known", ["type": "array", "items": Self.string])],
            required: ["default", "known"])
        let calibration = APIModel.closed(
            [
                ("count", Self.count), ("smallest_alpha", Self.number), ("alpha", Self.number),
                ("threshold", Self.number),
            ], required: ["count", "smallest_alpha", "alpha"])
        let precision = APIModel.closed(
            [
                ("weights", ["enum": .strings(WeightPrecision.allCases.map(\.rawValue))]), ("golden_rows", Self.count),
                ("mean_score_difference", Self.number), ("largest_score_difference", Self.number),
            ], required: ["weights"])
        return APIModel.closed(
            [
                ("name", Self.string), ("version", Self.string), ("input_dimension", Self.count),
                ("architecture", ["description": "As in model.json.", "type": "object"]),
                ("columns", ["description": "Of a table.", "type": "array", "items": Self.object]),
                ("missing_tokens", ["description": "Words for an empty cell.", "type": "array", "items": Self.string]),
                ("score", score), ("ranking", ranking), ("calibration", calibration), ("precision", precision),
                ("provenance", Self.object),
            ], required: ["name", "version", "input_dimension", "architecture", "score", "precision", "provenance"])
    }

    private var drift: DocumentNode {
        let verdicts: [DriftReport.Verdict] = [.insufficient, .stable, .shifted, .drifted]
        let report: [(String, DocumentNode?)] = [
            ("count", Self.count), ("not_finite_count", Self.count), ("psi", Self.number), ("ks", Self.number),
            ("ks_p_value", Self.number), ("share_p_below_0.05", Self.number), ("share_p_below_0.01", Self.number),
            ("mean", Self.number), ("calibration_mean", Self.number),
            ("verdict", ["enum": .strings(verdicts.map(\.rawValue))]),
        ]
        let head: [(String, DocumentNode?)] = [
            ("name", Self.string), ("version", Self.string), ("ranking", Self.string),
            ("calibration_count", Self.count),
        ]
        let recent = APIModel.closed(report, required: report.map(\.0))
        let all = head + report + [("recent", recent)]
        return APIModel.closed(all, required: all.map(\.0))
    }
}
