// What libFuzzer calls. Built by Tests/Fuzz/run only.

/// The reader to feed: the environment's `ELBO_FUZZ_READER`.
private let reader: FuzzedReader = {
    guard let name = environment("ELBO_FUZZ_READER"), let reader = FuzzedReader(rawValue: name) else {
        fatalError("ELBO_FUZZ_READER must be one of \(FuzzedReader.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return reader
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    reader.read(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
