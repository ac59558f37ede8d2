import Files
import Testing

/// Models with other latents than one N(0, I), from the command line to its answers.
@Suite struct LatentModelTests {
    private let program: Program

    init() throws {
        program = try TrainedProgram.copy()
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2]
        let pixels = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 97 / 3) }
        try FileSystem.write(header + pixels, to: program.folder("images"))
    }

    private func train(_ flags: String) throws {
        let outcome = try program.run("elbo train images --output i --epochs 2 --hidden 4 --latent 2 \(flags)")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(
        arguments: [
            ("--prior mixture --components 3", "2", "mixture of 3 Gaussians"),
            ("--prior vamp --components 5 --top-latent 2", "2 below 2", "posteriors of 5 pseudo-inputs"),
            ("--prior flow --couplings 2 --importance-samples 3", "2", "flow of 2 couplings of 128 units"),
            ("--top-latent 3", "2 below 3", "N(0, I), and a network from the upper level to the lower"),
            ("--free-bits 0.1 --beta 2 --denoise 0.3", "2", "N(0, I)"),
        ])
    func everyKindIsTrainedAndAnswers(flags: String, latents: String, prior: String) throws {
        try train(flags)
        let inspected = try program.run("elbo check i && elbo inspect i")
        #expect(inspected.output.contains("latent      \(latents)\n"), "\(inspected.output)")
        #expect(inspected.output.contains("prior       \(prior)"))
        #expect(
            inspected.output.contains(
                "--prior \(flags.contains("--prior") ? String(flags.split(separator: " ")[1]) : "")")
                == flags.contains("--prior"))
        for command in ["score i images", "encode i images", "reconstruct i images", "sample i --count 40"] {
            let outcome = try program.run("elbo \(command)")
            #expect(outcome.status == 0 && outcome.lines.count == 41, "\(command): \(outcome.errors)")
        }
        let evaluated = try program.run("elbo evaluate i images --samples 100 --latents")
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        let bounds = ["NLL", "-IW-50", "-ELBO"].compactMap { name in
            evaluated.lines.first { $0.hasPrefix(name) }
                .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Double($0) }
        }
        #expect(bounds.count == 3)
        #expect(bounds == bounds.sorted(), "\(evaluated.output)")
    }

    @Test func theSameSeedGivesTheSameEvaluation() throws {
        try train("--prior flow")
        let command = "elbo evaluate i images --samples 20"
        let first = try program.run(command)
        #expect(try program.run(command).output == first.output)
        #expect(try program.run("\(command) --seed 2").output != first.output)
        #expect(try program.run("elbo evaluate m data.csv --samples 20").status == 0)
    }

    @Test(
        arguments: [
            ("sample i", "i is a plain autoencoder: it has no prior to sample from"),
            ("score i images --bound iw", "the model is a plain autoencoder, which has no density"),
            ("evaluate i images", "i is a plain autoencoder: it has no likelihood to evaluate"),
        ])
    func aPlainAutoencoderHasNoDensity(command: String, reason: String) throws {
        try train("--autoencoder")
        #expect(try program.run("elbo inspect i").output.contains("prior       none: a plain autoencoder"))
        let scores = try program.run("elbo score i images --format ndjson --rank elbo | head -1")
        #expect(scores.output.contains("\"kl\":0,"), "\(scores.output) \(scores.errors)")
        let codes = try program.run("elbo encode i images | tail -1")
        #expect(codes.output.hasSuffix(",0,0\n"), "\(codes.output)")
        let outcome = try program.run("elbo \(command)")
        #expect(outcome.status == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }

    @Test(
        arguments: [
            ("--components 3", "--components is for --prior mixture or vamp"),
            ("--prior mixture --couplings 3", "--couplings is for --prior flow"),
            ("--prior normal", "--prior must be standard, mixture, vamp or flow, not 'normal'"),
            ("--autoencoder --prior flow", "a deterministic code has neither a prior nor a second level"),
            ("--top-latent 2 --importance-samples 3", "importance samples must be 1 but for one level"),
            ("--prior mixture --free-bits 1", "free bits must be 0"),
            ("--denoise 1", "corruption must be at least 0 and below 1"),
            ("--latent 1 --prior flow", "needs at least 2"),
            ("--validation-data data.csv", "expected images of [2, 2]"),
        ])
    func refusesFlagsThatDoNotFit(flags: String, reason: String) throws {
        let outcome = try program.run("elbo train images --output i --epochs 1 --hidden 4 \(flags)")
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }

    @Test func imagesKeptApartValidate() throws {
        try train("--validation-data images")
        let inspected = try program.run("elbo inspect i").output
        #expect(inspected.contains("--validation-data images"))
        #expect(inspected.split(separator: "\n").count { $0.contains("data        images, 40 rows") } == 2)
    }
}
