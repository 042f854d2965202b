package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/judges"
	"github.com/secureml/environments/judges/acknowledgement"
)

// root is where the command is run.
const root = "../.."

func TestMain(m *testing.M) {
	if err := os.Chdir(root); err != nil {
		panic(err)
	}
	code := m.Run()
	for _, folder := range temporary {
		os.RemoveAll(folder)
	}
	os.Exit(code)
}

var temporary []string

// minimal is the synthesis of the smallest example.
var minimal = sync.OnceValue(func() synthesis {
	app, err := buildApp()
	if err != nil {
		return synthesis{err: err}
	}
	if app.assemblies, err = os.MkdirTemp("", "verify-"); err != nil {
		return synthesis{err: err}
	}
	temporary = append(temporary, app.assemblies)
	return app.templates(filepath.Join("examples", "minimal.yaml"))
})

// environment is the template of the example's project environment.
func environment(t *testing.T) judges.Template {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the app and synthesizes")
	}
	s := minimal()
	if s.err != nil {
		t.Fatal(s.err)
	}
	for _, template := range s.templates {
		if strings.HasSuffix(template.Name, "secureml-fraud-dev") {
			return template
		}
	}
	t.Fatalf("the environment is not among %d templates", len(s.templates))
	return judges.Template{}
}

// changed is the template with a change, in a file of its own.
func changed(t *testing.T, original judges.Template, change func(resources map[string]map[string]any)) judges.Template {
	t.Helper()
	var document map[string]any
	var typed struct{ Resources map[string]map[string]any }
	if err := json.Unmarshal(original.Text, &document); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(original.Text, &typed); err != nil {
		t.Fatal(err)
	}
	change(typed.Resources)
	document["Resources"] = typed.Resources
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "changed.template.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var parsed inventory.Template
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	return judges.Template{Name: "changed", File: file, Region: original.Region, Text: text, Resources: parsed.Resources}
}

// only returns the one resource whose logical id begins so.
func only(t *testing.T, resources map[string]map[string]any, prefix string) (string, map[string]any) {
	t.Helper()
	found := ""
	for id := range resources {
		if rest, ok := strings.CutPrefix(id, prefix); ok && len(rest) == 8 {
			found = id
		}
	}
	if found == "" {
		t.Fatalf("no resource is called %s", prefix)
	}
	return found, resources[found]
}

func properties(resource map[string]any) map[string]any {
	return resource["Properties"].(map[string]any)
}

// Each judge must find the fault that is its own to find, in a template of ours that it has called clean.
func TestJudgesFindSeededFaults(t *testing.T) {
	original := environment(t)
	seed := map[string]struct {
		rule, where string
		change      func(resource map[string]any)
	}{
		"cfn-lint": {"W3037", "EnvironmentJob1Policy", func(r map[string]any) {
			properties(r)["PolicyDocument"].(map[string]any)["Statement"].([]any)[0].(map[string]any)["Action"] = "s3:GetObjekt"
		}},
		"cloudformation-validate": {"W3030", "EnvironmentDataBucket", func(r map[string]any) {
			properties(r)["VersioningConfiguration"] = map[string]any{"Status": "On"}
		}},
		"cfn-guard (SecureML)": {"ENC10_key_rotates", "EnvironmentDataKey", func(r map[string]any) {
			properties(r)["EnableKeyRotation"] = false
		}},
		"cfn-guard (Control Tower)": {"CT.S3.PR.1", "EnvironmentDataBucket", func(r map[string]any) {
			properties(r)["PublicAccessBlockConfiguration"].(map[string]any)["BlockPublicAcls"] = false
		}},
		"cdk-nag": {"S3BucketVersioningEnabled", "EnvironmentDataBucket", func(r map[string]any) {
			delete(properties(r), "VersioningConfiguration")
		}},
	}
	for _, j := range judges.All(".") {
		t.Run(j.Name(), func(t *testing.T) {
			if why := j.Missing(); why != "" {
				if os.Getenv("CI") != "" && os.Getenv("CI") != "false" {
					t.Fatal(why)
				}
				t.Skip(why)
			}
			fault, where := seed[j.Name()], ""
			spoilt := changed(t, original, func(resources map[string]map[string]any) {
				id, resource := only(t, resources, fault.where)
				where = id
				fault.change(resource)
			})
			report := judges.Run(t.Context(), []judges.Judge{j}, []judges.Template{original, spoilt}, judges.Options{Strict: true, Partial: true})
			found := false
			for _, f := range report.Open {
				found = found || f.Template == "changed" && f.Rule == fault.rule && f.LogicalID == where
				if f.Template == original.Name {
					t.Errorf("without the fault: %+v", f)
				}
			}
			if !found || len(report.Failures) > 0 {
				t.Errorf("%s at %s is not among %+v; %v", fault.rule, where, report.Open, report.Failures)
			}
		})
	}
}

// An acknowledgement must go when its finding does.
func TestMendedFindingsMakeAcknowledgementsStale(t *testing.T) {
	original := environment(t)
	for _, j := range judges.All(".") {
		if why := j.Missing(); why != "" {
			t.Skip(why)
		}
	}
	where := ""
	mended := changed(t, original, func(resources map[string]map[string]any) {
		id, bucket := only(t, resources, "EnvironmentAccessLogBucket")
		where = id
		metadata := bucket["Metadata"].(map[string]any)
		list := metadata[acknowledgement.MetadataKey].([]any)
		metadata[acknowledgement.MetadataKey] = append(list, map[string]any{"rules": []any{"AwsSolutions-S1"}, "reason": "It is so."})
	})
	report := judges.Run(t.Context(), judges.All("."), []judges.Template{mended}, judges.Options{})
	if len(report.Open) != 1 || report.Open[0].Rule != "stale" || report.Open[0].LogicalID != where || !strings.Contains(report.Open[0].Message, "AwsSolutions-S1") {
		t.Errorf("open are %+v, failures %v", report.Open, report.Failures)
	}
}

// What is judged is what the cdk command would deploy, byte for byte.
func TestTemplatesAreThoseOfTheCommand(t *testing.T) {
	original := environment(t)
	out := t.TempDir()
	command := exec.Command("npx", "cdk", "synth", "--quiet", "-c", "config=examples/minimal.yaml", "-o", out)
	command.Env = append(os.Environ(), "CDK_VALIDATION=false")
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	theirs, err := os.ReadFile(filepath.Join(out, filepath.Base(original.File)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(theirs, original.Text) {
		t.Error("the templates differ; compare the context in buildApp with what cdk synth passes on (CDK_CONTEXT_JSON)")
	}
}

func TestMistakesInAConfigurationAreTold(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the app")
	}
	app, err := buildApp()
	if err != nil {
		t.Fatal(err)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	if err := os.WriteFile(wrong, []byte("organization: acme\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err = app.synthesize(wrong, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "wrong.yaml:1:1: region: ") || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("%v", err)
	}
}

func TestSeedsRepeat(t *testing.T) {
	read := func(count int) []string {
		files, err := writeRandom(t.TempDir(), count, 7)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
		return texts
	}
	few, more := read(2), read(4)
	if few[0] != more[0] || few[1] != more[1] || more[0] == more[1] {
		t.Error("the first configurations of a seed are not the same, or all are")
	}
}
