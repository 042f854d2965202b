package deployment

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Report is what the emulator made of templates.
type Report struct {
	// created and declared resources by type.
	created, declared map[string]int
	// right and wrong properties by type and property.
	right, wrong map[string]int
}

// NewReport makes an empty report.
func NewReport() Report {
	return Report{map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}}
}

// Add adds a stack: which resources exist, and which properties are read back as the template gives them.
func (r Report) Add(d Deployed) error {
	for _, id := range slices.Sorted(maps.Keys(d.View.Resources)) {
		kind := d.View.Resources[id].Type
		r.declared[kind]++
		if _, ok := d.Physical[id]; !ok {
			continue
		}
		r.created[kind]++
		same, err := d.Compare(id)
		if err != nil {
			return err
		}
		for property, ok := range same {
			if ok {
				r.right[kind+" "+property]++
			} else {
				r.wrong[kind+" "+property]++
			}
		}
	}
	return nil
}

// Skipped are the types of which the emulator created none, in alphabetical order.
func (r Report) Skipped() []string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(r.declared)) {
		if r.created[kind] == 0 {
			out = append(out, kind)
		}
	}
	return out
}

// Incomplete are the types of which the emulator created some and not all.
func (r Report) Incomplete() []string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(r.declared)) {
		if r.created[kind] > 0 && r.created[kind] < r.declared[kind] {
			out = append(out, fmt.Sprintf("%s: %d of %d", kind, r.created[kind], r.declared[kind]))
		}
	}
	return out
}

// Kinds tells of each type whether it is created, and of each property that is read back whether it is as the template says.
// It holds no numbers, so that it changes only when there is something to know.
func (r Report) Kinds() string {
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(r.declared)) {
		verdict := "created"
		if r.created[kind] == 0 {
			verdict = "skipped"
		}
		fmt.Fprintf(&b, "%-8s %s\n", verdict, kind)
	}
	for _, property := range slices.Sorted(maps.Keys(merged(r.right, r.wrong))) {
		verdict := "right"
		switch {
		case r.right[property] == 0:
			verdict = "wrong"
		case r.wrong[property] > 0:
			verdict = "partly"
		}
		fmt.Fprintf(&b, "%-8s %s\n", verdict, property)
	}
	return b.String()
}

// Summary is the same with numbers, for people.
func (r Report) Summary() string {
	var b strings.Builder
	created, declared := 0, 0
	for _, kind := range slices.Sorted(maps.Keys(r.declared)) {
		created, declared = created+r.created[kind], declared+r.declared[kind]
		fmt.Fprintf(&b, "%4d of %4d created  %s\n", r.created[kind], r.declared[kind], kind)
	}
	for _, property := range slices.Sorted(maps.Keys(merged(r.right, r.wrong))) {
		fmt.Fprintf(&b, "%4d of %4d as in the template  %s\n", r.right[property], r.right[property]+r.wrong[property], property)
	}
	skipped := len(r.Skipped())
	fmt.Fprintf(&b, "%d of %d resources created; %d of %d types skipped\n", created, declared, skipped, len(r.declared))
	return b.String()
}

func merged(a, b map[string]int) map[string]int {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
