import JSON
import Testing

@Suite struct JSONElementTests {
    let model: JSONElement

    init() throws {
        model = try parse(
            #"{"name": "vae", "architecture": {"encoder": [{"units": 64, "bias": true}, {"units": "many"}]}, "odd key": null}"#
        )
    }

    @Test func findsMembersInOrder() throws {
        #expect(try model.members().map(\.key) == ["name", "architecture", "odd key"])
        #expect(try model.member("name").string() == "vae")
        #expect(try model.member("odd key").isNull)
        #expect(try model.optionalMember("absent")?.kind == nil)
    }

    @Test func namesThePathOfWhatIsWrong() throws {
        let encoder = try Array(model.member("architecture").member("encoder").elements())
        #expect(try encoder[0].member("units").int() == 64)
        #expect(try encoder[0].member("bias").bool())
        #expect(throws: JSONError.wrongKind(path: "architecture.encoder[1].units", expected: "a number", got: .string))
        {
            try encoder[1].member("units").int()
        }
        #expect(throws: JSONError.missing(path: "architecture.encoder[1]", key: "bias")) {
            try encoder[1].member("bias")
        }
        #expect(throws: JSONError.wrongKind(path: "[\"odd key\"]", expected: "an object", got: .null)) {
            try model.member("odd key").members()
        }
        #expect(throws: JSONError.wrongKind(path: "", expected: "an array", got: .object)) { try model.elements() }
    }

    @Test func describesErrorsForPeople() throws {
        #expect(JSONError.missing(path: "", key: "a").description == "the document: the key \"a\" is missing")
        let error = #expect(throws: JSONError.self) { try model.member("name").bool() }
        #expect(error?.description == "name: expected a Boolean, got a string")
    }

    @Test func readsIntegersExactly() throws {
        #expect(try parse("18446744073709551615").uint64() == .max)
        #expect(try parse("9223372036854775808").uint64() == 1 << 63)
        #expect(try parse("-9223372036854775808").int64() == .min)
        #expect(try parse("[16.0, 1e3, -0, 9007199254740992.0]").ints() == [16, 1000, 0, 1 << 53])
        #expect(try parse("[]").ints() == [])
    }

    @Test(arguments: ["-1", "1.5", "1e19", "-0.5"])
    func refusesWhatIsNoUInt64(text: String) {
        let error = #expect(throws: JSONError.self) { try parse("{\"seed\": \(text)}").member("seed").uint64() }
        guard case .outOfRange(path: "seed", _, _) = error else { return #expect(Bool(false), "\(error as Any)") }
    }

    @Test func refusesWhatIsNoInt64() {
        let expected = "a whole number from -9223372036854775808 to 9223372036854775807"
        #expect(throws: JSONError.outOfRange(path: "[1]", expected: expected, got: "9223372036854775808")) {
            try parse("[1, 9223372036854775808]").ints()
        }
    }

    @Test func readsDoublesExactly() throws {
        #expect(
            try parse("[0.1, -0.0, 5e-324, 1.7976931348623157e308, 3]").doubles() == [
                0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 3,
            ])
        #expect(try parse("-0.0").double().sign == .minus)
        #expect(try parse("0.1").float() == 0.1)
        #expect(throws: JSONError.self) { try parse("1e39").float() }
    }

    @Test func readsStrings() throws {
        #expect(
            try parse(#"["", "é", "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"]"#).strings() == [
                "", "é", "\"\\/\u{8}\u{C}\n\r\té😀\0",
            ])
    }
}
