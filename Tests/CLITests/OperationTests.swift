import Files
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
        let pixels = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 97 / 3) }
        try FileSystem.write(header + pixels, to: program.folder("images"))
    }

    @Test func imagesStayImages() throws {
        try writeImages()
        let trained = try program.run("elbo train images --output i --epochs 1 --hidden 4 --latent 2 2>/dev/null")
        #expect(trained.status == 0)
        let images = try program.run("gzip -k images && elbo score i images.gz")
        #expect(images.lines.count == 41, "\(images.errors)")
        #expect(images.lines[0] == "score,reconstruction,kl,std_error")
        try program.write("pixels.csv", "id,a,b,c,d\n7,0,0.5,1,1\n8,0,0,0,2\n")
        let table = try program.run("elbo score i pixels.csv --id id --on-error skip")
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.lines[2] == "8,,,,,\"row 2 (line 3), column 'd': expected a number from 0 to 1, got 2.0\"")
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
