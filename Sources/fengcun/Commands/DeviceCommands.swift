import ArgumentParser
import Control

struct StatusCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: say("Show the state of the station.", "显示台站状态。"))

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(ControlPath.status, as: StatusView.self)) { status in
            var form = Form()
            form.add(say("station", "台站"), status.origin)
            form.add(say("version", "版本"), status.version)
            form.add(say("verifier key", "验证公钥"), status.verifierKey)
            form.add(say("entries", "台账条数"), "\(status.entries)")
            form.add(say("media attached", "已接入介质"), "\(status.media)")
            form.add(say("jobs running", "进行中的任务"), "\(status.running)")
            form.add(say("jobs queued", "排队的任务"), "\(status.queued)")
            form.add(say("jobs paused", "暂停的任务"), "\(status.paused)")
            form.add(say("your right", "您的权限"), status.role)
            return form.text
        }
    }
}

struct DevicesCommand: StationCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: say("List the attached evidence disks.", "列出已接入的检材磁盘。"))

    @Flag(help: ArgumentHelp(say("Also list system disks and others that are not evidence.", "同时列出系统盘和其他非检材磁盘。")))
    var all = false

    @OptionGroup var global: GlobalOptions

    func execute(_ client: ControlClient) async throws {
        try show(try await client.get(ControlPath.devices + (all ? "?all=true" : ""), as: [DeviceView].self)) { devices in
            guard !devices.isEmpty else { return say("no evidence disk is attached", "没有接入检材磁盘") }
            var table = Table(
                say("DEVICE", "设备"), say("MAKE", "品牌"), say("MODEL", "型号"), say("SERIAL", "序列号"), say("CAPACITY", "容量"),
                say("BUS", "总线"), say("READ-ONLY", "写保护"), say("STATE", "状态"), say("EXHIBIT", "检材"))
            for device in devices {
                let exhibit = device.exhibit.map { "\(device.caseNumber ?? "")/\($0)" }
                table.add(
                    device.device, device.make, device.model, device.serial, size(device.capacity), device.bus,
                    yes(device.readOnly), device.state.words, exhibit)
            }
            return table.text + devices.flatMap(Self.remarks).map { "\n" + $0 }.joined()
        }
    }

    /// What somebody must know who is going to image a disk: what it hides, locks, encrypts, and who contradicts it.
    private static func remarks(_ device: DeviceView) -> [String] {
        var remarks: [String] = []
        for hidden in device.disk?.hidden ?? [] {
            let length = hidden.bytes.map { size($0) } ?? say("an unknown amount", "长度不明")
            remarks.append(say("hides \(length) (\(hidden.area))", "隐藏区域 \(length)（\(hidden.area)）"))
        }
        if device.disk?.security?.contains("locked") == true {
            remarks.append(say("is locked by an ATA password", "已被 ATA 密码锁定"))
        }
        if device.disk?.selfEncryption?.locked == true {
            remarks.append(say("encrypts itself and is locked (TCG)", "自加密硬盘，处于锁定状态（TCG）"))
        }
        if let health = device.health, health.passed == false || !health.faults.isEmpty {
            remarks.append(say("is not healthy: \(health.words)", "健康状况异常：\(health.words)"))
        }
        for hint in device.encryption ?? [] {
            let place = hint.partition.map { say("partition \($0)", "分区 \($0)") } ?? say("the disk", "整盘")
            remarks.append(say("\(place) looks encrypted: \(hint.sign)", "\(place)疑似加密：\(hint.sign)"))
        }
        for difference in device.differences ?? [] {
            remarks.append(
                say(
                    "\(difference.member): the disk says \(difference.disk), its connection says \(difference.reported)",
                    "\(difference.member)：硬盘自述为 \(difference.disk)，接口报告为 \(difference.reported)"))
        }
        remarks += (device.labelDifferences ?? []).map(\.words)
        return remarks.map { "\(device.device): \($0)" }
    }
}
