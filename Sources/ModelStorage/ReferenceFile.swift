import Files
import Kernels
import Safetensors
import Tensors
import VAE

/// `calibration.safetensors`: what scores are measured by.
enum ReferenceFile {
    static let name = "calibration.safetensors"

    static func bytes(_ reference: ScoreReference) -> [UInt8] {
        switch reference {
        case .table(let reference): bytes(reference)
        case .vectors(let reference):
            SafetensorsWriter.bytes(tensors: [
                "median_score": .float64(Tensor(fitting: [1], [reference.medianScore])),
                "calibration_parts": .float64(tensor(reference.calibrationParts)),
            ])
        }
    }

    private static func bytes(_ reference: TableReference) -> [UInt8] {
        let usual = reference.usual
        return SafetensorsWriter.bytes(tensors: [
            "neighbours": .float32(
                Tensor(fitting: [usual.neighbours.rows, usual.neighbours.columns], usual.neighbours.values)),
            "cells": .float64(tensor(usual.cells)),
            "median_score": .float64(Tensor(fitting: [1], [usual.medianScore])),
            "scale_parts": .float64(tensor(reference.scaleParts)),
            "calibration_parts": .float64(tensor(reference.calibrationParts)),
        ])
    }

    /// What `model.json` says of the file, so that one of another model or a damaged one is noticed.
    static func digest(_ bytes: [UInt8]) -> String {
        var digest = SHA256()
        digest.update(bytes)
        return digest.hexadecimal()
    }

    private static func tensor(_ matrix: Matrix<Double>) -> Tensor<Double> {
        Tensor(fitting: [matrix.rows, matrix.columns], matrix.values)
    }

    /// - Parameters:
    ///   - width: of a coded row; nil where rows are plain vectors.
    ///   - architecture: of the model, whose rows may hold their level behind them.
    static func read(
        _ file: SafetensorsFile, width: Int?, _ architecture: Architecture? = nil
    ) throws(ModelStorageError) -> ScoreReference {
        if let width { return .table(try readTable(file, width: width, architecture)) }
        return .vectors(
            VectorReference(
                medianScore: try matrix(file, "median_score", columns: nil)[0],
                calibrationParts: try matrix(file, "calibration_parts", columns: Ranking.vectorParts.count)))
    }

    private static func readTable(
        _ file: SafetensorsFile, width: Int, _ architecture: Architecture?
    ) throws(ModelStorageError) -> TableReference {
        let rowWidth = architecture?.rowDimension ?? width
        let parts = Ranking.parts.count
        let median = try matrix(file, "median_score", columns: nil)
        let neighbours: Tensor<Float>
        do {
            neighbours = try file.float32("neighbours")
        } catch {
            throw .tensors(file: name, error)
        }
        guard neighbours.shape.count == 2, neighbours.shape[1] == rowWidth, neighbours.shape[0] > 0 else {
            throw .referenceShape(tensor: "neighbours", expected: [1, rowWidth], got: neighbours.shape)
        }
        // NaN stands for an empty cell; nothing else that is no number is a code.
        if let place = neighbours.elements.firstIndex(where: { $0.isInfinite }) {
            throw .referenceNotFinite(tensor: "neighbours", row: place / rowWidth, column: place % rowWidth)
        }
        let rows = Matrix(neighbours.elements, rows: neighbours.shape[0], columns: rowWidth)
        if let row = architecture?.firstRowWithoutLevel(rows) {
            throw .noLevel(file: name, tensor: "neighbours", row: row, got: "\(rows[row, rowWidth - 1])")
        }
        let usual = UsualRows(
            neighbours: rows,
            cells: try matrix(file, "cells", columns: width + 1, rows: 2), medianScore: median[0])
        return TableReference(
            usual: usual, scaleParts: try matrix(file, "scale_parts", columns: parts),
            calibrationParts: try matrix(file, "calibration_parts", columns: parts))
    }

    private static func matrix(
        _ file: SafetensorsFile, _ tensor: String, columns: Int?, rows: Int? = nil
    ) throws(ModelStorageError) -> Matrix<Double> {
        let found: Tensor<Double>
        do {
            found = try file.float64(tensor)
        } catch {
            throw .tensors(file: name, error)
        }
        let shape = columns == nil ? [1] + found.shape : found.shape
        guard shape.count == 2, shape[0] > 0, shape[1] > 0, shape[1] == columns ?? 1, shape[0] == rows ?? shape[0]
        else { throw .referenceShape(tensor: tensor, expected: [rows ?? 1, columns ?? 1], got: found.shape) }
        let matrix = Matrix(found.elements, rows: shape[0], columns: shape[1])
        if let place = matrix.firstNonFinite() {
            throw .referenceNotFinite(tensor: tensor, row: place / shape[1], column: place % shape[1])
        }
        return matrix
    }
}
