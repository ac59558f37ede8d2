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

    /// Three images of four pixels.
    @Test func imagesStayImages() throws {
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2]
        let pixels = (0..<160).map { UInt8(truncatingIfNeeded: $0 * 97 / 3) }
        try FileSystem.write(header + pixels, to: program.folder("images"))
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
}
