package decisions_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/secureml/environments/decisions"
)

var every = flag.Int("mutants", 150, "ask about one mutant in this many; 1 for all, which takes some minutes")

// equivalentFile lists the mutants that change nothing, each with the reason: "mutant | reason".
const equivalentFile = "testdata/equivalent.txt"

func equivalents(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(equivalentFile)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		mutant, reason, ok := strings.Cut(line, " | ")
		if !ok || reason == "" {
			t.Fatalf("%s: no reason: %s", equivalentFile, line)
		}
		reasons[mutant] = reason
	}
	return reasons
}

// A fault in a policy that no row notices means that the statement is not proven, unless the fault changes nothing.
func TestMutantsAreNoticed(t *testing.T) {
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	checkMutants(t, w.Mutants(), slices.Concat(writtenOutcomes(t), generatedOutcomes(t)), 1000)
}

// asked counts the mutants that the simulator was given, because it knows each by a number.
var asked int

// checkMutants asks about one mutant in every, of at least so many.
func checkMutants(t *testing.T, mutants []decisions.Mutant, outcomes []decisions.Outcome, atLeast int) {
	t.Helper()
	if len(mutants) < atLeast {
		t.Fatalf("only %d mutants", len(mutants))
	}
	equivalent, start := equivalents(t), time.Now()
	count, survived := 0, 0
	for i := 0; i < len(mutants); i += *every {
		asked++
		by, err := mutants[i].Notice(simulator(t), asked, outcomes)
		if err != nil {
			t.Fatal(err)
		}
		count++
		name := mutants[i].String()
		_, known := equivalent[name]
		switch {
		case by == nil && !known:
			t.Errorf("no row notices: %s", name)
		case by != nil && known:
			t.Errorf("%s says that this changes nothing: %s\n%s", equivalentFile, name, by.Explain())
		case by == nil:
			survived++
		}
	}
	t.Logf("%d of %d mutants asked about in %s: %d change nothing, for a reason", count, len(mutants), time.Since(start).Round(time.Second), survived)
}

// A reason for a mutant that is gone would hide the next of that name.
func TestEquivalentMutantsExist(t *testing.T) {
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	exist := map[string]bool{}
	for _, m := range slices.Concat(w.Mutants(), inOrganization(t).OrganizationMutants()) {
		exist[m.String()] = true
	}
	for name := range equivalents(t) {
		if !exist[name] {
			t.Errorf("%s: there is no such mutant: %s", equivalentFile, name)
		}
	}
}
