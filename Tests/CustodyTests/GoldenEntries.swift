@testable import Custody

/// The bytes of an entry of each kind. They are compared as text: what changes here changes the format of the ledger.
enum GoldenEntries {
    // swift-format-ignore
    static let text: [String: String] = [
        "station.started": #"""
            {"act":"station.started","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"evidencePatterns":["/dev/loop*"],"tool":{"host":"h","kernel":"Linux 6.1","libraries":{"openssl":"OpenSSL 3.0.17","sqlite":"3.40.1"},"name":"fengcund","version":"0.1.0"},"verifierKey":"s+00000000+AQ=="},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "station.stopped": #"""
            {"act":"station.stopped","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"reason":"SIGTERM"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "access.refused": #"""
            {"act":"access.refused","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"count":3,"first":"1970-01-01T00:00:00.000000Z","last":"2026-11-22T05:30:00.123456Z","requests":["POST /v1/cases"],"uid":1000,"user":"mallory"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.attached": #"""
            {"act":"medium.attached","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"description":{"bus":"usb","capacity":1000204886016,"diskSequence":9,"firmware":"1.0","logicalSectorSize":512,"make":"ACME","model":"Disk 9","partitionTable":"gpt","partitions":[{"length":512,"number":1,"offset":1048576}],"physicalSectorSize":4096,"removable":true,"serial":"S/N 1","udev":{"DEVPATH":"/x","ID_BUS":"usb"},"wwn":"0x5000"},"device":"/dev/sdb","evidence":"pattern /dev/sd*","foundAtStart":false,"medium":"m-c6b1b38b7a9e6c13","protection":{"problem":"no","readOnlyBefore":false,"state":{"discardRequests":0,"flushRequests":1,"readOnly":true,"writeRequests":0}},"sample":{"blocks":16,"sha256":"ab","uniform":false}},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.detached": #"""
            {"act":"medium.detached","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"device":"/dev/sdb","medium":"m-c6b1b38b7a9e6c13","observed":true,"protection":{"discardRequests":0,"flushRequests":1,"readOnly":true,"writeRequests":0}},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.attached-while-sealed": #"""
            {"act":"medium.attached-while-sealed","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"device":"/dev/sdb","medium":"m-c6b1b38b7a9e6c13","sealNumber":"F-1"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.protection-lost": #"""
            {"act":"medium.protection-lost","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"device":"/dev/sdb","medium":"m-c6b1b38b7a9e6c13","problem":"p","state":{"discardRequests":0,"flushRequests":1,"readOnly":true,"writeRequests":0}},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "case.opened": #"""
            {"act":"case.opened","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"cause":"非法控制计算机信息系统","note":"\"quoted\" \\ /","number":"2026-001","unit":"示例检察院"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.registered": #"""
            {"act":"medium.registered","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"custodian":"保管员","description":{"bus":"usb","capacity":1000204886016,"diskSequence":9,"firmware":"1.0","logicalSectorSize":512,"make":"ACME","model":"Disk 9","partitionTable":"gpt","partitions":[{"length":512,"number":1,"offset":1048576}],"physicalSectorSize":4096,"removable":true,"serial":"S/N 1","udev":{"DEVPATH":"/x","ID_BUS":"usb"},"wwn":"0x5000"},"device":"/dev/sdb","exhibit":{"case":"2026-001","number":"E1"},"label":{"capacity":"1 TB","make":"甲","model":"乙","owner":"丁","serial":"丙"},"location":"证物室 3 柜","medium":"m-c6b1b38b7a9e6c13","note":"n","sample":{"blocks":16,"sha256":"ab","uniform":false}},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "acquisition.started": #"""
            {"act":"acquisition.started","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"acquisition":"a-0","algorithms":["sha256","md5"],"capacity":1024,"device":"/dev/sdb","exhibit":{"case":"2026-001","number":"E1"},"image":"/d/x.dd","medium":"m-c6b1b38b7a9e6c13","parameters":{"buffers":"16","read":"O_DIRECT"},"protection":{"discardRequests":0,"flushRequests":1,"readOnly":true,"writeRequests":0},"sectorSize":512,"tool":{"host":"h","kernel":"Linux 6.1","libraries":{"openssl":"OpenSSL 3.0.17","sqlite":"3.40.1"},"name":"fengcund","version":"0.1.0"}},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "acquisition.finished": #"""
            {"act":"acquisition.finished","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"acquisition":"a-0","bytes":1024,"digests":{"md5":"01","sha256":"02","sm3":"03"},"exhibit":{"case":"2026-001","number":"E1"},"finishedAt":"2026-11-22T05:30:00.123456Z","image":"/d/x.dd","medium":"m-c6b1b38b7a9e6c13","protection":{"discardRequests":0,"flushRequests":1,"readOnly":true,"writeRequests":0},"startedAt":"1970-01-01T00:00:00.000000Z","unreadable":[{"length":512,"offset":512}],"unreadableBytes":512},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "acquisition.ended": #"""
            {"act":"acquisition.ended","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"acquisition":"a-0","exhibit":{"case":"2026-001","number":"E1"},"medium":"m-c6b1b38b7a9e6c13","outcome":"failed","partial":"/d/x.dd.partial","reason":"r"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "population.fixed": #"""
            {"act":"population.fixed","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"members":[3,5,6],"note":"n","population":"P1","what":"同型号服务器的镜像"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "sample.drawn": #"""
            {"act":"sample.drawn","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"algorithm":"fengcun-sample-v1","bound":1,"confidence":95,"fixed":4,"members":[6,3],"method":"m","population":"P1","reason":"r","root":"cm9vdA=="},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "sample.checked": #"""
            {"act":"sample.checked","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"draw":5,"isGood":true,"member":6,"population":"P1","what":"w"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "image.verified": #"""
            {"act":"image.verified","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"acquisition":"a-0","bytes":1024,"digests":{"md5":"01"},"exhibit":{"case":"2026-001","number":"E1"},"finishedAt":"2026-11-22T05:30:00.123456Z","image":"/d/x.dd","matches":false,"problem":"p","reading":"direct","startedAt":"1970-01-01T00:00:00.000000Z"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.sealed": #"""
            {"act":"medium.sealed","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"exhibit":{"case":"2026-001","number":"E1"},"method":"防拆封条","note":"n","number":"F-1","place":"p","present":["甲","乙"]},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.unsealed": #"""
            {"act":"medium.unsealed","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"condition":"broken","exhibit":{"case":"2026-001","number":"E1"},"note":"n","number":"F-1","place":"p","present":["甲"],"reason":"r"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "ledger.exported": #"""
            {"act":"ledger.exported","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"destination":"/mnt/bundle"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "act.signed": #"""
            {"act":"act.signed","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"entry":5,"manner":"cms","person":"赵六","reason":"r","role":"witness","signers":["CN=赵六"],"trustedByStation":false},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "checkpoint.timestamped": #"""
            {"act":"checkpoint.timestamped","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"accuracy":1000000,"authority":"TSA","imprint":"sm3","root":"cm9vdA==","serial":"01","size":5,"time":"2026-11-22T05:30:00.123456Z"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "checkpoint.cosigned": #"""
            {"act":"checkpoint.cosigned","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"cosigners":[{"key":"w+01020304+A","time":1700000000}],"root":"cm9vdA==","size":5},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "witness.disputed": #"""
            {"act":"witness.disputed","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"answer":"409","knownSize":9,"size":5,"witness":"w"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "clock.stepped": #"""
            {"act":"clock.stepped","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"count":1,"from":"1970-01-01T00:00:00.000000Z","largest":-2,"occasion":"running","to":"2026-11-22T05:30:00.123456Z"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "key.rotated": #"""
            {"act":"key.rotated","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"compromisedSince":"1970-01-01T00:00:00.000000Z","new":"s+1+B","old":"s+0+A","reason":"r","statement":"text"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "ledger.backed-up": #"""
            {"act":"ledger.backed-up","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"destination":"/mnt/backup","root":"cm9vdA==","size":7},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "ledger.restored": #"""
            {"act":"ledger.restored","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"anchoredSize":9,"person":"王五","reason":"r","root":"cm9vdA==","size":5},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "ledger.damaged": #"""
            {"act":"ledger.damaged","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"count":2,"faults":["f"]},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
        "medium.transferred": #"""
            {"act":"medium.transferred","actor":{"kind":"operator","person":"王五","uid":1000,"user":"wang"},"blobs":[],"body":{"exhibit":{"case":"2026-001","number":"E1"},"from":"甲","location":"柜","note":"n","place":"p","present":["丙"],"reason":"r","seal":"intact","sealNumber":"F-1","to":"乙"},"boot":"b0","case":"2026-001","clockSynchronised":true,"monotonic":12345,"seq":7,"subjects":["exhibit:2026-001/E1","medium:m-c6b1b38b7a9e6c13"],"time":"2026-11-22T05:30:00.123456Z","tree":{"root":"cm9vdA==","size":7},"v":1}
            """#,
    ]
}
