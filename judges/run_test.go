package judges

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/judges/acknowledgement"
)

// fake is a judge that finds what it is told to.
type fake struct {
	name, missing, identity string
	findings                []Finding
	err                     error
	// asked are the templates that it was asked about.
	asked *[]string
}

func (f fake) Name() string              { return f.name }
func (f fake) Missing() string           { return f.missing }
func (f fake) Identity() (string, error) { return f.identity, nil }

func (f fake) Judge(_ context.Context, templates []Template) ([]Finding, error) {
	var found []Finding
	for _, t := range templates {
		if f.asked != nil {
			*f.asked = append(*f.asked, t.Name)
		}
		for _, finding := range f.findings {
			finding.Template = t.Name
			found = append(found, finding)
		}
	}
	return found, f.err
}

// template has a bucket that acknowledges the rules.
func template(rules ...string) Template {
	bucket := inventory.Resource{Type: "AWS::S3::Bucket", Metadata: map[string]any{"aws:cdk:path": "stack/Environment/Bucket"}}
	if len(rules) > 0 {
		var list []any
		for _, r := range rules {
			list = append(list, r)
		}
		bucket.Metadata[acknowledgement.MetadataKey] = []any{map[string]any{"rules": list, "reason": "It is so."}}
	}
	return Template{
		Name: "example/stack", Text: []byte("{}" + strings.Join(rules, " ")), Region: "eu-west-1",
		Resources: map[string]inventory.Resource{"Bucket": bucket, "Other": {Type: "AWS::S3::Bucket"}},
	}
}

func rules(findings []Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, f.LogicalID+" "+f.Rule)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestAcknowledgements(t *testing.T) {
	for _, c := range []struct {
		name         string
		acknowledged []string
		found        []Finding
		open         string
		answered     int
	}{
		{"nothing", nil, nil, "", 0},
		{"without an answer", nil, []Finding{{Rule: "R1", LogicalID: "Bucket"}}, "Bucket R1", 0},
		{"with one", []string{"R1"}, []Finding{{Rule: "R1", LogicalID: "Bucket"}}, "", 1},
		{"another rule", []string{"R1", "R2"}, []Finding{{Rule: "R1", LogicalID: "Bucket"}, {Rule: "R2", LogicalID: "Bucket"}, {Rule: "R3", LogicalID: "Bucket"}}, "Bucket R3", 2},
		{"another resource", []string{"R1"}, []Finding{{Rule: "R1", LogicalID: "Bucket"}, {Rule: "R1", LogicalID: "Other"}}, "Other R1", 1},
		{"the template as a whole", []string{"R1"}, []Finding{{Rule: "R1"}, {Rule: "R1", LogicalID: "Bucket"}}, " R1", 1},
		{"a rule that begins alike", []string{"R1"}, []Finding{{Rule: "R1", LogicalID: "Bucket"}, {Rule: "R10", LogicalID: "Bucket"}}, "Bucket R10", 1},
		{"all details of a rule", []string{"R1"}, []Finding{{Rule: "R1[a]", LogicalID: "Bucket"}, {Rule: "R1[b]", LogicalID: "Bucket"}}, "", 2},
		{"one detail of a rule", []string{"R1[a]"}, []Finding{{Rule: "R1[a]", LogicalID: "Bucket"}, {Rule: "R1[b]", LogicalID: "Bucket"}}, "Bucket R1[b]", 1},
		{"stale", []string{"R1", "R2"}, []Finding{{Rule: "R1", LogicalID: "Bucket"}}, "Bucket stale", 1},
		{"stale though another resource has it", []string{"R1"}, []Finding{{Rule: "R1", LogicalID: "Other"}}, "Bucket stale, Other R1", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := Run(t.Context(), []Judge{fake{name: "judge", findings: c.found}}, []Template{template(c.acknowledged...)}, Options{})
			if got := rules(report.Open); got != c.open || len(report.Answered) != c.answered {
				t.Errorf("open are %q, want %q; %d answered, want %d", got, c.open, len(report.Answered), c.answered)
			}
			if report.Clean() != (c.open == "") {
				t.Errorf("clean is %t", report.Clean())
			}
		})
	}
}

func TestMalformedAcknowledgementsAreReported(t *testing.T) {
	for _, value := range []any{"R1", []any{map[string]any{"rules": []any{"R1"}}}, []any{map[string]any{"reason": "so"}}, []any{map[string]any{"rules": "R1", "reason": "so"}}} {
		broken := template()
		broken.Resources["Other"] = inventory.Resource{Metadata: map[string]any{acknowledgement.MetadataKey: value}}
		report := Run(t.Context(), []Judge{fake{name: "judge"}}, []Template{broken}, Options{})
		if got := rules(report.Open); got != "Other malformed" {
			t.Errorf("%v: open are %q", value, got)
		}
	}
}

// One judge's rule can be the answer to the other's finding of the same name; nothing is stale while one is silent.
func TestStaleNeedsEveryJudge(t *testing.T) {
	other := fake{name: "other", missing: "it is not there; run make judges"}
	report := Run(t.Context(), []Judge{fake{name: "judge"}, other}, []Template{template("R1")}, Options{})
	if !report.Clean() {
		t.Errorf("open are %q though a judge was skipped", rules(report.Open))
	}
	other.missing, other.err = "", errors.New("broke down")
	report = Run(t.Context(), []Judge{fake{name: "judge"}, other}, []Template{template("R1")}, Options{})
	if len(report.Open) > 0 || report.Clean() {
		t.Errorf("open are %q, clean is %t though a judge broke down", rules(report.Open), report.Clean())
	}
	report = Run(t.Context(), []Judge{fake{name: "judge"}}, []Template{template("R1")}, Options{Partial: true})
	if !report.Clean() {
		t.Errorf("open are %q though only some were asked", rules(report.Open))
	}
}

