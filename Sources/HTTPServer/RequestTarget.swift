/// What a request line asks for: the path, raw and cut into decoded segments, and the query.
struct RequestTarget: Sendable {
    let path: String
    let segments: [String]
    let query: [(name: String, value: String)]

    /// Nil when the target does not parse: the answer is then 400.
    ///
    /// - Parameters:
    ///   - rawPath: what stood before `?`, not decoded. `http://host/path` is accepted (RFC 9112 §3.2.2).
    ///   - rawQuery: names and values, `+` already turned to a space but `%` escapes not decoded.
    init?(rawPath: String, rawQuery: [(name: String, value: String)]) {
        guard let path = Self.pathOnly(rawPath), let segments = Self.segments(of: path) else { return nil }
        guard let query = Self.decodedQuery(rawQuery) else { return nil }
        self.path = path
        self.segments = segments
        self.query = query
    }

    private static func pathOnly(_ target: String) -> String? {
        guard !target.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { return nil }
        if target.utf8.first == UInt8(ascii: "/") || target == "*" { return target }
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { target.utf8.prefix($0.utf8.count).equalsIgnoringCase($0.utf8) })
        else { return nil }
        let afterScheme = target.utf8.dropFirst(scheme.utf8.count)
        guard let slash = afterScheme.firstIndex(of: UInt8(ascii: "/")) else { return "/" }
        return String(target[slash...])
    }

    /// `/` has none; `/a/` has two, the last empty: a router decides what that means.
    private static func segments(of path: String) -> [String]? {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 else { return [] }
        var segments: [String] = []
        for raw in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(Substring(raw)) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private static func decodedQuery(
        _ raw: [(name: String, value: String)]
    ) -> [(name: String, value: String)]? {
        var query: [(name: String, value: String)] = []
        for (name, value) in raw {
            guard let name = PercentEncoding.decode(name[...]), let value = PercentEncoding.decode(value[...])
            else { return nil }
            query.append((name, value))
        }
        return query
    }
}
