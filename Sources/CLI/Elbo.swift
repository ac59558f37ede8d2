import ArgumentParser

/// The command line's root.
@main
struct Elbo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "elbo",
        abstract: "Trains variational autoencoders and serves them over HTTP.",
        discussion: """
            Train a model on your own data, look at it, score new rows, and serve it:

              elbo train data.csv --output models/mine
              elbo inspect models/mine
              elbo score models/mine new.csv > scores.csv
              elbo serve --models models

            Then, from another terminal:

              curl localhost:8080/v1/models
              curl localhost:8080/v1/models/mine/score -d '{"records": [{"amount": 1.5, "country": "NL"}]}'

            Exit codes: 0 success, 1 the work failed, 64 the command line is wrong.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Train.self, Columns.self, Score.self, Encode.self, Decode.self, Reconstruct.self, Sample.self,
            Evaluate.self, Inspect.self, Check.self, Bench.self,
            Import.self, Export.self, Healthcheck.self, Token.self,
        ])
}

/// What `elbo --version` says.
enum Version {
    static let text = "0.1.0"
}