func TestMissingJudge(t *testing.T) {
	absent := fake{name: "absent", missing: "it is not there; run make judges"}
	var text strings.Builder
	report := Run(t.Context(), []Judge{absent}, []Template{template()}, Options{})
	if err := report.Write(&text); err != nil || !report.Clean() || !strings.Contains(text.String(), "SKIPPED: it is not there; run make judges") {
		t.Errorf("locally: clean is %t, %v\n%s", report.Clean(), err, &text)
	}
	text.Reset()
	report = Run(t.Context(), []Judge{absent}, []Template{template()}, Options{Strict: true})
	if err := report.Write(&text); err != nil || report.Clean() || !strings.Contains(text.String(), "FAILED absent cannot judge: it is not there; run make judges") {
		t.Errorf("in CI: clean is %t, %v\n%s", report.Clean(), err, &text)
	}
}

func TestBreakdownIsAFailure(t *testing.T) {
	report := Run(t.Context(), []Judge{fake{name: "judge", err: errors.New("broke down")}}, []Template{template()}, Options{})
	if report.Clean() || len(report.Failures) != 1 || !strings.Contains(report.Failures[0], "broke down") {
		t.Errorf("%+v", report)
	}
}

func TestReportIsReadable(t *testing.T) {
	found := []Finding{
		{Rule: "R1", LogicalID: "Bucket", Severity: "ERROR", Message: "It is wrong."},
		{Rule: "R2", LogicalID: "Bucket", Severity: "ERROR", Message: strings.Repeat("long ", 200)},
		{Rule: "R3", LogicalID: "Bucket", Severity: "ERROR", Message: "It is known."},
	}
	var text strings.Builder
	if err := Run(t.Context(), []Judge{fake{name: "judge", findings: found}}, []Template{template("R3")}, Options{}).Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"example/stack\n  stack/Environment/Bucket (Bucket)\n    ERROR R1 (judge): It is wrong.\n    ERROR R2 (judge): long long",
		"R3 (1): Environment/Bucket\n    It is so.", "1 templates, 2 findings open, 1 acknowledged, 0 failures",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &text)
		}
	}
	for line := range strings.Lines(text.String()) {
		if len(line) > 500 {
			t.Errorf("a line has %d characters", len(line))
		}
	}
}

// What is kept is kept by content: another template, region or judge is judged again.
func TestCache(t *testing.T) {
	cache := &Cache{Directory: filepath.Join(t.TempDir(), "verdicts")}
	judge := fake{name: "judge", identity: "1", findings: []Finding{{Rule: "R1", LogicalID: "Bucket"}}}
	asked := func(j fake, given Template) int {
		t.Helper()
		var names []string
		j.asked = &names
		report := Run(t.Context(), []Judge{j}, []Template{given}, Options{Cache: cache})
		if !report.Clean() || len(report.Answered) != 1 {
			t.Fatalf("clean is %t, %d answered", report.Clean(), len(report.Answered))
		}
		return len(names)
	}
	first := template("R1")
	if asked(judge, first) != 1 || asked(judge, first) != 0 {
		t.Error("an unchanged template is judged twice, or never")
	}
	renamed := first
	renamed.Name = "example/other"
	if asked(judge, renamed) != 0 {
		t.Error("the name counts")
	}
	changed, moved, raised := first, first, judge
	changed.Text, moved.Region, raised.identity = slices.Concat([]byte("[]"), first.Text[2:]), "us-east-1", "2"
	another := judge
	another.name = "another"
	if asked(judge, changed) != 1 || asked(judge, moved) != 1 || asked(raised, first) != 1 || asked(another, first) != 1 {
		t.Error("what has changed is not judged again")
	}
	files, err := filepath.Glob(filepath.Join(cache.Directory, "*"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d verdicts are kept, %v", len(files), err)
	}
	for _, file := range files {
		if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if asked(judge, first) != 1 {
		t.Error("a damaged verdict counts")
	}
}

func TestOnlyCleanVerdictsAreKept(t *testing.T) {
	cache := &Cache{Directory: t.TempDir()}
	open := fake{name: "judge", findings: []Finding{{Rule: "R1", LogicalID: "Bucket"}}}
	for range 2 {
		if report := Run(t.Context(), []Judge{open}, []Template{template()}, Options{Cache: cache}); rules(report.Open) != "Bucket R1" {
			t.Errorf("open are %q", rules(report.Open))
		}
	}
	broken := fake{name: "broken", err: errors.New("broke down")}
	if report := Run(t.Context(), []Judge{broken}, []Template{template()}, Options{Cache: cache}); report.Clean() {
		t.Error("a breakdown is clean")
	}
	if files, err := os.ReadDir(cache.Directory); err != nil || len(files) > 0 {
		t.Errorf("%d verdicts are kept, %v", len(files), err)
	}
}

// An answer that is taken away opens what was clean, also when the verdict comes from the cache.
func TestKeptFindingsAreAnsweredAnew(t *testing.T) {
	cache := &Cache{Directory: t.TempDir()}
	judge := fake{name: "judge", findings: []Finding{{Rule: "R1", LogicalID: "Bucket"}}}
	answered := template("R1")
	if report := Run(t.Context(), []Judge{judge}, []Template{answered}, Options{Cache: cache}); !report.Clean() {
		t.Fatal("not clean")
	}
	answered.Resources = template().Resources
	if report := Run(t.Context(), []Judge{judge}, []Template{answered}, Options{Cache: cache}); rules(report.Open) != "Bucket R1" {
		t.Errorf("open are %q", rules(report.Open))
	}
}
