package canaries

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/judges"
)

var each = flag.Int("judged", 8, "ask the judges about one fault in this many; 1 for all, which takes some minutes")

// judgedFile says of each fault which judges that others wrote notice it.
const judgedFile = "testdata/judged.txt"

// Judges that others wrote know nothing of this project, so what they notice of its faults shows what they are worth here,
// and a judge that stops noticing has changed.
func TestJudgesNoticeFaults(t *testing.T) {
	all, err := scenes()
	if err != nil {
		t.Fatal(err)
	}
	faults := sampled(t)
	directory := t.TempDir()
	clean := map[string]judges.Template{}
	for name, s := range all {
		clean[name] = asTemplate(t, directory, name, s.stack)
	}
	var spoilt []judges.Template
	for i, f := range faults {
		stack, err := f.Apply(all[f.In].stack)
		if err != nil {
			t.Fatal(err)
		}
		spoilt = append(spoilt, asTemplate(t, directory, fmt.Sprintf("fault-%d", i), stack))
	}
	noticed := map[string][]string{}
	var names []string
	for _, j := range judges.All("..") {
		if why := j.Missing(); why != "" {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s: %s", j.Name(), why)
			}
			t.Skipf("%s: %s; make judges installs it", j.Name(), why)
		}
		names = append(names, j.Name())
		before, after := count(t, j, []judges.Template{clean["environment"], clean["shared"], clean["index"]}), count(t, j, spoilt)
		for i, f := range faults {
			if rules := more(before[clean[f.In].Name], after[spoilt[i].Name]); rules != "" {
				noticed[f.Name] = append(noticed[f.Name], j.Name()+": "+rules)
			}
		}
	}
	var lines []string
	for _, f := range faults {
		what := strings.Join(noticed[f.Name], "; ")
		if what == "" {
			what = "none of them"
		}
		lines = append(lines, fmt.Sprintf("%s | %s | %s\n", f.Control, f.Name, what))
	}
	compare(t, judgedFile, lines, *each == 1)
	t.Logf("%v notice %d of %d faults", names, len(noticed), len(faults))
}

// sampled are the faults that the judges are asked about.
func sampled(t *testing.T) []Fault {
	t.Helper()
	faults, err := Faults()
	if err != nil {
		t.Fatal(err)
	}
	var some []Fault
	for i := 0; i < len(faults); i += *each {
		some = append(some, faults[i])
	}
	return some
}

func asTemplate(t *testing.T, directory, name string, s inventory.Stack) judges.Template {
	t.Helper()
	text, err := json.MarshalIndent(s.Template, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(directory, name+".template.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return judges.Template{Name: name, File: file, Region: region, Text: text, Resources: s.Template.Resources}
}

// count counts findings by template and rule.
func count(t *testing.T, j judges.Judge, templates []judges.Template) map[string]map[string]int {
	t.Helper()
	findings, err := j.Judge(context.Background(), templates)
	if err != nil {
		t.Fatalf("%s: %v", j.Name(), err)
	}
	all := map[string]map[string]int{}
	for _, f := range findings {
		if all[f.Template] == nil {
			all[f.Template] = map[string]int{}
		}
		rule, _, _ := strings.Cut(f.Rule, "[")
		all[f.Template][rule]++
	}
	return all
}

// more names the rules with more findings than before.
func more(before, after map[string]int) string {
	var rules []string
	for rule, n := range after {
		if n > before[rule] {
			rules = append(rules, rule)
		}
	}
	slices.Sort(rules)
	return strings.Join(rules, " ")
}
