import Testing

@Suite struct ScoreTests {
    private let program: Program

    init() throws {
        program = try TrainedProgram.copy()
    }

    private func score(_ arguments: String) throws -> Program.Outcome {
        try program.run("elbo score m \(arguments)")
    }

    /// The bytes of the answers to the training table.
    private func reference() throws -> String {
        let outcome = try score("data.csv")
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == TrainedProgram.rows + 1)
        return outcome.output
    }

    @Test func saysWhatItDid() throws {
        let outcome = try score("data.csv")
        let header = "score,reconstruction,kl,std_error,anomaly_score,p_value,percentile,anomaly"
        #expect(outcome.lines[0] == header)
        #expect(outcome.errors.contains("400 rows in "))
        #expect(outcome.errors.contains(" rows/s, mean score "))
        #expect(outcome.errors.contains(" anomal"))
        #expect(!outcome.errors.contains("bad row"))
    }

    @Test(arguments: [
        "elbo score m - <data.csv", "gzip -c data.csv >data.gz && elbo score m data.gz",
        "gzip -c data.csv | elbo score m -", "sed 's/$/\\r/' data.csv | elbo score m -",
        "(printf '\\xef\\xbb\\xbf'; cat data.csv) | elbo score m -", "printf %s \"$(cat data.csv)\" | elbo score m -",
        "sed 's/^/\"/; s/,/\",/; s/\",\\(.*\\),/\",\\1,/' data.csv | elbo score m -",
        "awk -F, -v OFS=, '{ print $NF, $0 }' data.csv | sed 's/,\\([0-9a-z]*\\)$//; 1s/.*/size,amount,colour/' | elbo score m -",
        "elbo score m data.csv --input-format csv --on-error stop",
    ])
    func oneTableInEveryDress(command: String) throws {
        let outcome = try program.run(command)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == (try reference()))
    }

    /// The flag goes before the environment, and the answers are as near as eight bits are.
    @Test func keepsWeightsInFewerBitsIfToldTo() throws {
        let flag = try score("data.csv --precision bf16").output
        #expect(try program.run("ELBO_PRECISION=bf16 elbo score m data.csv").output == flag)
        let part = try program.run("head -30 data.csv | elbo score m - --precision bf16").lines
        #expect(part == Array(flag.split(separator: "\n").prefix(30)))
        let full = try reference()
        #expect(flag != full)
        #expect(try program.run("ELBO_PRECISION=bf16 elbo score m data.csv --precision float32").output == full)
        let scores = [flag, full].map { text in
            text.split(separator: "\n").dropFirst().compactMap { line in Double(line.prefix { $0 != "," }) }
        }
        for (a, b) in zip(scores[0], scores[1]) { #expect(abs(a - b) < 0.1, "nats") }
        let refused = try program.run("ELBO_PRECISION=int3 elbo score m data.csv")
        #expect(refused.status == 64 && refused.errors.contains("'int3'; expected float32 or bf16"))
    }

    @Test func numbersAreTheSameInEachFormat() throws {
        let csv = try reference().split(separator: "\n").dropFirst()
        let ndjson = try score("data.csv --format ndjson").lines
        let bare = ndjson.map { line in
            line.dropFirst().dropLast().split(separator: ",").map { $0.split(separator: ":")[1] }.joined(separator: ",")
        }
        #expect(bare == csv.map(String.init))
    }

    @Test(arguments: ["objects", "arrays"])
    func readsLinesOfJSON(form: String) throws {
        let lines = (0..<TrainedProgram.rows).map { i in
            let cells = TrainedProgram.row(i).split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
            let comma = cells[1].lastIndex(of: ",")!
            let amount = cells[0].isEmpty ? "null" : String(cells[0])
            let colour = "\"\(cells[1][..<comma].filter { $0 != "\"" })\""
            let size = String(cells[1][comma...].dropFirst())
            return form == "arrays"
                ? "[\(amount), \(colour), \(size)]"
                : "{\"size\":\(size),\"colour\":\(colour)\(amount == "null" ? "" : ",\"amount\":\(amount)")}"
        }
        try program.write("data.ndjson", "\n" + lines.joined(separator: "\r\n\n") + "\n")
        let outcome = try score("data.ndjson")
        #expect(outcome.status == 0, "\(outcome.errors)")
        // Any line may have a name, so all have a place for it.
        let expected = try reference().split(separator: "\n").enumerated().map { $0 == 0 ? "id,\($1)" : ",\($1)" }
        #expect(outcome.lines.map(String.init) == expected)
        #expect(try program.run("gzip data.ndjson && elbo score m data.ndjson.gz").output == outcome.output)
    }

    @Test func passesIDsOn() throws {
        try program.write("ids.csv", "key,size,amount,colour\n\"a,b\",1,2,red\n007,2,3,green\n")
        let outcome = try score("ids.csv --id key")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines[0].hasPrefix("id,score,"))
        #expect(outcome.lines[1].hasPrefix("\"a,b\","))
        #expect(outcome.lines[2].hasPrefix("007,"))
        try program.write("ids.ndjson", "{\"id\":\"x\",\"size\":1,\"colour\":\"red\"}\n")
        #expect(try score("ids.ndjson --format ndjson").output.hasPrefix("{\"id\":\"x\",\"score\":"))
    }

    @Test func explainsWhatAdds() throws {
        let outcome = try score("data.csv --contributions")
        #expect(outcome.lines[0].contains(",contribution.amount,contribution.colour,contribution.size,"))
        for line in outcome.lines.dropFirst().prefix(50) {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let parts = cells[8..<12].map { Double($0) ?? .nan }
            #expect(parts.reduce(0, +) == Double(cells[0]))
        }
    }

    @Test func callsWhatIsAskedAnAnomaly() throws {
        let all = try score("data.csv --threshold -1000000")
        #expect(all.errors.contains("400 anomalies"))
        #expect(all.lines.dropFirst().allSatisfy { $0.hasSuffix(",true") })
        #expect(try score("data.csv --threshold 1000000").errors.contains(", 0 anomalies"))
        let ranked = try score("data.csv --rank elbo")
        let cells = ranked.lines[1].split(separator: ",")
        #expect(cells[0] == cells[4])
    }

    @Test func aClosedPipeIsNoError() throws {
        let outcome = try program.run(
            "for i in $(seq 200); do tail -n +2 data.csv; done | cat <(head -1 data.csv) - >large.csv\n"
                + "set -o pipefail\nelbo score m large.csv | head -1")
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == 1)
        #expect(outcome.errors == "")
    }
}
