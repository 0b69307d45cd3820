// Checks proofs with other people's code: golang.org/x/mod/sumdb/tlog computes the roots of a log that the tests know, too,
// and says whether each proof leads to them. Nothing here comes from this project.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run checkproofs.go STREAM LEAF...
//
// The log's leaf i is the record "entry i" for i below 1024 and for each LEAF that is named, and the record "ordinary"
// everywhere else. So it can be as large as one likes, and no two neighbours around a LEAF are the same.
//
// The stream holds one proof after the other: a byte 'I' (inclusion) or 'C' (consistency), the tree's size, the index of
// the entry or the size of the older tree, and the number of hashes, each in eight bytes, the highest first; then the hashes.
//
// Prints one line of counts and exits 0, or says which proof is wrong and exits 1.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

const small = 1024

type place struct {
	level int
	n     int64
}

// A sparse log: a tlog.HashReader that computes what it is asked for.
type sparse struct {
	special []int64
	plain   []tlog.Hash // of a complete subtree of ordinary leaves, by level
	known   map[place]tlog.Hash
	roots   map[int64]tlog.Hash
}

func (log *sparse) ordinary(level int) tlog.Hash {
	for len(log.plain) <= level {
		if len(log.plain) == 0 {
			log.plain = append(log.plain, tlog.RecordHash([]byte("ordinary")))
			continue
		}
		last := log.plain[len(log.plain)-1]
		log.plain = append(log.plain, tlog.NodeHash(last, last))
	}
	return log.plain[level]
}

func (log *sparse) node(at place) tlog.Hash {
	first, end := at.n<<at.level, (at.n+1)<<at.level
	special := first < small
	for _, leaf := range log.special {
		special = special || first <= leaf && leaf < end
	}
	if !special {
		return log.ordinary(at.level)
	}
	if hash, found := log.known[at]; found {
		return hash
	}
	var hash tlog.Hash
	if at.level == 0 {
		hash = tlog.RecordHash([]byte(fmt.Sprintf("entry %d", at.n)))
	} else {
		hash = tlog.NodeHash(log.node(place{at.level - 1, 2 * at.n}), log.node(place{at.level - 1, 2*at.n + 1}))
	}
	log.known[at] = hash
	return hash
}

func (log *sparse) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		hashes[i] = log.node(place{level, n})
	}
	return hashes, nil
}

func (log *sparse) root(size int64) tlog.Hash {
	root, found := log.roots[size]
	if !found {
		var err error
		if root, err = tlog.TreeHash(size, log); err != nil {
			fail("root of %d: %v", size, err)
		}
		log.roots[size] = root
	}
	return root
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "checkproofs: "+format+"\n", values...)
	os.Exit(1)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: checkproofs STREAM LEAF...")
		os.Exit(64)
	}
	log := &sparse{known: map[place]tlog.Hash{}, roots: map[int64]tlog.Hash{}}
	for _, text := range os.Args[2:] {
		leaf, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			fail("%v", err)
		}
		log.special = append(log.special, leaf)
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		fail("%v", err)
	}
	stream := bufio.NewReaderSize(file, 1<<20)
	inclusion, consistency := 0, 0
	for {
		kind, err := stream.ReadByte()
		if err == io.EOF {
			break
		}
		var head [3]uint64
		if err := binary.Read(stream, binary.BigEndian, &head); err != nil || head[2] > 63 {
			fail("the stream is cut off: %v", err)
		}
		size, other := int64(head[0]), int64(head[1])
		hashes := make([]tlog.Hash, head[2])
		for i := range hashes {
			if _, err := io.ReadFull(stream, hashes[i][:]); err != nil {
				fail("the stream is cut off: %v", err)
			}
		}
		switch kind {
		case 'I':
			leaf := log.node(place{0, other})
			if err := tlog.CheckRecord(hashes, size, log.root(size), other, leaf); err != nil {
				fail("entry %d of %d: %v", other, size, err)
			}
			inclusion++
		case 'C':
			if err := tlog.CheckTree(hashes, size, log.root(size), other, log.root(other)); err != nil {
				fail("tree %d in tree %d: %v", other, size, err)
			}
			consistency++
		default:
			fail("the stream holds something else")
		}
	}
	fmt.Printf("inclusion %d consistency %d\n", inclusion, consistency)
}
