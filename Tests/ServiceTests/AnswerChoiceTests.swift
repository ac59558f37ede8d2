import Testing

@testable import Service

/// RFC 9110 §12.5.1, for what there is.
@Suite struct AnswerChoiceTests {
    @Test(arguments: MediaForm.allCases)
    func answersInTheFormOfTheBodyUnlessAsked(_ form: MediaForm) throws {
        for accept in [nil, "*/*", "*/*;q=0.1", "text/html, */*;q=0.8"] {
            #expect(try AnswerChoice(accept: accept, usual: form).form == form)
        }
    }

    @Test(arguments: [
        ("application/json", MediaForm.json, "application/json"), ("text/csv", .csv, "text/csv; charset=utf-8"),
        ("application/x-ndjson", .ndjson, "application/x-ndjson"), ("application/jsonl", .ndjson, "application/jsonl"),
        ("TEXT/CSV", .csv, "text/csv; charset=utf-8"), ("text/*", .csv, "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/json", .json, "application/json"),
        ("text/csv ; q=0.5 , application/x-ndjson ; q=0.6", .ndjson, "application/x-ndjson"),
        ("application/json;q=0, */*", .ndjson, "application/x-ndjson"),
        ("text/html, text/csv;q=0.1", .csv, "text/csv; charset=utf-8"),
        ("application/*;q=0.2, text/csv;q=0.1", .ndjson, "application/x-ndjson"),
        ("text/*;q=0.1, text/csv;q=0.9, application/json;q=0.5", .csv, "text/csv; charset=utf-8"),
        ("*/*;q=0.9, application/*;q=0.1, application/json;q=0.2", .csv, "text/csv; charset=utf-8"),
        ("text/csv;header=present", .csv, "text/csv; charset=utf-8"),
    ])
    func choosesWhatIsLikedBest(_ accept: String, _ form: MediaForm, _ contentType: String) throws {
        let choice = try AnswerChoice(accept: accept, usual: .ndjson)
        #expect(choice.form == form)
        #expect(choice.contentType == contentType)
    }

    @Test(arguments: ["text/html", "application/json;q=0", "image/*", "*/*;q=0", "", "json", "text/csv;q=x"])
    func refusesWhatThereIsNot(_ accept: String) {
        let error = #expect(throws: ServiceError.self) { try AnswerChoice(accept: accept, usual: .json) }
        #expect(error?.status.code == 406)
    }

    @Test(arguments: [
        (nil, MediaForm.json), ("text/csv", .csv), ("text/csv; charset=UTF-8; header=present", .csv),
        ("application/csv", .csv), ("application/x-ndjson", .ndjson), ("application/jsonl; charset=utf-8", .ndjson),
        ("application/ndjson", .ndjson), ("application/x-www-form-urlencoded", .json),
    ])
    func readsTheTypeOfABody(_ header: String?, _ form: MediaForm) throws {
        #expect(try MediaForm(contentType: header) == form)
    }

    @Test(arguments: ["text/csv; charset=latin1", "text/csv;header=absent", "text/html", "csv", ""])
    func refusesOtherBodies(_ header: String) {
        let error = #expect(throws: ServiceError.self) { try MediaForm(contentType: header) }
        #expect(error?.status.code == 415)
    }
}
