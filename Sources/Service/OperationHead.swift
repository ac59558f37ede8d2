import Answers
import HTTPServer

/// What a request to a model says before its body: enough to refuse many without reading it.
struct OperationHead {
    let verb: Route.Verb
    let model: ServedModel
    let bodyForm: MediaForm
    let coding: ContentCoding
    let answer: AnswerChoice
    let query: QueryParameters
    /// How long the client wants to wait; nil for as long as the server permits.
    let patience: Duration?
    let account: RequestAccount

    init(_ verb: Route.Verb, _ model: ServedModel, _ request: HTTPRequest) throws(ServiceError) {
        (self.verb, self.model, account) = (verb, model, RequestAccount(model))
        request.note(account)
        coding = try ContentCoding(request)
        let contentType = request.header("Content-Type")
        bodyForm = try MediaForm(contentType: contentType)
        guard bodyForm == .json || verb.takesRecords else {
            throw .onlyJSON(verb: verb.rawValue, contentType: contentType ?? "")
        }
        // A table may have any length, and is answered while it is read: never as one picture.
        let usual = bodyForm == .png ? .json : bodyForm
        let hasPicture = model.model.pictureShape != nil && verb.hasPictures && !bodyForm.isTable
        answer = try AnswerChoice(
            accept: request.header("Accept"), usual: usual, of: MediaForm.texts + (hasPicture ? [.png] : []))
        var query = try QueryParameters(request.query)
        patience = try RequestTimeout.duration(request, &query)
        self.query = query
    }

    /// What is asked for, where the body holds nothing but records.
    func tablePlan() throws(ServiceError) -> OperationPlan {
        var options = RequestOptions(query, nil)
        let plan = try OperationPlan(verb, model, answer.form, &options)
        try options.finish()
        return plan
    }
}

extension Route.Verb {
    /// Whether the body holds records, which may come as a table.
    var takesRecords: Bool {
        switch self {
        case .encode, .reconstruct, .score: true
        case .decode, .interpolate, .sample: false
        }
    }

    /// Whether a model of images answers with images.
    var hasPictures: Bool {
        switch self {
        case .decode, .interpolate, .reconstruct, .sample: true
        case .encode, .score: false
        }
    }
}
