import JSON
import Logging
import Testing

@testable import Logs

@Suite struct LogLineTests {
    /// `date -u -d @SECONDS +%FT%T` of GNU coreutils.
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_868_799_001, "2000-02-29T23:59:59.001Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_795_279_471_123, "2026-11-21T16:44:31.123Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (4_107_542_399_000, "2100-02-28T23:59:59.000Z"), (-5, "1970-01-01T00:00:00.000Z"),
    ])
    func timesAreOfRFC3339(milliseconds: Int, text: String) {
        #expect(LogTime(milliseconds: milliseconds).text == text)
    }

    private static let hostile = "a\"b\\c\nd\u{0}\u{1b}[31m é\u{2028}\u{7f}"

    @Test func jsonHoldsAnyText() throws {
        var line = LogLine(.json, level: "info", message: Self.hostile, at: LogTime(milliseconds: 0))
        line.add("id", Self.hostile)
        line.add("none", String?.none)
        line.add("rows", 3)
        line.add("duration_s", nanoseconds: 12_345)
        line.add("long_s", nanoseconds: 61_000_000_007)
        let bytes = line.finish()
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1 && bytes.last == UInt8(ascii: "\n"))
        let root = try JSONDocument(bytes).root
        #expect(try root.member("msg").string() == Self.hostile && root.member("id").string() == Self.hostile)
        #expect(try root.member("duration_s").double() == 0.000012345)
        #expect(try root.member("long_s").double() == 61.000000007)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(#"{"ts":"1970-01-01T00:00:00.000Z","level":"info","msg":"#)
        )
        #expect(!String(decoding: bytes, as: UTF8.self).contains("none"))
    }

    @Test func textIsOnOneLine() {
        var line = LogLine(.text, level: "info", message: "what\nhappened\u{1b}", at: LogTime(milliseconds: 0))
        line.add("id", "a-b")
        line.add("name", "two words\n\"")
        line.add("empty", "")
        line.add("rows", 3)
        line.add("duration_s", nanoseconds: 1_500_000_000)
        let expected =
            #"1970-01-01T00:00:00.000Z info what\nhappened\u{1B} id=a-b name="two words\n\"" empty="" rows=3 duration_s=1.500000000"#
        #expect(String(decoding: line.finish(), as: UTF8.self) == expected + "\n")
    }
}
