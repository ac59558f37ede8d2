import Files
import Testing

/// Models that are told a label.
@Suite struct ConditionTests {
    private let program: Program

    init() throws {
        program = try Program()
        let labels = (0..<120).map { UInt8($0 % 2 == 0 ? 4 : 9) }
        let pixels = labels.enumerated().flatMap { row, label in
            (0..<4).map { (($0 < 2) == (label == 4) ? 220 : 20) + UInt8((row * 7 + $0) % 30) }
        }
        try FileSystem.write(
            [0, 0, 8, 3, 0, 0, 0, 120, 0, 0, 0, 2, 0, 0, 0, 2] + pixels, to: program.folder("images"))
        try FileSystem.write([0, 0, 8, 1, 0, 0, 0, 120] + labels, to: program.folder("labels"))
        try FileSystem.write([0, 0, 8, 1, 0, 0, 0, 1, 4], to: program.folder("one"))
    }

    private func train() throws {
        let outcome = try program.run(
            "elbo train images --labels labels --output m --epochs 60 --batch-size 16 --hidden 8 --latent 2 --learning-rate 0.01"
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func cells(_ line: Substring) -> [Double] { line.split(separator: ",").compactMap { Double($0) } }

    @Test func everyCommandIsToldTheLevel() throws {
        try train()
        #expect(try program.run("elbo inspect m").output.contains("condition   2 levels: 4, 9"))
        for (level, bright) in [("4", 0), ("9", 2)] {
            let samples = try program.run("elbo sample m --mean --count 2 --condition \(level)").lines.dropFirst()
            #expect(samples.count == 2)
            for line in samples { #expect(cells(line)[bright] > 0.6 && cells(line)[2 - bright] < 0.4, "\(line)") }
            try program.write("codes.csv", "a,b\n0,0\n")
            let decoded = try program.run("elbo decode m codes.csv --condition \(level)").lines
            #expect(cells(decoded[1])[bright] > 0.6)
        }
        let scores = try program.run("elbo score m images --labels labels").lines.dropFirst().map { cells($0)[0] }
        let fours = try program.run("elbo score m images --condition 4").lines.dropFirst().map { cells($0)[0] }
        #expect(scores.count == 120 && fours.count == 120)
        for row in 0..<120 {
            // A nine that is said to be a four is strange.
            #expect(row % 2 == 0 ? scores[row] == fours[row] : scores[row] < fours[row], "\(row)")
        }
        #expect(try program.run("elbo encode m images --labels labels").lines.count == 121)
        let reconstructed = try program.run("elbo reconstruct m images --labels labels")
        #expect(reconstructed.lines.count == 121)
        #expect(try program.run("elbo evaluate m images --labels labels --samples 20 --few-samples 5").status == 0)
        #expect(try program.run("elbo sample m --condition 4 --format png --output s.png").status == 0)
        let png = "elbo reconstruct m images --labels labels --format png --count 5 --output r.png"
        #expect(try program.run(png).status == 0)
        #expect(try program.run("elbo bench m --seconds 0.01 --workers 1,2").output.contains("m on 2 threads"))
        #expect(try program.run("elbo check m").status == 0)
    }

    @Test func refusesWhatDoesNotFit() throws {
        try train()
        let cases = [
            ("elbo sample m", "the model is conditional: give --condition, one of 4, 9"),
            ("elbo score m images", "the model is conditional"),
            ("elbo evaluate m images --samples 9 --few-samples 3", "the model is conditional"),
            ("elbo sample m --condition 5", "the model knows no level '5'; known: 4, 9"),
            ("elbo score m images --labels one", "labels of shape [1]; expected [120], one for each image"),
            ("elbo score m images --labels one --condition 4", "--condition and --labels exclude each other"),
            ("printf 'a,b,c,d\\n0,1,1,0\\n' | elbo score m - --labels labels", "--labels is for IDX images"),
            ("elbo train images --labels one --output n", "one for each image"),
            ("elbo train images --labels labels --prior vamp --output n", "a vamp prior has no labels"),
            ("elbo train images --labels labels --validation-data images --output n", "needs --validation-labels"),
            ("elbo train images --condition x --output n", "--condition is for tables"),
        ]
        for (command, message) in cases {
            let outcome = try program.run(command)
            #expect(outcome.status != 0 && outcome.errors.contains(message), "\(command): \(outcome.errors)")
        }
        try program.run("elbo train images --output plain --epochs 1 --hidden 4 --latent 2")
        #expect(
            try program.run("elbo sample plain --condition 4").errors.contains("the model has no condition"))
    }

    @Test func recordsOfATableHoldTheirLevel() throws {
        let lines = (0..<200).map {
            "\($0 % 2 == 0 ? 10 + Double($0 % 9) / 9 : Double($0 % 7) / 7),\($0 % 2),\($0 % 5)"
        }
        try program.write("t.csv", (["x,kind,y"] + lines).joined(separator: "\n") + "\n")
        let outcome = try program.run(
            "elbo train t.csv --condition kind --output t --epochs 20 --hidden 8 --latent 2 --likelihood gaussian")
        try #require(outcome.status == 0, "\(outcome.errors)")
        #expect(try program.run("elbo inspect t").output.contains("condition   2 levels of column 'kind': 0, 1"))
        let scores = try program.run("elbo score t t.csv")
        #expect(scores.lines.count == 201, "\(scores.errors)")
        try program.write("bare.csv", "x,y\n10,1\n")
        let told = try program.run("elbo score t bare.csv --condition 0").lines
        try program.write("own.csv", "kind,x,y\n0,10,1\n")
        #expect(try program.run("elbo score t own.csv").lines == told)
        #expect(try program.run("elbo score t own.csv --condition 0").lines == told)
        #expect(try program.run("elbo score t own.csv --condition 1").lines != told)
        #expect(try program.run("elbo score t bare.csv").errors.contains("column 'kind' is missing"))
        try program.write("bad.ndjson", "{\"x\":1,\"y\":2,\"kind\":0}\n{\"x\":1,\"y\":2,\"kind\":5}\n")
        let bad = try program.run("elbo score t bad.ndjson")
        #expect(bad.errors.contains("row 2 (line 2), column 'kind': training did not see the level; it saw 0, 1"))
        let skipped = try program.run("elbo score t bad.ndjson --on-error skip --contributions --format ndjson").lines
        #expect(skipped.count == 2 && skipped[1].contains("\"unknown_condition\""), "\(skipped)")
        #expect(try program.run("elbo sample t --condition 1 --count 3").lines.count == 4)
        #expect(try program.run("elbo sample t").errors.contains("the model is conditional"))
        #expect(try program.run("elbo reconstruct t own.csv --format ndjson").status == 0)
        #expect(try program.run("elbo evaluate t t.csv --samples 9 --few-samples 3").status == 0)
    }
}
