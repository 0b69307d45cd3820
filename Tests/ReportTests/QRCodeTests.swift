import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("QR codes", .requiresCodeReader) struct QRCodeTests {
    @Test(
        "what zbar reads from the picture is what was put in", arguments: [1, 40, 500, 999, 1000, 1001, 2000, QRCode.byteLimit])
    func readByAnother(_ bytes: Int) throws {
        let text = String("封存 — station-1.example/fengcun+7e22f6d5 abc\n".utf8.count <= bytes ? "封存 — station\n" : "")
        let full = text + String(repeating: "aB3+/=\nzYx", count: 300).prefix(bytes - text.utf8.count)
        #expect(full.utf8.count == bytes)
        #expect(try read(try #require(QRCode(full)).svg) == full)
    }

    @Test("nothing, and more than fits, have no code")
    func limits() {
        #expect(QRCode("") == nil)
        #expect(QRCode(String(repeating: "a", count: QRCode.byteLimit + 1)) == nil)
    }

    @Test("the half blocks show the same modules, with the quiet zone")
    func halfBlocks() throws {
        let code = try #require(QRCode("封存"))
        let rows = code.halfBlocks.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        #expect(rows.count == (code.width + 2 * QRCode.quietZone + 1) / 2)
        for (line, row) in rows.enumerated() {
            #expect(row.count == code.width + 2 * QRCode.quietZone)
            for (column, character) in row.enumerated() {
                let place = (row: 2 * line - QRCode.quietZone, column: column - QRCode.quietZone)
                #expect("█▀".contains(character) == code.isDark(row: place.row, column: place.column))
                #expect("█▄".contains(character) == code.isDark(row: place.row + 1, column: place.column))
            }
        }
    }
}

/// What an independent reader sees in a picture.
func read(_ svg: String) throws -> String {
    let folder = TemporaryFolder()
    let (picture, image) = (try folder.write(svg.utf8, to: "code.svg"), folder("code.png"))
    let drawn = try run("rsvg-convert", ["--width", "1200", picture.string, "--output", image.string])
    try #require(drawn.status == 0, "\(drawn.errors)")
    let outcome = try run("zbarimg", ["--quiet", "--raw", "--oneshot", image.string])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
}
