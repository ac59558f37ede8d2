import Files
import TestSupport
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4 examples, and the empty message of the NIST short message vectors.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func digestsTheVectors(text: String, digest: String) {
        var sha = SHA256()
        sha.update(Array(text.utf8))
        #expect(sha.hexadecimal() == digest)
    }

    @Test func digestsAMillionTimesA() throws {
        let directory = try TemporaryDirectory()
        try FileSystem.write([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), to: directory("file"))
        let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(try FileSystem.sha256(directory("file")) == digest)
    }

    @Test func digestsPiecesLikeTheWhole() {
        let bytes = (0..<200).map { UInt8($0) }
        for cut in 0...200 {
            var whole = SHA256()
            whole.update(bytes)
            var pieces = SHA256()
            pieces.update(Array(bytes[..<cut]))
            pieces.update(Array(bytes[cut...]))
            #expect(pieces.hexadecimal() == whole.hexadecimal())
        }
    }
}
