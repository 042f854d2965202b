package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/stacks"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asApp makes the test binary behave as the app itself, so that tests can run it as the cdk command does.
const asApp = "SECUREML_TEST_AS_APP"

func TestMain(m *testing.M) {
	if os.Getenv(asApp) != "" {
		main()
		os.Exit(0)
	}
	code := cdktest.Run(m)
	for _, directory := range temporary {
		os.RemoveAll(directory)
	}
	os.Exit(code)
}

var temporary []string

// synthesized holds one assembly for each example; synthesis is the slow part, and every test looks at the same.
var synthesized = map[string]func() (inventory.Assembly, error){
	"minimal":       once("minimal"),
	"comprehensive": once("comprehensive"),
	"multi-account": once("multi-account"),
}

func once(example string) func() (inventory.Assembly, error) {
	return sync.OnceValues(func() (inventory.Assembly, error) {
		organization, err := config.Load("examples/" + example + ".yaml")
		if err != nil {
			return inventory.Assembly{}, err
		}
		return assemble(plan.New(organization))
	})
}

// assemble synthesizes the plan into a temporary directory.
func assemble(p plan.Plan) (inventory.Assembly, error) {
	directory, err := os.MkdirTemp("", "assembly")
	if err != nil {
		return inventory.Assembly{}, err
	}
	temporary = append(temporary, directory)
	if _, err := stacks.Synthesize(p, directory); err != nil {
		return inventory.Assembly{}, err
	}
	return inventory.Read(directory)
}

