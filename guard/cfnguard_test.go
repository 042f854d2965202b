package guard_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/secureml/environments/guard"
	"github.com/secureml/environments/judges"
)

// cfnGuardTemplates names a folder of templates to compare on, besides the canaries.
const cfnGuardTemplates = "SECUREML_CFN_GUARD_TEMPLATES"

// TestCfnGuardAgrees evaluates every canary by the pinned cfn-guard too: each rule must have the same outcome for each
// template, and report the same resources. It is skipped where make judges has not been run, but not in CI.
func TestCfnGuardAgrees(t *testing.T) {
	binary := judges.GuardBinary("..")
	if _, err := os.Stat(binary); err != nil {
		if os.Getenv("CI") != "" && os.Getenv("CI") != "false" {
			t.Fatalf("cfn-guard is not compared with; run make judges first: %v", err)
		}
		t.Skipf("cfn-guard is not compared with: %v", err)
	}
	folder := t.TempDir()
	templates := map[string][]byte{}
	add := func(name string, text []byte) {
		templates[name] = text
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	add("compliant.json", compliant(t, nil))
	for rule, c := range loadCanaries(t) {
		for i, v := range append(c.Violations, c.Allowed...) {
			add(fmt.Sprintf("%s-%d.json", rule, i), compliant(t, v.Change))
		}
	}
	more, _ := filepath.Glob(filepath.Join(os.Getenv(cfnGuardTemplates), "*.template.json"))
	for _, file := range more {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		add(filepath.Base(file), text)
	}
	reports := runCfnGuard(t, binary, folder)
	if len(reports) != len(templates) {
		t.Fatalf("cfn-guard reported on %d templates, want %d", len(reports), len(templates))
	}
	for name, text := range templates {
		compareOutcomes(t, name, check(t, text), reports[name])
	}
	t.Logf("compared %d templates", len(templates))
}

// report is what cfn-guard says about one template.
type report struct {
	Name          string
	NotCompliant  []struct{ Rule json.RawMessage } `json:"not_compliant"`
	NotApplicable []string                         `json:"not_applicable"`
	Compliant     []string
}

func runCfnGuard(t *testing.T, binary, folder string) map[string]report {
	t.Helper()
	command := exec.Command(binary, "validate", "--rules", "secureml.guard", "--data", folder,
		"--output-format", "json", "--structured", "--show-summary", "none")
	out, err := command.Output()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	var all []report
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatalf("%v: %.500s", err, out)
	}
	byName := map[string]report{}
	for _, r := range all {
		byName[filepath.Base(r.Name)] = r
	}
	return byName
}

var resourceOfPath = regexp.MustCompile(`"/Resources/(\w+)[/"]`)

func compareOutcomes(t *testing.T, template string, ours map[string]guard.Result, theirs report) {
	t.Helper()
	outcomes := map[string]guard.Outcome{}
	for _, rule := range theirs.Compliant {
		outcomes[rule] = guard.Obeyed
	}
	for _, rule := range theirs.NotApplicable {
		outcomes[rule] = guard.NotApplicable
	}
	for _, failed := range theirs.NotCompliant {
		var rule struct{ Name string }
		if err := json.Unmarshal(failed.Rule, &rule); err != nil {
			t.Fatal(err)
		}
		outcomes[rule.Name] = guard.Violated
		reported := resourceOfPath.FindAllString(string(failed.Rule), -1)
		for _, v := range ours[rule.Name].Violations {
			// cfn-guard reports no place when a block selects nothing where it should.
			if v.Resource != "" && len(reported) > 0 && !strings.Contains(strings.Join(reported, " "), `"/Resources/`+v.Resource) {
				t.Errorf("%s: %s: cfn-guard does not report %s, but %q", template, rule.Name, v.Resource, reported)
			}
		}
	}
	for rule, result := range ours {
		if result.Outcome != outcomes[rule] {
			t.Errorf("%s: %s is %s, by cfn-guard %s", template, rule, result.Outcome, outcomes[rule])
		}
	}
}
