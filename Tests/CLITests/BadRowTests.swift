import Testing

@Suite struct BadRowTests {
    private let program: Program

    init() throws {
        program = try TrainedProgram.copy()
    }

    /// Row 3 has a word for a number.
    private let table = "size,amount,colour\n1,2,red\n2,3,green\n3,many,red\n4,5,red\n"

    @Test func stopsBehindWhatWasGood() throws {
        try program.write("bad.csv", table)
        let outcome = try program.run("elbo score m bad.csv")
        #expect(outcome.status == 1)
        #expect(outcome.lines.count == 3, "the header and two rows")
        #expect(outcome.errors == "Error: bad.csv: row 3 (line 4), column 'amount': expected a number, got 'many'\n")
    }

    @Test func reportsSkippedRowsInTheirPlace() throws {
        try program.write("bad.csv", table)
        let outcome = try program.run("elbo score m bad.csv --on-error skip")
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == 5)
        #expect(outcome.lines[0].hasSuffix(",anomaly,error"))
        #expect(outcome.lines[3] == ",,,,,,,,\"row 3 (line 4), column 'amount': expected a number, got 'many'\"")
        #expect(outcome.errors.contains("4 rows in "))
        #expect(outcome.errors.contains(", 1 bad row"))
        let lines = try program.run("elbo score m bad.csv --on-error skip --format ndjson").lines
        #expect(
            lines[2]
                == #"{"row":3,"error":{"code":"not_a_number","message":"column 'amount': expected a number, got 'many'","#
                + #""line":4,"column":"amount","expected":"a number","got":"many"}}"#
        )
    }

    @Test func theOthersAreScoredAsIfAlone() throws {
        try program.write("bad.csv", table)
        try program.write("good.csv", "size,amount,colour\n1,2,red\n2,3,green\n4,5,red\n")
        let skipped = try program.run("elbo score m bad.csv --on-error skip").lines.filter { !$0.hasPrefix(",,") }
        let good = try program.run("elbo score m good.csv").lines
        #expect(skipped.dropFirst().map { $0.dropLast() } == good.dropFirst().map { $0 })
    }

    /// What stops a table or a text, and how many rows come before.
    static let faults: [(input: String, rowsBefore: Int, message: String)] = [
        ("size,amount,colour\n1,2,red\n1,2\n", 1, "row 2 (line 3), expected 3 fields, got 2"),
        ("size,amount,colour\n1,2,red\n1,2,red,4\n", 1, "row 2 (line 3), expected 3 fields, got 4"),
        ("size,amount,colour\n1,2,red\n1,2,\"red\n", 1, "line 3: the quoted field that begins here never ends"),
        ("size,amount,colour\n1,2,red\n1,2,r\"ed\n", 1, "line 3: a quote within a field that does not begin with one"),
        ("size,amount,colour\n1,2,red\n1,2,\"r\"ed\n", 1, "line 3: text behind a closing quote"),
        ("size,amount,colour\n1,2,red\n,2,red\n", 1, "row 2 (line 3), column 'size': the value is missing"),
        ("size,amount,colour\n1,1e999,red\n", 0, "row 1 (line 2), column 'amount': 1e999 is too large"),
        ("size,amount,colour\n1,18.,red\n", 0, "row 1 (line 2), column 'amount': expected a number, got '18.'"),
        ("size,amount,colour\n1,0x10,red\n", 0, "row 1 (line 2), column 'amount': expected a number, got '0x10'"),
        ("size,amount,colour\n\"1\n2\",3,red\n", 0, "row 1 (line 2), column 'size': expected a number, got '1\n2'"),
        ("{\"size\":1,\"colour\":\"red\"}\n{\"size\":1\n", 1, "row 2 (line 2), "),
        ("{\"size\":1,\"colour\":\"red\"}\n{\"colour\":\"red\"}\n", 1, "row 2 (line 2), column 'size' is missing"),
        ("{\"size\":1,\"colour\":\"red\",\"x\":2}\n", 0, "row 1 (line 1), unknown column 'x'"),
        ("{\"size\":1,\"size\":1}\n", 0, "row 1 (line 1), the document: the key \"size\" appears twice"),
        ("{\"size\":\"1\"}\n", 0, "row 1 (line 1), column 'size': expected a number, got '1'"),
        ("[null,\"red\",1]\n[1,\"red\"]\n", 1, "row 2 (line 2), expected 3 values, got 2"),
        ("{\"size\":1,\"colour\":\"red\"}\n\n7\n", 1, "row 2 (line 3), expected an object or an array, got a number"),
    ]

    @Test(arguments: faults.indices)
    func namesTheRow(index: Int) throws {
        let fault = Self.faults[index]
        try program.write("bad", fault.input)
        let outcome = try program.run("elbo score m bad")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("Error: bad: \(fault.message)"), "\(outcome.errors)")
        #expect(outcome.lines.count == 1 + fault.rowsBefore)
    }

    /// What is wrong with all of an input, and with no row.
    static let refusals: [(command: String, message: String)] = [
        ("printf 'a,b\\n1,2\\n' | elbo score m -", "standard input: unknown column 'a'"),
        ("printf 'size,colour,size\\n' | elbo score m -", "standard input: columns 1 and 3 have the same name"),
        ("printf 'amount\\n' | elbo score m -", "standard input: column 'colour' is missing"),
        ("printf '' | elbo score m -", "standard input: the table is empty"),
        ("gzip -c data.csv | head -c 500 | elbo score m -", "standard input: the gzip data ends too early"),
        ("elbo score m nothing.csv", "nothing.csv: cannot open"),
        ("elbo score m data.csv --alpha 0.00001", "--alpha: a false alarm rate of 1e-05 is too small"),
        ("elbo score m data.csv --alpha 0.1 --samples 3", "--alpha and --threshold: the model is calibrated for"),
        ("elbo score nowhere data.csv", "cannot load nowhere"),
    ]

    @Test(arguments: refusals.indices)
    func refusesWhatFitsNothing(index: Int) throws {
        let outcome = try program.run(Self.refusals[index].command)
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("Error: \(Self.refusals[index].message)"), "\(outcome.errors)")
    }

    @Test(arguments: [
        "--alpha 2", "--alpha 0.1 --threshold 3", "--rank nonsense", "--bound iw --contributions", "--samples -1",
        "--format xml", "--on-error ignore", "--input-format yaml",
    ])
    func refusesAWrongCommandLine(options: String) throws {
        let outcome = try program.run("elbo score m data.csv \(options)")
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
    }

    /// Bad rows everywhere in a table of many chunks: none is lost, none moves.
    @Test func dropsNoRow() throws {
        let rows = (1...3_000).map { $0 % 7 == 0 ? "\($0),x,red,\($0)" : "\($0 % 50),2,red,\($0)" }
        try program.write("many.csv", "size,amount,colour,id\n" + rows.joined(separator: "\n") + "\n")
        let outcome = try program.run("elbo score m many.csv --on-error skip")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("3,000 rows in "))
        #expect(outcome.errors.contains(", 428 bad rows"))
        let misplaced = outcome.lines.dropFirst().enumerated().filter { i, line in
            let fault = "row \(i + 1) (line \(i + 2)), column 'amount'"
            return !line.hasPrefix("\(i + 1),") || line.contains(fault) != ((i + 1) % 7 == 0)
        }
        #expect(misplaced.map(\.offset) == [])
        #expect(outcome.lines.count == 3_001)
    }
}
