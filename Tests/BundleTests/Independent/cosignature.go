// Checks a cosigned checkpoint with golang.org/x/mod/sumdb/note and a verifier for cosignature/v1, written from
// c2sp.org/tlog-cosignature alone.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run cosignature.go NOTE LOGKEY WITNESSKEY...
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// witness verifies signatures of type 0x04.
type witness struct {
	name string
	key  ed25519.PublicKey
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.key...))
	return binary.BigEndian.Uint32(sum[:4])
}

func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(w.key, append([]byte(head), msg...), sig[8:])
}

func check(file, log string, witnesses []string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(log)
	if err != nil {
		return err
	}
	known := []note.Verifier{verifier}
	for _, vkey := range witnesses {
		parts := strings.SplitN(vkey, "+", 3)
		if len(parts) != 3 {
			return fmt.Errorf("%q is no verifier key", vkey)
		}
		key, err := base64.StdEncoding.DecodeString(parts[2])
		if err != nil || len(key) != 33 || key[0] != 4 {
			return fmt.Errorf("%q is no key of a witness", vkey)
		}
		w := witness{parts[0], key[1:]}
		if fmt.Sprintf("%08x", w.KeyHash()) != parts[1] {
			return fmt.Errorf("%q has another id", vkey)
		}
		known = append(known, w)
	}
	opened, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != len(known) || len(opened.UnverifiedSigs) != 0 {
		return fmt.Errorf("%d signatures verify, %d do not; %d were expected", len(opened.Sigs), len(opened.UnverifiedSigs), len(known))
	}
	fmt.Println("all", len(known), "signatures verify")
	return nil
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: cosignature.go NOTE LOGKEY WITNESSKEY...")
		os.Exit(64)
	}
	if err := check(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "cosignature:", err)
		os.Exit(1)
	}
}
