import DataFiles
import Inference
import JSON
import Pictures
import RecordIO
import Records

/// Why an input is not answered to its end.
package enum BulkError: Error, Equatable {
    case data(DataFileError)
    /// The columns of the input are not the model's.
    case columns(RecordError)
    /// A bad record where none is skipped.
    case fault(RowFault)
    /// The model has no answer for a record; records count from 1.
    case noAnswer(row: Int)
    case answer(JSONError)
    case imageSize(expected: Int, got: Int)
    /// A picture, where the model is of something else.
    case noImages
    /// A table where only images make a picture.
    case notImages
    /// An image, where codes are expected.
    case pictureOfCodes
    /// The first bytes of standard input cannot be looked at twice.
    case pictureFromStandardInput
    case picture(PNGError)
    case condition(LevelError)
    case pictureTooLarge(images: Int)
}

extension BulkError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .data(let error): "\(error)"
        case .columns(.wrongWidth(let expected, let got)): "a table of \(got) columns; the model takes \(expected)"
        case .columns(let error): "\(error)"
        case .fault(let fault): "\(fault)"
        case .noAnswer(let row): "row \(row): the answer is not finite; the record is far outside the training data"
        case .answer(let error): "\(error)"
        case .imageSize(let expected, let got): "images of \(got) pixels; the model takes \(expected)"
        case .noImages: "the model is not of grey or coloured images"
        case .notImages: "a picture is made of IDX images or of a PNG, and this is neither"
        case .pictureOfCodes: "a PNG, which holds no codes; they come as a table or NDJSON"
        case .pictureFromStandardInput: "images come from a file, not from standard input"
        case .picture(let error): "\(error)"
        case .condition(let error): "\(error)"
        case .pictureTooLarge(let images):
            "\(images) images make a picture of more than \(PictureSize.longestSide) pixels a side; lower --count or --scale"
        }
    }
}
