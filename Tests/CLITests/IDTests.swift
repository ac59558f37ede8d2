import Testing

/// The names of rows: whether answers have them is told by the command and the header, never by the rows.
@Suite struct IDTests {
    private let program: Program

    init() throws {
        program = try TrainedProgram.copy()
    }

    /// Many chunks of lines, of which the last alone has a name.
    private func writeLines(_ count: Int = 3_000) throws {
        let bare = String(repeating: "{\"size\":1,\"colour\":\"red\"}\n", count: count - 1)
        try program.write("late.ndjson", bare + "{\"id\":\"last\",\"size\":1,\"colour\":\"red\"}\n")
    }

    @Test func aNameBehindManyWithoutIsNotLost() throws {
        try writeLines()
        let table = try program.run("elbo score m late.ndjson").lines
        #expect(table.count == 3_001)
        #expect(table.first?.hasPrefix("id,score,") == true)
        #expect(table.dropFirst().dropLast().allSatisfy { $0.hasPrefix(",") })
        #expect(table.last?.hasPrefix("last,") == true)
        let objects = try program.run("elbo score m late.ndjson --format ndjson").lines
        #expect(objects.dropLast().allSatisfy { $0.hasPrefix("{\"score\":") })
        #expect(objects.last?.hasPrefix("{\"id\":\"last\",\"score\":") == true)
    }

    @Test(arguments: ["{\"size\":1,\"colour\":\"red\"}", "[null,\"red\",1]"])
    func linesWithoutNamesHaveAnEmptyOne(line: String) throws {
        try program.write("bare.ndjson", line + "\n")
        let outcome = try program.run("elbo score m bare.ndjson")
        #expect(outcome.lines[0].hasPrefix("id,score,"))
        #expect(outcome.lines[1].hasPrefix(","))
    }

    @Test func aTableHasNamesWhereItsHeaderSaysSo() throws {
        try program.write("bare.csv", "size,amount,colour\n1,2,red\n")
        #expect(try program.run("elbo score m bare.csv").lines[0].hasPrefix("score,"))
        try program.write("empty.csv", "id,size,amount,colour\n")
        #expect(try program.run("elbo score m empty.csv").lines[0].hasPrefix("id,score,"))
    }

    @Test(arguments: ["score", "encode", "reconstruct"])
    func aColumnOfTheModelNamesNoRows(command: String) throws {
        let outcome = try program.run("elbo \(command) m data.csv --id size")
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("--id must be a column that is not one of the model's, not 'size'"))
    }

    @Test func aNamedColumnMustBeThere() throws {
        let outcome = try program.run("elbo score m data.csv --id key")
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors == "Error: data.csv: column 'key' is missing\n")
    }

    @Test func aRaggedRowKeepsItsName() throws {
        try program.write("ragged.csv", "id,size,amount,colour\na,1,2,red\nb,1,2\nc,1,2,red,4\n")
        let outcome = try program.run("elbo score m ragged.csv --on-error skip")
        #expect(outcome.lines.map { String($0.prefix { $0 != "," }) } == ["id", "a", "b", "c"])
    }
}
