package guard_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/guard"
	"github.com/secureml/environments/internal/mergepatch"
)

// canary is a change of the compliant template, as a JSON merge patch of its resources (RFC 7386).
type canary struct {
	What   string
	Change map[string]any
	// Resources are the logical ids that are reported; none when the rule is about the template as a whole.
	Resources []string
	// Also are other rules that the change violates; none unless one cannot be broken without the other.
	Also []string
}

type canaries struct{ Violations, Allowed []canary }

// loadCanaries reads the canaries of every rule.
func loadCanaries(t *testing.T) map[string]canaries {
	t.Helper()
	all := map[string]canaries{}
	for _, rule := range guard.RuleNames() {
		text, err := os.ReadFile(filepath.Join("testdata", "canaries", rule+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var c canaries
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		all[rule] = c
	}
	return all
}

const (
	tagList = `[{"Key": "Project", "Value": "p"}, {"Key": "Environment", "Value": "e"}, {"Key": "CostCenter", "Value": "c"},
		{"Key": "Owner", "Value": "o"}, {"Key": "DataClassification", "Value": "d"}]`
	tagMap  = `{"Project": "p", "Environment": "e", "CostCenter": "c", "Owner": "o", "DataClassification": "d"}`
	private = `{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true}`
)

// compliant returns a template that every rule applies to and that obeys them all, with a change.
func compliant(t *testing.T, change map[string]any) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "compliant.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template map[string]any
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	template["Resources"] = mergepatch.Apply(template["Resources"], change)
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(template); err != nil {
		t.Fatal(err)
	}
	abbreviations := strings.NewReplacer(`"<tags>"`, tagList, `"<tags as a map>"`, tagMap, `"<private>"`, private)
	return []byte(abbreviations.Replace(out.String()))
}

func check(t *testing.T, template []byte) map[string]guard.Result {
	t.Helper()
	results, err := guard.Check(template)
	if err != nil {
		t.Fatal(err)
	}
	byRule := map[string]guard.Result{}
	for _, r := range results {
		byRule[r.Rule] = r
	}
	return byRule
}

func violated(results map[string]guard.Result) []string {
	var names []string
	for name, r := range results {
		if r.Outcome == guard.Violated {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestCompliantTemplateObeysEveryRule(t *testing.T) {
	for rule, r := range check(t, compliant(t, nil)) {
		if r.Outcome != guard.Obeyed {
			t.Errorf("%s: %s %v", rule, r.Outcome, r.Violations)
		}
	}
}

func TestNothingToCheckViolatesNothing(t *testing.T) {
	for _, template := range []string{
		`{"Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}`, `{"Resources": {}}`, `{}`, `[]`,
	} {
		results := check(t, []byte(template))
		if names := violated(results); len(names) > 0 || len(results) != len(guard.RuleNames()) {
			t.Errorf("%s: %d results, violated are %v", template, len(results), names)
		}
		if outcome := results["ENC10_key_rotates"].Outcome; outcome != guard.NotApplicable {
			t.Errorf("%s: the rule for keys is %s without a key", template, outcome)
		}
	}
}

func TestViolationsAreReported(t *testing.T) {
	for rule, c := range loadCanaries(t) {
		t.Run(rule, func(t *testing.T) {
			if len(c.Violations) == 0 {
				t.Fatal("no violation is tried")
			}
			for _, v := range c.Violations {
				results := check(t, compliant(t, v.Change))
				want := append([]string{rule}, v.Also...)
				slices.Sort(want)
				if names := violated(results); !slices.Equal(names, want) {
					t.Errorf("%s: violated are %v, want %v only", v.What, names, want)
				}
				var resources []string
				for _, found := range results[rule].Violations {
					resources = append(resources, found.Resource)
					if !strings.HasPrefix(found.Message, guard.Control(rule)+": ") {
						t.Errorf("%s: the message %q does not name the control", v.What, found.Message)
					}
				}
				slices.Sort(resources)
				if resources = slices.Compact(resources); strings.Join(resources, " ") != strings.Join(v.Resources, " ") {
					t.Errorf("%s: reported are %q, want %q", v.What, resources, v.Resources)
				}
			}
		})
	}
}

func TestWhatIsAllowedPasses(t *testing.T) {
	for rule, c := range loadCanaries(t) {
		for _, a := range c.Allowed {
			if names := violated(check(t, compliant(t, a.Change))); len(names) > 0 {
				t.Errorf("%s: %s: violated are %v", rule, a.What, names)
			}
		}
	}
}

func TestNoCanaryWithoutRule(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "canaries", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if rule := strings.TrimSuffix(filepath.Base(file), ".json"); !slices.Contains(guard.RuleNames(), rule) {
			t.Errorf("%s belongs to no rule", file)
		}
	}
}
