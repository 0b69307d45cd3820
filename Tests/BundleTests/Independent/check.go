// Checks an exported bundle with other people's code: golang.org/x/mod/sumdb/note opens the checkpoint, and
// golang.org/x/mod/sumdb/tlog reads the tiles and proves every entry. Nothing here comes from this project.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run check.go BUNDLE [PROOFFILE...]
//
// (Debian packages golang-go and golang-golang-x-mod-dev.) Prints one line of counts and exits 0, or says what is
// wrong and exits 1.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // of a C2SP tile: 256 hashes

// A bundle is the exported folder.
type bundle struct {
	folder   string
	verifier note.Verifiers
	name     string
	tree     tlog.Tree
	entries  [][]byte
	hashes   []tlog.Hash // by tlog's storage index, each authenticated against tree by tlog.TileHashReader
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: check BUNDLE [PROOFFILE...]")
		os.Exit(64)
	}
	counts, err := check(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
	fmt.Println(counts)
}

func check(folder string, proofs []string) (string, error) {
	b := &bundle{folder: folder}
	if err := b.open(); err != nil {
		return "", err
	}
	files, err := b.checkFiles()
	if err != nil {
		return "", err
	}
	if err := b.readEntries(); err != nil {
		return "", err
	}
	if err := b.readHashes(); err != nil {
		return "", err
	}
	if err := b.proveEntries(); err != nil {
		return "", err
	}
	consistent, err := b.proveTrees()
	if err != nil {
		return "", err
	}
	for _, name := range proofs {
		if err := b.checkProof(name); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	}
	return fmt.Sprintf("size %d files %d inclusion %d consistency %d proofs %d",
		b.tree.N, files, len(b.entries), consistent, len(proofs)), nil
}

// open reads the verifier key and the checkpoint.
func (b *bundle) open() error {
	data, err := os.ReadFile(filepath.Join(b.folder, "verifier-key"))
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(data), "\n"))
	if err != nil {
		return fmt.Errorf("verifier-key: %w", err)
	}
	b.name, b.verifier = verifier.Name(), note.VerifierList(verifier)
	if data, err = os.ReadFile(filepath.Join(b.folder, "checkpoint")); err != nil {
		return err
	}
	if b.tree, err = b.openCheckpoint(data); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// openCheckpoint verifies a checkpoint of this log and returns what it commits to.
func (b *bundle) openCheckpoint(data []byte) (tlog.Tree, error) {
	opened, err := note.Open(data, b.verifier)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != b.name {
		return tlog.Tree{}, fmt.Errorf("not the lines %q, size, root", b.name)
	}
	size, err := parseDecimal(lines[1])
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := parseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// checkFiles compares the files under tile/ with those that this size has, by tlog's own names.
func (b *bundle) checkFiles() (int, error) {
	expected := map[string]bool{}
	for level := 0; b.tree.N>>(height*level) > 0; level++ {
		for n, left := int64(0), b.tree.N>>(height*level); left > 0; n, left = n+1, left-1<<height {
			tile := tlog.Tile{H: height, L: level, N: n, W: 1 << height}
			if left < 1<<height {
				tile.W = int(left)
			}
			expected[tilePath(tile)] = true
			if level == 0 {
				tile.L = -1
				expected[tilePath(tile)] = true
			}
			if len(expected) > 1<<20 {
				return 0, errors.New("checkpoint: too many entries for a folder")
			}
		}
	}
	found := 0
	err := filepath.WalkDir(filepath.Join(b.folder, "tile"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(b.folder, path)
		if err == nil && (!expected[filepath.ToSlash(name)] || !entry.Type().IsRegular()) {
			err = fmt.Errorf("%s: no tile of a log of %d entries", name, b.tree.N)
		}
		found++
		return err
	})
	if err == nil && found != len(expected) {
		err = fmt.Errorf("tile: %d files and not %d", found, len(expected))
	}
	return found, err
}

// readEntries splits the entry bundles.
func (b *bundle) readEntries() error {
	for n := int64(0); n<<height < b.tree.N; n++ {
		tile := tlog.Tile{H: height, L: -1, N: n, W: 1 << height}
		if left := b.tree.N - n<<height; left < 1<<height {
			tile.W = int(left)
		}
		data, err := os.ReadFile(filepath.Join(b.folder, tilePath(tile)))
		if err != nil {
			return err
		}
		for i := 0; i < tile.W; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s: ends within entry %d", tilePath(tile), len(b.entries))
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			b.entries, data = append(b.entries, data[2:end]), data[end:]
		}
		if len(data) > 0 {
			return fmt.Errorf("%s: %d bytes after the last entry", tilePath(tile), len(data))
		}
	}
	return nil
}

// readHashes has tlog read every hash of the tree from the tiles, which authenticates each against the checkpoint's root.
func (b *bundle) readHashes() error {
	indexes := make([]int64, tlog.StoredHashCount(b.tree.N))
	for i := range indexes {
		indexes[i] = int64(i)
	}
	hashes, err := tlog.TileHashReader(b.tree, tiles(b.folder)).ReadHashes(indexes)
	if err != nil {
		return fmt.Errorf("tile: %w", err)
	}
	b.hashes = hashes
	return nil
}

