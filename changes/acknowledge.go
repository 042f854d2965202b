package changes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Acknowledgement says that somebody has looked at some changes and wants them. It covers the changes of one class of
// one property of one resource, in the stacks that it names, as they were when it was written.
type Acknowledgement struct {
	// Stacks are ids in the assembly.
	Stacks []string `yaml:"stacks,flow"`
	// Resource and Property are as in Change, and may be empty as there.
	Resource string `yaml:"resource,omitempty"`
	Class    Class  `yaml:"class"`
	Property string `yaml:"property,omitempty"`
	// Digest of what the changes were before and are after. Another value for the same property needs another look.
	Digest string `yaml:"digest"`
	// Reason why the change is wanted, and what was done about its consequences.
	Reason string `yaml:"reason"`
}

// Verdict on changes and acknowledgements.
type Verdict struct {
	// Refused are the changes that nobody has acknowledged, the worst first.
	Refused []Change
	// Stale are what is wrong with acknowledgements, each with what to do.
	Stale []string
}

// Judge says which changes are refused, and which acknowledgements are no good: those that cover nothing, which would
// otherwise cover the next mistake, and those whose changes are not what they were.
func Judge(all []Change, acknowledged []Acknowledgement) Verdict {
	var v Verdict
	covered := make([]bool, len(all))
	for _, a := range acknowledged {
		var matched []Change
		var at []int
		for i, c := range all {
			if a.covers(c) {
				matched, at = append(matched, c), append(at, i)
			}
		}
		switch current := digestOf(matched); {
		case len(strings.TrimSpace(a.Reason)) < shortestReason:
			v.Stale = append(v.Stale, fmt.Sprintf("%s: give a reason that a reviewer can judge", a))
		case len(matched) == 0:
			v.Stale = append(v.Stale, fmt.Sprintf("%s: nothing of this kind changes; delete the entry", a))
		case a.Digest != current:
			v.Stale = append(v.Stale, fmt.Sprintf("%s: the change is not the one that was acknowledged; look again and set digest: %s", a, current))
		default:
			for _, stack := range a.Stacks {
				if !slices.ContainsFunc(matched, func(c Change) bool { return c.Stack == stack }) {
					v.Stale = append(v.Stale, fmt.Sprintf("%s: nothing of this kind changes in %s; take it out of stacks", a, stack))
				}
			}
			for _, i := range at {
				covered[i] = true
			}
		}
	}
	for i, c := range all {
		if c.Refused() && !covered[i] {
			v.Refused = append(v.Refused, c)
		}
	}
	return v
}

// shortestReason in characters; less says nothing.
const shortestReason = 20

func (a Acknowledgement) covers(c Change) bool {
	return slices.Contains(a.Stacks, c.Stack) && a.Resource == c.Resource && a.Class == c.Class && a.Property == c.Property
}

func (a Acknowledgement) String() string {
	return fmt.Sprintf("%s %s of %s in %s", a.Class, orDash(a.Property), orDash(a.Resource), strings.Join(a.Stacks, ", "))
}

func digestOf(all []Change) string {
	var lines []string
	for _, c := range all {
		lines = append(lines, strings.Join([]string{c.Stack, c.Severity.String(), c.Before, c.After, c.detail}, "\x00"))
	}
	slices.Sort(lines)
	return digest(strings.Join(slices.Compact(lines), "\n"))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// Suggest returns acknowledgements that would cover the changes, with a reason that is still to be written. Changes of
// several stacks that are otherwise the same share one.
func Suggest(refused []Change) []Acknowledgement {
	var all []Acknowledgement
	for _, c := range refused {
		i := slices.IndexFunc(all, func(a Acknowledgement) bool {
			return a.Resource == c.Resource && a.Class == c.Class && a.Property == c.Property
		})
		if i < 0 {
			i = len(all)
			all = append(all, Acknowledgement{Resource: c.Resource, Class: c.Class, Property: c.Property})
		}
		if !slices.Contains(all[i].Stacks, c.Stack) {
			all[i].Stacks = append(all[i].Stacks, c.Stack)
		}
	}
	for i, a := range all {
		all[i].Digest = digestOf(slices.DeleteFunc(slices.Clone(refused), func(c Change) bool { return !a.covers(c) }))
	}
	return all
}

// WriteAcknowledgements writes the entries as the YAML that ReadAcknowledgements reads.
func WriteAcknowledgements(w io.Writer, all []Acknowledgement) error {
	text, err := yaml.Marshal(all)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// ReadAcknowledgements reads a YAML list of acknowledgements. A member that is misspelt, an unknown class and an entry
// without stacks are errors, told with their place. A file that is empty or holds only comments has none.
func ReadAcknowledgements(path string) ([]Acknowledgement, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []Acknowledgement
	if err := yaml.NewDecoder(bytes.NewReader(content), yaml.DisallowUnknownField()).Decode(&all); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", path, yaml.FormatError(err, false, true))
	}
	for i, a := range all {
		switch {
		case !slices.Contains([]Class{Replacement, Removal, WidenedPrivilege, LostControl, PublicSurface}, a.Class):
			return nil, fmt.Errorf("%s: entry %d: class %q; use replacement, removal, widened-privilege, lost-control or public-surface", path, i+1, a.Class)
		case len(a.Stacks) == 0:
			return nil, fmt.Errorf("%s: entry %d: stacks is empty; name the stacks", path, i+1)
		}
	}
	return all, nil
}
