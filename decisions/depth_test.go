package decisions_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/decisions"
)

var update = flag.Bool("update", false, "write the record of which controls refuse each request anew")

// depthFile says of each denied request of a hand-written row which controls refuse it: request | who asks | controls.
const depthFile = "testdata/depth.txt"

// A request that two controls refuse is still denied when one of them is lost. The record shows that loss.
func TestDepthOfDefence(t *testing.T) {
	var now strings.Builder
	outcomes := slices.Concat(writtenOutcomes(t), added(t))
	if err := decisions.WriteDepth(&now, outcomes); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(depthFile, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(depthFile)
	if err != nil {
		t.Fatal(err)
	}
	old, current := lines(string(before)), lines(now.String())
	for line := range old {
		if !current[line] {
			t.Errorf("no longer so: %s", line)
		}
	}
	for line := range current {
		if !old[line] {
			t.Errorf("not on record: %s", line)
		}
	}
	if t.Failed() {
		t.Logf("if that is meant: go test ./decisions -run Depth -args -update")
	}
	layers := map[int]int{}
	for _, o := range outcomes {
		if o.Row.Expect == "deny" {
			layers[len(o.RefusedBy())]++
		}
	}
	t.Logf("requests by the number of controls that refuse them: %v", layers)
}

func lines(text string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(text) {
		set[line] = true
	}
	return set
}
