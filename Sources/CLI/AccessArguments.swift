import ArgumentParser
import Logging
import Service

/// Who may use a server, and how much.
struct AccessArguments: ParsableArguments {
    @Option(
        help: """
            A file of keys, as 'elbo token' writes it; requests then need 'Authorization: Bearer TOKEN', health excepted \
            (ELBO_TOKENS; default: anybody may ask). It is read again when it changes.
            """)
    var tokens: String?

    @Option(help: "Requests a second for each key that has no rate of its own (ELBO_RATE_LIMIT; default: any number).")
    var rateLimit: Double?

    @Option(
        help: """
            Another site whose pages may call this server, such as https://example.org, or * for all; may be repeated \
            (ELBO_CORS_ORIGIN, separated by spaces; default: none).
            """)
    var corsOrigin: [String] = []

    @Option(help: "Bytes of all bodies together that are held (ELBO_MAX_HELD_BYTES; default: 536870912).")
    var maxHeldBytes: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Send answers in gzip to clients that accept it (ELBO_COMPRESS=false: never; default: yes).")
    var compress: Bool?

    func apply(to configuration: inout Service.Configuration, _ logger: Logger) throws {
        configuration.keys = try keys(logger)
        configuration.rateLimit = try Settings.positive(rateLimit, "ELBO_RATE_LIMIT")
        if configuration.rateLimit != nil, configuration.keys == nil {
            throw ValidationError("--rate-limit is for each key, and there is none without --tokens")
        }
        configuration.crossOrigin = CrossOrigin(try origins())
        configuration.compresses = try Settings.flag(compress, "ELBO_COMPRESS", default: true)
        configuration.maxHeldBytes = try Settings.number(
            maxHeldBytes, "ELBO_MAX_HELD_BYTES", default: 512 << 20, in: 1...(1 << 40))
    }

    private func keys(_ logger: Logger) throws -> AccessKeyFile? {
        guard let path = Settings.optionalText(tokens, "ELBO_TOKENS") else { return nil }
        do {
            return try AccessKeyFile(path) { change in
                switch change {
                case .success(let count): logger.notice("read \(count) keys again")
                case .failure(let error): logger.error("refused the changed file of keys: \(error)")
                }
            }
        } catch {
            throw Failure("\(path): \(error)")
        }
    }

    /// Each a scheme and a host, as browsers send it: anything else would never match.
    private func origins() throws -> [String] {
        let told = Settings.optionalText(nil, "ELBO_CORS_ORIGIN")?.split(separator: " ").map(String.init) ?? []
        let origins = (corsOrigin.isEmpty ? told : corsOrigin).map { $0.lowercased() }
        for origin in origins where origin != "*" {
            let parts = origin.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty, !parts[2].isEmpty else {
                throw ValidationError(
                    "--cors-origin is '\(origin)'; expected a scheme and a host, such as https://example.org")
            }
        }
        return origins
    }
}
