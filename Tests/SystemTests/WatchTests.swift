import Foundation
import SystemPackage
import TestSupport
import Testing

extension System {
    /// Jobs, maps and rates to look at.
    @Suite struct Watching {
        @Test func jobsMapsAndRatesAreShownInEveryForm() throws {
            let folder = TemporaryFolder()
            let drive = try LoopDevice(folder, bytes: 4 << 20)
            let station = try TestStation(evidence: [drive.node])
            #expect(try station.json("watch")["jobs"].array.isEmpty)
            try drive.plugIn()
            try station.register(drive, as: "E1")
            #expect(try station.refusal("image", "map", "E1").contains("no finished image"))
            try #require(truncate(drive.file.string, 3 << 20) == 0)
            _ = try run("blockdev", ["--flushbufs", drive.node])
            let image = try station.image("E1")

            // One value; lines; a terminal, which is given back as it was.
            let watched = try station.json("watch")["jobs"][0]
            #expect(watched["job"]["state"].string == "finished")
            #expect(watched["job"]["image"]["image"].string == image["image"].string)
            let lines = try station.fengcun("watch", "--until-done")
            #expect(lines.status == 0)
            #expect(lines.output.split(separator: "\n").count == 1)
            #expect(lines.output.contains("2026-001/E1") && lines.output.contains("unreadable 1.0 MiB"))
            let program = try find("fengcun")
            let command =
                "stty rows 24 cols 80; before=$(stty -g); '\(program)' --socket '\(station.socket)' --lang zh watch"
                + " --until-done; [ \"$before\" = \"$(stty -g)\" ] && echo restored"
            let terminal = try run("script", ["-qec", command, "/dev/null"], environment: ["TERM": "xterm"])
            let screen = terminal.output
            #expect(screen.contains("\u{1B}[?1049h") && screen.contains("\u{1B}[?1049l") && screen.contains("\u{1B}[?25h"))
            #expect(screen.contains("restored"))
            #expect(screen.contains("不可读 1.0 MiB"))

            // The map: a quarter cannot be read.
            let map = try station.json("image", "map", "E1")
            #expect(map["finished"].bool == true)
            #expect(map["map"]["totals"]["bad"].int == 1 << 20)
            let cells = map["map"]["cells"].string
            #expect(cells.count { $0 == "-" } * 4 == cells.count)
            let drawn = try station.fengcun("image", "map", "E1", "--lang", "zh").output
            #expect(drawn.contains("- 无法读取：1048576 字节（1 MiB）"))
            let pictures = (map: folder("map.svg").string, rates: folder("rates.svg").string)
            try station.json("image", "map", "E1", "--svg", pictures.map)
            try station.json("image", "chart", "E1", "--svg", pictures.rates)
            for picture in [pictures.map, pictures.rates] {
                let outcome = try run("rsvg-convert", [picture, "-o", folder("picture.png").string])
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            #expect(try station.refusal("image", "map", "E1", "--svg", pictures.map).contains("map.svg"))

            // What was read stands in the rates, and the attachment in the record.
            let chart = try station.json("image", "chart", "E1")
            #expect(chart["buckets"].array.reduce(0) { $0 + $1["bytes"].int } == 3 << 20)
            let finished = try #require(
                station.json("ledger", "show").array.last { $0["act"].string == "acquisition.finished" })
            #expect(finished["blobs"].array.map { $0["type"].string } == ["errorMap", "rates"])
            #expect(try station.fengcun("image", "chart", "E1").output.contains("0 - 4.0 MiB"))
            try station.exportAndVerify()
        }
    }
}