// ReadHashes makes the bundle a tlog.HashReader over what readHashes authenticated.
func (b *bundle) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(b.hashes)) {
			return nil, fmt.Errorf("hash %d is outside the tree", index)
		}
		hashes[i] = b.hashes[index]
	}
	return hashes, nil
}

// proveEntries proves every entry to be in the tree, and checks what the entry says of the tree before it.
func (b *bundle) proveEntries() error {
	for i, entry := range b.entries {
		index := int64(i)
		proof, err := tlog.ProveRecord(b.tree.N, index, b)
		if err == nil {
			err = tlog.CheckRecord(proof, b.tree.N, b.tree.Hash, index, tlog.RecordHash(entry))
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		var says struct {
			Version int64 `json:"v"`
			Seq     int64 `json:"seq"`
			Tree    struct {
				Size int64  `json:"size"`
				Root string `json:"root"`
			} `json:"tree"`
		}
		if err := json.Unmarshal(entry, &says); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		before, err := b.rootOf(index)
		if err != nil {
			return err
		}
		if says.Version != 1 || says.Seq != index || says.Tree.Size != index || says.Tree.Root != before.String() {
			return fmt.Errorf("entry %d: says %+v and follows the root %v", index, says, before)
		}
	}
	return nil
}

// proveTrees proves that the tree extends smaller ones, and returns of how many it did.
func (b *bundle) proveTrees() (int, error) {
	sizes := map[int64]bool{1: true, b.tree.N: true, b.tree.N - 1: true, b.tree.N / 2: true, b.tree.N / 3: true}
	for power := int64(1); power <= b.tree.N; power *= 2 {
		sizes[power-1], sizes[power], sizes[power+1] = true, true, true
	}
	proved := 0
	for size := range sizes {
		if size < 1 || size > b.tree.N {
			continue
		}
		root, err := b.rootOf(size)
		if err != nil {
			return 0, err
		}
		if err := b.proveExtends(tlog.Tree{N: size, Hash: root}); err != nil {
			return 0, err
		}
		proved++
	}
	return proved, nil
}

// proveExtends proves that the bundle's tree extends an older one.
func (b *bundle) proveExtends(older tlog.Tree) error {
	proof, err := tlog.ProveTree(b.tree.N, older.N, b)
	if err == nil {
		err = tlog.CheckTree(proof, b.tree.N, b.tree.Hash, older.N, older.Hash)
	}
	if err != nil {
		return fmt.Errorf("consistency of sizes %d and %d: %w", older.N, b.tree.N, err)
	}
	return nil
}

// rootOf returns the root over the first size entries.
func (b *bundle) rootOf(size int64) (tlog.Hash, error) {
	if size == 0 { // SHA-256 of nothing (RFC 6962), for which older versions of tlog return zeros
		return parseHash("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
	}
	return tlog.TreeHash(size, b)
}

// checkProof checks a proof file (c2sp.org/tlog-proof@v1) of an entry of this bundle.
func (b *bundle) checkProof(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(data, []byte("\n\n"))
	if !found {
		return errors.New("no blank line before a checkpoint")
	}
	lines := strings.Split(string(head), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("first line %q", lines[0])
	}
	lines = lines[1:]
	var extra []byte // what the station puts here is the entry itself
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if extra, err = parseBase64(lines[0][len("extra "):]); err != nil {
			return err
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("no index line")
	}
	index, err := parseDecimal(lines[0][len("index "):])
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := parseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := b.openCheckpoint(checkpoint)
	if err != nil {
		return err
	}
	if index >= int64(len(b.entries)) || index >= tree.N {
		return fmt.Errorf("no entry %d", index)
	}
	if extra != nil && !bytes.Equal(extra, b.entries[index]) {
		return fmt.Errorf("its extra line is not entry %d", index)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(b.entries[index])); err != nil {
		return err
	}
	if tree.N > b.tree.N {
		return fmt.Errorf("its checkpoint of %d entries is newer than the bundle's", tree.N)
	}
	return b.proveExtends(tree)
}

// tiles reads hash tiles from a bundle's folder.
type tiles string

func (folder tiles) Height() int { return height }

func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(folder), tilePath(tile)))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes and not %d", tilePath(tile), len(data), tile.W*tlog.HashSize)
		}
		read[i] = data
	}
	return read, nil
}

func (folder tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// tilePath is the path that C2SP gives a tile: tlog's without the height, and with "entries" for "data".
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	if tile.L < 0 {
		path = "entries" + strings.TrimPrefix(path, "data")
	}
	return "tile/" + path
}

// parseDecimal reads a number without sign or leading zeros.
func parseDecimal(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return n, nil
}

func parseHash(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	data, err := parseBase64(text)
	if err != nil {
		return hash, err
	}
	if len(data) != tlog.HashSize {
		return hash, fmt.Errorf("%q is not a hash", text)
	}
	copy(hash[:], data)
	return hash, nil
}

// parseBase64 reads base64 in its canonical spelling.
func parseBase64(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(data) != text {
		return nil, fmt.Errorf("%q is not canonical base64", text)
	}
	return data, nil
}
