package judges

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Cache keeps verdicts that left nothing open, by content: the judge with its identity, and the template's bytes and region.
// It can be deleted at any time. What cannot be read counts as not there.
type Cache struct {
	// Directory is made when it is needed.
	Directory string
}

func (c Cache) file(judge, identity string, t Template) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q %d\n", judge, identity, t.Region, len(t.Text))
	sum.Write(t.Text)
	return filepath.Join(c.Directory, hex.EncodeToString(sum.Sum(nil))+".json")
}

// verdict is what a file of the cache holds. The judge's name is there for people who look.
type verdict struct {
	Judge    string
	Findings []Finding
}

// Load returns the findings of an earlier verdict, all of them answered then.
func (c Cache) Load(judge, identity string, t Template) ([]Finding, bool) {
	text, err := os.ReadFile(c.file(judge, identity, t))
	if err != nil {
		return nil, false
	}
	var kept verdict
	if err := json.Unmarshal(text, &kept); err != nil || kept.Judge != judge {
		return nil, false
	}
	for i := range kept.Findings {
		kept.Findings[i].Template = t.Name
	}
	return kept.Findings, true
}

// Store keeps a verdict. The caller has seen that every finding is answered.
func (c Cache) Store(judge, identity string, t Template, findings []Finding) error {
	text, err := json.Marshal(verdict{judge, findings})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Directory, 0o755); err != nil {
		return err
	}
	// A whole file appears at once, so that another run never reads half of one.
	part, err := os.CreateTemp(c.Directory, "part-")
	if err != nil {
		return err
	}
	_, err = part.Write(text)
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(part.Name(), c.file(judge, identity, t))
	}
	if err != nil {
		os.Remove(part.Name())
	}
	return err
}
