import Answers
import HTTPServer
import VAE

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
        guard verb.takes(bodyForm) else {
            throw .otherForm(verb: verb.rawValue, contentType: contentType ?? "", known: verb.bodyForms)
        }
        let forms = verb.answerForms(model.model, to: bodyForm)
        let usual = bodyForm == .png || !forms.contains(bodyForm) ? .json : bodyForm
        answer = try AnswerChoice(accept: request.header("Accept"), usual: usual, of: forms)
        var query = try QueryParameters(request.query)
        patience = try RequestTimeout.duration(request, &query)
        self.query = query
    }

    /// The member of a JSON body that can only be a matrix of numbers; nil where records may be anything else.
    var matrixField: String? {
        switch verb {
        case .decode, .interpolate: "latents"
        case .encode, .reconstruct, .score:
            model.model.schema == nil && model.model.labelledSchema == nil ? "inputs" : nil
        case .sample: nil
        }
    }

    /// What is asked for, where the body holds nothing but records.
    func tablePlan() throws(ServiceError) -> OperationPlan {
        var options = RequestOptions(query, nil)
        let plan = try OperationPlan(verb, model, answer.form, &options)
        try options.finish()
        return plan
    }
}