func assembly(t testing.TB, example string) inventory.Assembly {
	t.Helper()
	a, err := synthesized[example]()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// environmentStacks are the stacks of project environments.
func environmentStacks(a inventory.Assembly) []inventory.Stack {
	return slices.DeleteFunc(slices.Clone(a.Stacks), func(s inventory.Stack) bool { return strings.HasPrefix(s.ID, "secureml-shared") })
}

func stack(t testing.TB, a inventory.Assembly, id string) inventory.Stack {
	t.Helper()
	i := slices.IndexFunc(a.Stacks, func(s inventory.Stack) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("no stack %s in %s", id, a.Directory)
	}
	return a.Stacks[i]
}

// view returns the stack with its intrinsic functions replaced.
func view(t testing.TB, s inventory.Stack) inventory.View {
	t.Helper()
	v, err := inventory.NewView(s, "111122223333", "eu-west-1")
	if err != nil {
		t.Fatalf("%s: %v", s.ID, err)
	}
	return v
}

func resolved(t testing.TB, s inventory.Stack) map[string]inventory.Resource {
	t.Helper()
	return view(t, s).Resources
}

// The golden files show at a glance what an example builds; a change of theirs is to be read, not only accepted.
func TestExamplesBuildWhatTheGoldenFilesSay(t *testing.T) {
	for example := range synthesized {
		var got strings.Builder
		for _, s := range assembly(t, example).Stacks {
			counts := map[string]int{}
			for _, r := range s.Template.Resources {
				counts[r.Type]++
			}
			fmt.Fprintf(&got, "%s (account %q, region %q): %d resources\n", s.ID, s.Account, s.Region, len(s.Template.Resources))
			for _, kind := range sortedKeys(counts) {
				fmt.Fprintf(&got, "  %3d %s\n", counts[kind], kind)
			}
		}
		path := filepath.Join("testdata", "resources", example+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s builds other resources than %s says; after reading, go test . -update:\n%s", example, path, got.String())
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Catches chance in the synthesis: maps ranged over, ids that change.
func TestSynthesisRepeatsByteForByte(t *testing.T) {
	first := assembly(t, "comprehensive")
	second, err := once("comprehensive")()
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range first.Stacks {
		a, _ := os.ReadFile(s.TemplateFile)
		b, _ := os.ReadFile(second.Stacks[i].TemplateFile)
		if len(a) == 0 || string(a) != string(b) {
			t.Errorf("%s differs between two syntheses", s.ID)
		}
	}
}

// The app as the cdk command runs it: what a person sees when the configuration is wrong.
func TestMistakesAreToldWithoutATrace(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	text := "organization: acme\nregion: mars-north-1\naccess: {accountMfa: {}}\nprojects:\n  - name: Fraud\n    owner: x\n    costCenter: C\n    environments: []\n"
	if err := os.WriteFile(wrong, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, context string
		want          []string
	}{
		{"several mistakes at once", fmt.Sprintf(`{"config":%q}`, wrong),
			[]string{"wrong.yaml:2:", "region: ", "projects[0].name: ", "projects[0].owner: ", "projects[0].environments: "}},
		{"no such file", `{"config":"nowhere.yaml"}`, []string{"nowhere.yaml"}},
		{"a context value that is no path", `{"config":7}`, []string{"use -c config=path/to/file.yaml"}},
		{"an empty path", `{"config":""}`, []string{"use -c config=path/to/file.yaml"}},
		{"a context that is no JSON", `{`, []string{"the CDK context is not valid JSON"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := t.TempDir()
			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), asApp+"=1", "CDK_CONTEXT_JSON="+c.context, "CDK_OUTDIR="+out)
			text, err := command.CombinedOutput()
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
				t.Fatalf("want exit code 1, got %v:\n%s", err, text)
			}
			for _, want := range c.want {
				if !strings.Contains(string(text), want) {
					t.Errorf("output lacks %q:\n%s", want, text)
				}
			}
			for _, never := range []string{"goroutine", "panic", "jsii", ".go:"} {
				if strings.Contains(string(text), never) {
					t.Errorf("output shows %q:\n%s", never, text)
				}
			}
			if files, _ := os.ReadDir(out); len(files) > 0 {
				t.Errorf("%d files were written", len(files))
			}
		})
	}
}

// What decides must not know the CDK: it would be slow to test and hard to reuse.
func TestDecisionsDoNotImportTheCDK(t *testing.T) {
	for _, name := range []string{
		"changes", "config", "controls", "facts", "guard", "inventory", "plan", "policy", "policy/authorization", "policy/newaccess",
	} {
		output, err := exec.Command("go", "list", "-deps", "./"+name).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, dependency := range strings.Fields(string(output)) {
			if strings.Contains(dependency, "jsii") || strings.Contains(dependency, "awscdk") || strings.Contains(dependency, "constructs") {
				t.Errorf("package %s depends on %s", name, dependency)
			}
		}
	}
}

// A project environment must work as a Service Catalog product, which has no asset bucket.
func TestEnvironmentsHaveNoFileAssets(t *testing.T) {
	for example := range synthesized {
		for _, s := range environmentStacks(assembly(t, example)) {
			var manifest struct {
				Files, DockerImages map[string]struct{ Source struct{ Path string } }
			}
			text, err := os.ReadFile(strings.TrimSuffix(s.TemplateFile, ".template.json") + ".assets.json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &manifest); err != nil {
				t.Fatal(err)
			}
			for _, file := range manifest.Files {
				if file.Source.Path != filepath.Base(s.TemplateFile) {
					t.Errorf("%s has the file asset %s", s.ID, file.Source.Path)
				}
			}
			if len(manifest.Files) != 1 || len(manifest.DockerImages) > 0 {
				t.Errorf("%s has %d files and %d images", s.ID, len(manifest.Files), len(manifest.DockerImages))
			}
		}
	}
}

func TestPersonasHaveRoles(t *testing.T) {
	for _, s := range environmentStacks(assembly(t, "comprehensive")) {
		found := map[string]int{}
		for _, r := range resolved(t, s) {
			if r.Type == "AWS::IAM::Role" {
				found[inventory.Tags(r)[controls.TagPersona]]++
			}
		}
		for _, p := range append(controls.People(), controls.Workers()...) {
			if found[string(p)] != 1 {
				t.Errorf("%s has %d roles for %s", s.ID, found[string(p)], p)
			}
		}
		want := map[string]int{"secureml-fraud-dev": 2, "secureml-fraud-prod": 0, "secureml-churn-dev": 2}[s.ID]
		if found[string(controls.Notebook)] != want {
			t.Errorf("%s has %d notebook roles, want %d: one a user, none in production", s.ID, found[string(controls.Notebook)], want)
		}
	}
}

// Validation must be able to fail: a value that CloudFormation refuses, and one that only our Guard rules refuse.
func TestSynthesisRefusesViolations(t *testing.T) {
	cdktest.WithValidation(t, func(t *testing.T) {
		organization, err := config.Load("examples/minimal.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for name, spoil := range map[string]func(*plan.Environment){
			"CloudFormation's rules": func(e *plan.Environment) { e.LogRetentionDays = 4 },
			"our Guard rules":        func(e *plan.Environment) { e.Budget.AlertEmails = nil },
		} {
			p := plan.Plan{Environments: plan.New(organization).Environments}
			spoil(&p.Environments[0])
			if _, err := stacks.Synthesize(p, t.TempDir()); err == nil || !strings.Contains(err.Error(), "Validation failed") {
				t.Errorf("%s let a violation pass: %v", name, err)
			}
		}
	})
}
