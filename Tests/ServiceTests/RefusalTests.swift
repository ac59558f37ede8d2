import Testing

@testable import Service

/// Requests that are refused, over HTTP: status, code word and place.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let model: String
        let verb: String
        let body: String
        let status: Int
        let code: String
        /// Part of the error's body.
        let says: String

        init(_ model: String, _ verb: String, _ body: String, _ status: Int, _ code: String, _ says: String = "") {
            (self.model, self.verb, self.body) = (model, verb, body)
            (self.status, self.code, self.says) = (status, code, says)
        }

        var testDescription: String { "\(verb) \(body.prefix(60))" }
    }

    private static let syntax = [
        Case("plain", "score", "", 400, "invalid_json"),
        Case("plain", "score", "{", 400, "invalid_json"),
        Case("plain", "score", #"{"inputs":[[1,2"#, 400, "invalid_json"),
        Case("plain", "score", #"{"inputs":[[NaN,1,2]]}"#, 400, "invalid_json"),
        Case("plain", "score", #"{"inputs":[[Infinity,1,2]]}"#, 400, "invalid_json"),
        Case("plain", "score", #"{"inputs":[[1,2,3]]} x"#, 400, "invalid_json"),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"inputs":[[1,2,3]]}"#, 400, "invalid_json"),
        Case("plain", "score", "{\"inputs\":\"\u{0}\"}", 400, "invalid_json"),
    ]

    private static let shapes = [
        Case("plain", "score", #"{"inputs":[]}"#, 422, "empty_input", "'inputs' holds no row"),
        Case("plain", "score", #"{"inputs":[[1,2,3],[]]}"#, 422, "shape_mismatch", #""row":1"#),
        Case(
            "plain", "score", #"{"inputs":[[1,2,3],[1,2]]}"#, 422, "shape_mismatch",
            #""row":1,"expected":"3","got":"2""#),
        Case(
            "plain", "encode", #"{"inputs":[[1,2,3,4]]}"#, 422, "shape_mismatch", #""row":0,"expected":"3","got":"4""#),
        Case(
            "plain", "decode", #"{"latents":[[1,2,3]]}"#, 422, "shape_mismatch", #""row":0,"expected":"2","got":"3""#),
        Case("plain", "score", #"{"inputs":[[1,2,3],4]}"#, 422, "bad_value", #""got":"a number at row 1""#),
        Case("plain", "score", #"{"inputs":null}"#, 422, "bad_value", #""got":"null""#),
        Case("plain", "score", "[]", 422, "bad_value", #""expected":"an object","got":"an array""#),
        Case("plain", "score", "7", 422, "bad_value", #""got":"a number""#),
    ]

    private static let numbers = [
        Case(
            "plain", "score", #"{"inputs":[[1,2,3],[1,"2",3]]}"#, 422, "not_a_number",
            #""row":1,"column":"1","expected":"a number","got":"a string""#),
        Case(
            "table", "score", #"{"inputs":[[1,2,null]]}"#, 422, "missing_value",
            #""row":0,"column":"km","expected":"a value""#),
        Case("plain", "score", #"{"inputs":[[1,[2],3]]}"#, 422, "not_a_number", #""column":"1""#),
        Case("plain", "score", #"{"inputs":[[1e39,2,3]]}"#, 422, "out_of_range", #""row":0,"column":"0""#),
        Case(
            "pixels", "score", #"{"inputs":[[0,1,0,1],[0,1,2,0]]}"#, 422, "outside_support",
            #""row":1,"column":"2","expected":"[0, 1]","got":"2.0""#),
        Case("plain", "score", #"{"inputs":[[0,0,0],[3e38,3e38,3e38]]}"#, 422, "not_finite", #""row":1"#),
    ]

    private static let fields = [
        Case("plain", "score", "{}", 422, "missing_field", "'inputs' or 'records'"),
        Case("plain", "decode", "{}", 422, "missing_field", "'latents'"),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"sample":1}"#, 422, "unknown_field", "'sample'; known: inputs"),
        Case("plain", "decode", #"{"latents":[[1,2]],"inputs":[]}"#, 422, "unknown_field", "'inputs'"),
        Case("plain", "sample", #"{"n":1}"#, 422, "unknown_field", "'n'; known: count, seed, offset"),
        Case("table", "score", #"{"inputs":[[1,2,3]],"records":[]}"#, 422, "bad_value", #""got":"both""#),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"samples":-1}"#, 422, "bad_value", #""expected":"0 to 10000""#),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"samples":10001}"#, 422, "bad_value", #""got":"10001""#),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"samples":1.5}"#, 422, "bad_value", #""got":"1.5""#),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"seed":-1}"#, 422, "bad_value", #""got":"-1""#),
        Case("plain", "score", #"{"inputs":[[1,2,3]],"seed":"1"}"#, 422, "bad_value", #""got":"a string""#),
        Case("plain", "encode", #"{"inputs":[[1,2,3]],"sample":1}"#, 422, "bad_value", #""expected":"a Boolean""#),
        Case("plain", "sample", #"{"count":0}"#, 422, "bad_value", #""expected":"1 to 65536","got":"0""#),
        Case("plain", "sample", #"{"count":65537}"#, 422, "bad_value", #""got":"65537""#),
        Case("plain", "sample", #"{"temperature":-1}"#, 422, "bad_value", #""got":"-1.0""#),
        Case("plain", "sample", #"{"temperature":1e39}"#, 422, "bad_value", "single precision"),
        Case("plain", "sample", #"{"seed":18446744073709551616}"#, 400, "invalid_json", "beyond 64 bits"),
    ]

    private static let records = [
        Case("plain", "score", #"{"records":[{"a":1}]}"#, 422, "no_columns", "'plain'"),
        Case("table", "score", #"{"records":[]}"#, 422, "empty_input", "'records' holds no row"),
        Case("table", "score", #"{"records":{}}"#, 422, "missing_column", #""row":0,"column":"amount""#),
        Case("table", "score", #"{"records":7}"#, 422, "bad_value", #""got":"a number""#),
        Case(
            "table", "score", #"{"records":[{"amount":1,"hour":2,"km":3},7]}"#, 422, "bad_value",
            #""row":1,"expected":"an object or an array","got":"a number""#),
        Case(
            "table", "score", #"{"records":[{"amount":1,"hour":2}]}"#, 422, "missing_column", #""row":0,"column":"km""#),
        Case(
            "table", "score", #"{"records":[{"amount":1,"hour":2,"km":3},{"amount":1,"Km":3}]}"#, 422, "unknown_column",
            #""row":1,"column":"Km""#),
        Case(
            "table", "score", #"{"records":[{"amount":true,"hour":2,"km":3}]}"#, 422, "not_a_number",
            #""row":0,"column":"amount","expected":"a number","got":"true""#),
        Case("table", "score", #"{"records":[{"amount":1,"hour":1e400,"km":3}]}"#, 400, "invalid_json", "too large"),
        Case("table", "score", #"{"records":[{"km":1,"km":2}]}"#, 400, "invalid_json", "km"),
    ]

    private static let sizes = [
        Case(
            "plain", "score", #"{"samples":10000,"inputs":["# + rows(105) + "]}", 413, "too_large",
            #""expected":"at most 1048576","got":"1050000""#),
        Case(
            "plain", "reconstruct", #"{"inputs":["# + rows(65_537) + "]}", 413, "too_large",
            #""expected":"at most 65536","got":"65537""#),
    ]

    private static func rows(_ count: Int) -> String {
        Array(repeating: "[1,2,3]", count: count).joined(separator: ",")
    }

    private static let shared = Result { try TestService() }

    @Test(arguments: syntax + shapes + numbers + fields + records + sizes)
    func isRefused(_ expected: Case) throws {
        let service = try Self.shared.get()
        let response = try service.post("/v1/models/\(expected.model)/\(expected.verb)", expected.body)
        #expect(response.status == expected.status)
        #expect(response.text.hasPrefix(#"{"error":{"code":"\#(expected.code)","message":""#), "\(response.text)")
        #expect(response.text.contains(expected.says), "\(response.text)")
        #expect(response.text.hasSuffix("}}\n"))
        #expect(response.header("content-type") == "application/json")
    }

    /// Each truncation is refused; none ends the service.
    @Test func isRefusedAtEveryLength() throws {
        let service = try Self.shared.get()
        let client = try service.connect()
        let body = #"{"records":[{"amount":1.5,"hour":2e0,"km":3}],"seed":1,"samples":2}"#
        for length in 0...body.utf8.count {
            try client.send("POST", "/v1/models/table/score", String(body.prefix(length)))
            #expect(try client.response().status == (length == body.utf8.count ? 200 : 400))
        }
    }

    @Test func anAnswerHasALimit() throws {
        let service = try TestService([TestModels.plain(inputDimension: 4_096)])
        let sample = try service.post("/v1/sample", #"{"count":1025}"#)
        #expect(sample.status == 413)
        // 2²³ numbers; a row has a mean, a draw and a code of 2.
        #expect(sample.text.contains(#""expected":"at most 1023","got":"1025""#))
        let codes = Array(repeating: "[0,0]", count: 1_025).joined(separator: ",")
        #expect(try service.post("/v1/decode", #"{"latents":["# + codes + "]}").status == 413)
        let row = "[" + Array(repeating: "0", count: 4_096).joined(separator: ",") + "]"
        let inputs = Array(repeating: row, count: 2_049).joined(separator: ",")
        let reconstruction = try service.post("/v1/reconstruct", #"{"inputs":["# + inputs + "]}")
        #expect(reconstruction.status == 413)
        #expect(reconstruction.text.contains(#""expected":"at most 2048","got":"2049""#))
    }

    @Test func aBodyHasALimit() throws {
        let service = try TestService { $0.maxBodyBytes = 100 }
        let response = try service.post("/v1/sample", #"{"count":1}"# + String(repeating: " ", count: 100))
        #expect(response.status == 413)
        #expect(response.text.hasPrefix(#"{"error":{"code":"body_too_large","#))
        #expect(try service.post("/v1/sample", #"{"count":1}"#).status == 200)
    }
}
