import Files
import ModelStorage
import Testing

@testable import Service

/// The interface as a page: complete, and safe whatever the models are called.
@Suite(.offThePool, .timeLimit(.minutes(2))) struct DocsPageTests {
    private static let hostile = #""><script>alert('1')</script>&"#

    private func page(_ models: [StoredModel]) throws -> String {
        let service = try TestService(models)
        return try service.get("/docs").text
    }

    @Test func showsModelsColumnsAndFields() throws {
        let page = try page([TestModels.orders(), TestModels.pixels()])
        for word in ["orders", "pixels", "amount", "blue, dark", "contributions", "temperature", "bernoulli"] {
            #expect(page.contains(word), "\(word)")
        }
        for (_, path) in Route.templates where !path.contains("{") && path.hasPrefix("/v1/models") {
            #expect(page.contains(path), "\(path)")
        }
    }

    @Test func everyExampleLeadsSomewhere() throws {
        let paths = try page([TestModels.orders()]).split(separator: "data-path=\"").dropFirst()
            .map { $0.prefix { $0 != "\"" } }
        #expect(paths.count > 10)
        for path in paths { #expect(!path.contains("{"), "\(path)") }
    }

    @Test func asksNothingOfOthers() throws {
        let service = try TestService()
        let page = try service.get("/docs").text
        #expect(!page.contains("https://"))
        #expect(!page.contains("src="))
        // The origin of the examples is the only address.
        #expect(page.split(separator: "http://").dropFirst().allSatisfy { $0.hasPrefix("a<") })
    }

    @Test func nothingThatIsInsertedIsMarkup() throws {
        let page = try page([TestModels.plain(Self.hostile), TestModels.hostile(Self.hostile)])
        #expect(page.contains("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"))
        #expect(page.split(separator: "<script", omittingEmptySubsequences: false).count == 2)
        #expect(!page.contains("alert('1')"))
    }

    @Test func theDocumentHoldsHostileNamesToo() throws {
        let service = try TestService([TestModels.hostile(Self.hostile)])
        let response = try service.get("/openapi.json")
        #expect(response.status == 200)
        #expect(response.text.contains(#""\"><script>alert('1')</script>&""#))
    }

    @Test func aHostThatIsNoneIsNotShown() throws {
        let service = try TestService()
        let client = try service.connect()
        try client.send(Array("GET /docs HTTP/1.1\r\nHost: a'><b\r\n\r\n".utf8))
        #expect(try client.response().text.contains("http://localhost:8080"))
    }

    @Test func thePolicyAllowsThePagesOwnStyleAndScriptOnly() throws {
        let service = try TestService()
        let response = try service.get("/docs")
        #expect(response.header("content-type") == "text/html; charset=utf-8")
        #expect(response.header("x-content-type-options") == "nosniff")
        let policy = try #require(response.header("content-security-policy"))
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe"))
        for (tag, name) in [("style", "style-src"), ("script", "script-src")] {
            let start = try #require(response.text.firstRange(of: "<\(tag)>")?.upperBound)
            let end = try #require(response.text.firstRange(of: "</\(tag)>")?.lowerBound)
            var hash = SHA256()
            hash.update(Array(response.text[start..<end].utf8))
            let digits = Array(hash.hexadecimal())
            let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
            #expect(policy.contains("\(name) 'sha256-\(ContentHash.base64(bytes))'"))
        }
        // Nothing that the policy would refuse.
        #expect(!response.text.contains(" style=\""))
        #expect(!response.text.contains(" onclick=\""))
    }

    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64IsThatOfTheStandard(_ text: String, _ expected: String) {
        #expect(ContentHash.base64(Array(text.utf8)) == expected)
    }

    @Test func quotesForAShell() {
        #expect(DocsPage.quoted("it's") == #"it'\''s"#)
        #expect(DocsPage.quoted("") == "")
    }

    // MARK: Ways to the page

    @Test func otherNamesLeadToThePage() throws {
        let service = try TestService([TestModels.plain("a b"), TestModels.pixels()])
        #expect(try service.get("/v2/docs").status == 200)
        let model = try service.get("/v2/models/a%20b/docs")
        #expect(model.status == 303)
        #expect(model.header("location") == "/docs#model-a_b")
        #expect(try service.get("/docs").text.contains(#"id="model-a_b""#))
        #expect(try service.get("/v2/models/x/docs").status == 404)
    }

    @Test(arguments: [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 303), ("*/*", 200),
        ("application/json", 200), ("text/html", 303), ("application/json, text/html;q=0.9", 200),
    ])
    func aBrowserIsSentToThePage(_ accept: String, _ status: Int) throws {
        let service = try TestService()
        let client = try service.connect()
        try client.send("GET", "/", headers: ["Accept: \(accept)"])
        let response = try client.response()
        #expect(response.status == status)
        #expect(response.header("location") == (status == 303 ? "/docs" : nil))
        #expect(response.header("vary") == "Accept")
    }

    @Test func tellsHowManyModelsItLeavesOut() throws {
        let models = try (10..<62).map { try TestModels.plain("m\($0)") }
        let sentence = "50 of 52 models are described; GET /v1/models lists all."
        let service = try TestService(models) { $0.defaultModel = "m61" }
        #expect(try service.get("/docs").text.contains(sentence))
        let document = try service.get("/openapi.json").text
        #expect(document.contains(sentence))
        #expect(document.contains("/v1/models/m61/score") && !document.contains("/v1/models/m60/score"))
        #expect(try !TestService().get("/docs").text.contains("models are described"))
    }

    @Test func modelsOfLikeNamesHaveKeysOfTheirOwn() throws {
        let service = try TestService([TestModels.plain("a b"), TestModels.plain("a-b"), TestModels.plain("a_b")])
        let page = try service.get("/docs").text
        for key in ["a_b", "a_b_2", "a_b_3"] { #expect(page.contains(#"id="model-\#(key)""#)) }
    }
}
