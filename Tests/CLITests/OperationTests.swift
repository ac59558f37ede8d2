import Files
import Pictures
import Testing

@Suite struct OperationTests {
    private let program: Program

    init() throws {
        program = try TrainedProgram.copy()
    }

    @Test func codesGoThereAndBack() throws {
        let codes = try program.run("elbo encode m data.csv | tee all.csv | cut -d, -f1,2 >codes.csv; cat all.csv")
        #expect(codes.lines[0] == "mu_0,mu_1,sigma_0,sigma_1")
        #expect(codes.lines.count == TrainedProgram.rows + 1)
        let means = try program.run("elbo decode m codes.csv")
        #expect(means.status == 0, "\(means.errors)")
        #expect(means.lines[0] == TrainedProgram.header)
        #expect(means.lines.count == TrainedProgram.rows + 1)
        let arrays = try program.run("tail -n +2 codes.csv | sed 's/.*/[&]/' | elbo decode m -")
        #expect(arrays.output == means.output)
    }

    @Test func refusesCodesOfAnotherWidth() throws {
        let outcome = try program.run("printf 'a,b,c\\n1,2,3\\n' | elbo decode m -")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "Error: standard input: a table of 3 columns; the model takes 2\n")
    }

    @Test func repairsFillEmptyCells() throws {
        let outcome = try program.run("printf 'size,colour\\n3,red\\n' | elbo reconstruct m -")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let cells = outcome.lines[1].split(separator: ",", omittingEmptySubsequences: false)
        #expect(outcome.lines[0] == TrainedProgram.header)
        #expect(Double(cells[0]) != nil)
        #expect(cells[1...] == ["red", "3"])
    }

    @Test func samplesDependOnTheirPlaceOnly() throws {
        let all = try program.run("elbo sample m --count 300 --seed 3")
        #expect(all.lines[0] == TrainedProgram.header)
        #expect(all.lines.count == 301)
        let some = try program.run("elbo sample m --count 100 --seed 3 --offset 200")
        #expect(some.lines.dropFirst() == all.lines[201...])
        #expect(try program.run("elbo sample m --mean --format ndjson").output.hasPrefix("{\"mean\":{\"amount\":"))
    }

    /// Forty images of four pixels.
    private func writeImages() throws {
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2]
        try FileSystem.write(header + Self.pixels, to: program.folder("images"))
    }

    private static let pixels = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 97 / 3) }

    /// Those images, and `i`, a model of them.
    private func trainImages() throws {
        try writeImages()
        let trained = try program.run("elbo train images --output i --epochs 1 --hidden 4 --latent 2 2>/dev/null")
        #expect(trained.status == 0)
    }

    @Test func aPictureIsARow() throws {
        try trainImages()
        let first = Picture(width: 2, height: 2, channels: 1, pixels: Array(Self.pixels.prefix(4)))
        try FileSystem.write(first.png(), to: program.folder("a.png"))
        for command in ["score", "encode", "reconstruct"] {
            let row = try program.run("elbo \(command) i a.png")
            #expect(row.status == 0, "\(row.errors)")
            #expect(try row.output == program.run("elbo \(command) i images | head -2").output)
        }
        try FileSystem.write(Array(first.png().dropLast()), to: program.folder("b.png"))
        #expect(try program.run("elbo score i b.png").errors == "Error: b.png: PNG: it ends too early\n")
        #expect(try program.run("elbo score m a.png").errors.contains("the model is not of grey or coloured images"))
        #expect(try program.run("elbo train a.png --output j").errors.contains("a PNG is one image"))
    }

    @Test func answersMakePictures() throws {
        try trainImages()
        func picture(_ command: String) throws -> Picture {
            let outcome = try program.run("elbo \(command) >p.png && elbo \(command) --output q.png && cmp p.png q.png")
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try Picture(png: FileSystem.read(program.folder("p.png")))
        }
        let samples = try picture("sample i --mean --format png --scale 3")
        #expect(samples.width == 8 * 8 - 2 && samples.height == 8 * 8 - 2)
        let means = try program.run("elbo sample i --mean --count 1 | tail -1").output.dropLast()
        let bytes = means.split(separator: ",").map { UInt8((Float($0) ?? 0) * 255 + 0.5) }
        let corners: [Int] = [0, 3, 186, 189]
        #expect(corners.map { samples.pixels[$0] } == bytes)
        let pairs = try picture("reconstruct i images --format png --count 2")
        #expect(pairs.width == 6 && pairs.height == 6)
        let upper: [Int] = [0, 1, 4, 5, 6, 7, 10, 11], of: [Int] = [0, 1, 4, 5, 2, 3, 6, 7]
        #expect(upper.map { pairs.pixels[$0] } == of.map { Self.pixels[$0] })
    }

    @Test(arguments: [
        ("score i images --format png", 64, "--format png is for 'elbo reconstruct' and 'elbo sample'"),
        ("reconstruct i images --scale 2", 64, "--scale is for --format png"),
        ("reconstruct i images --count 2", 64, "--count is for --format png"),
        ("sample i --output x", 64, "--output is for --format png"),
        ("sample i --format png --scale 17", 64, "--scale must be from 1 to 16, not 17"),
        ("sample i --format png --count 0", 64, "--count must be 1 or more, not 0"),
        ("sample i --format png --count 9000000", 1, "lower --count or --scale"),
        ("sample m --format png", 1, "the model is not of grey or coloured images"),
        ("reconstruct i data.csv --format png", 1, "data.csv: a picture is made of IDX images or of a PNG"),
    ])
    func refusesPictures(_ command: String, _ status: Int32, _ reason: String) throws {
        try trainImages()
        let outcome = try program.run("elbo \(command)")
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func imagesStayImages() throws {
        try trainImages()
        let images = try program.run("gzip -k images && elbo score i images.gz")
        #expect(images.lines.count == 41, "\(images.errors)")
        #expect(images.lines[0] == "score,reconstruction,kl,std_error,anomaly_score,p_value,percentile,anomaly")
        try program.write("pixels.csv", "id,a,b,c,d\n7,0,0.5,1,1\n8,0,0,0,2\n")
        let table = try program.run("elbo score i pixels.csv --id id --on-error skip")
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.lines[2] == "8,,,,,,,,,\"row 2 (line 3), column 'd': expected a number from 0 to 1, got 2.0\"")
        #expect(try program.run("elbo score i images --contributions").status == 1)
        #expect(try program.run("elbo train images --output j --hide 0.1").status == 64)
        #expect(try program.run("elbo score m images").errors.contains("images of 4 pixels; the model takes 3"))
    }

    /// From pixels to every answer, for each likelihood of grey ones.
    @Test(arguments: [
        ("continuous_bernoulli", "continuous Bernoulli", "log2 256"),
        (
            "discretized_logistic", "discretised logistic, 256 levels, scale learned for each column",
            "(nats / (4 ln 2))\n"
        ),
        ("discretized_logistic --sigma per_record", "scale of each cell from the decoder", "(nats / (4 ln 2))\n"),
        ("gaussian --sigma shared", "Gaussian, one σ learned for all columns", "log2 256"),
    ])
    func greyImages(flags: String, name: String, unit: String) throws {
        try writeImages()
        let trained = try program.run(
            "elbo train images --output i --epochs 2 --hidden 4 --latent 2 --likelihood \(flags)")
        #expect(trained.status == 0 && trained.output.contains(" bits/dim) at epoch"), "\(trained.errors)")
        #expect(trained.errors.contains(" bits/dim)  "))
        let inspected = try program.run("elbo inspect i").output
        #expect(
            inspected.contains(name) && inspected.contains("bits_per_dim") && inspected.contains(unit), "\(inspected)")
        let scores = try program.run("elbo score i images")
        #expect(scores.lines.count == 41 && scores.errors.contains(" bits/dim)"), "\(scores.errors)")
        for command in [
            "elbo reconstruct i images", "elbo encode i images | cut -d, -f1,2 | elbo decode i -",
            "elbo sample i --count 40", "elbo sample i --count 40 --mean",
        ] {
            let answers = try program.run(command)
            #expect(answers.status == 0 && answers.lines.count >= 41, "\(command) \(answers.errors)")
            let cells = answers.lines.dropFirst().flatMap { $0.split(separator: ",").map { Double($0) } }
            #expect(cells.allSatisfy { $0?.isFinite == true }, "\(command)")
            guard !flags.hasPrefix("gaussian") else { continue }
            #expect(cells.allSatisfy { $0.map { $0 >= 0 && $0 <= 1 } == true }, "\(command)")
        }
        try program.write("pixels.csv", "a,b,c,d\n0,0.5,1,1\n0,0,0,2\n")
        let refused = try program.run("elbo score i pixels.csv --on-error skip")
        let complaint = "row 2 (line 3), column 'd': expected a number from 0 to 1, got 2.0"
        #expect(refused.output.contains(complaint) == !flags.hasPrefix("gaussian"), "\(refused.output)")
    }

    @Test(arguments: [
        ("--likelihood discretized_logistic --sigma 0.1", "learned or per_record"),
        ("--likelihood discretized_logistic --sigma-floor 0.001", "0.001953125"),
        ("--likelihood gaussian --sigma per_record", "a number, learned or shared"),
        ("--likelihood continuous_bernoulli --sigma 1", "left out"),
        ("--likelihood gaussian --sigma wide", "--sigma must be"), ("--likelihood poisson", "continuous_bernoulli"),
    ])
    func refusesLikelihoodsThatImagesDoNotHave(flags: String, message: String) throws {
        try writeImages()
        let outcome = try program.run("elbo train images --output j \(flags)")
        #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
    }
}
