package decisions_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	every  = flag.Int("mutants", 150, "ask about one mutant in this many; 1 for all, which takes some minutes")
	accept = flag.Bool("accept-survivors", false, "with -mutants 1: write the list of survivors anew")
)

// survivorsFile lists the mutants that no row notices: work to be done, or faults that change nothing because another
// layer refuses the same requests.
const survivorsFile = "testdata/survivors.txt"

func knownSurvivors(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(survivorsFile)
	if err != nil && !*accept {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool { return line == "" || strings.HasPrefix(line, "#") })
}

// A fault in a policy that no row notices means that the statement is not proven. The list of those only gets shorter:
// a new survivor fails, and so does one that is noticed after all.
func TestMutantsAreNoticed(t *testing.T) {
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	outcomes := slices.Concat(writtenOutcomes(t), generatedOutcomes(t))
	mutants := w.Mutants()
	if len(mutants) < 300 {
		t.Fatalf("only %d mutants", len(mutants))
	}
	known, start := knownSurvivors(t), time.Now()
	var asked int
	var survivors []string
	for i := 0; i < len(mutants); i += *every {
		by, err := mutants[i].Notice(simulator(t), i, outcomes)
		if err != nil {
			t.Fatal(err)
		}
		asked++
		name := mutants[i].String()
		switch isKnown := slices.Contains(known, name); {
		case by == nil:
			survivors = append(survivors, name)
			if !isKnown && !*accept {
				t.Errorf("no row notices: %s", name)
			}
		case isKnown && !*accept:
			t.Errorf("%s is noticed now; take it off %s", name, survivorsFile)
		}
	}
	t.Logf("%d of %d mutants asked about in %s: %d noticed, %d not", asked, len(mutants), time.Since(start).Round(time.Second), asked-len(survivors), len(survivors))
	if *accept && *every == 1 {
		slices.Sort(survivors)
		text := "# Faults in policies that no row notices. Written by: go test ./decisions -run Mutants -args -mutants 1 -accept-survivors\n" +
			strings.Join(survivors, "\n") + "\n"
		if err := os.WriteFile(survivorsFile, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
