import Answers
import VAE

// Which forms bodies and answers have.

extension Route.Verb {
    /// Whether the body holds records, which may come as a table.
    var takesRecords: Bool {
        switch self {
        case .encode, .reconstruct, .score: true
        case .decode, .interpolate, .sample: false
        }
    }

    /// Whether the body may be rows of numbers and nothing else: records of plain vectors, or codes.
    var takesArrays: Bool { takesRecords || self == .decode }

    /// Of a body, whatever the model.
    var bodyForms: [MediaForm] {
        [.json] + (takesRecords ? [.csv, .ndjson, .png] : []) + (takesArrays ? MediaForm.arrays : [])
    }

    func takes(_ form: MediaForm) -> Bool { form == .json || bodyForms.contains(form) }

    /// Of an answer. A table may have any length, and is answered while it is read: never as one picture or one array.
    func answerForms(_ model: TrainedModel, to body: MediaForm) -> [MediaForm] {
        if body.isTable { return MediaForm.texts }
        let pictures: [MediaForm] = model.pictureShape != nil && hasPictures ? [.png] : []
        return MediaForm.texts + pictures + (arrays(model).isEmpty ? [] : MediaForm.arrays)
    }

    /// Whether a model of images answers with images.
    var hasPictures: Bool {
        switch self {
        case .decode, .interpolate, .reconstruct, .sample: true
        case .encode, .score: false
        }
    }

    /// What an answer may be as an array, the usual one first; empty for records of a table, which are more than numbers.
    func arrays(_ model: TrainedModel) -> [AnswerArray.Output] {
        switch self {
        case .encode: return [.mu, .sigma, .z]
        case .score:
            let calibrated: [AnswerArray.Output] = [.anomalyScore, .pValue, .percentile]
            return [.score, .reconstruction, .kl, .standardError] + (model.ranking == nil ? [] : calibrated)
        case .decode, .interpolate, .reconstruct, .sample:
            if model.schema != nil { return [] }
        }
        return recordArrays
    }

    private var recordArrays: [AnswerArray.Output] {
        switch self {
        case .decode: [.mean, .draw]
        case .interpolate: [.mean, .latent]
        case .reconstruct: [.reconstruction]
        case .sample: [.sample, .mean, .latent]
        case .encode, .score: []
        }
    }
}
