package sdkdefaults_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/internal/assemblytest"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/sdkdefaults"
)

var sdk = flag.Bool("sdk", false, "run scripts with the real SDK, which make sdk-test sets up")

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// place is a world and what is known about the environment that the scripts run in.
type place struct {
	world decisions.World
	facts controls.Environment
	tags  map[string]string
}

var assembled = sync.OnceValues(func() (map[string]place, error) {
	p, assembly, err := assemblytest.Synthesize("testdata/organization.yaml")
	if err != nil {
		return nil, err
	}
	places := map[string]place{}
	for project, other := range map[string]string{"alpha": "beta", "beta": "gamma"} {
		w, err := assemblytest.World(assembly, "secureml-"+project+"-dev", "secureml-"+other+"-dev", "111122223333", "eu-west-1")
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(p.Environments, func(e plan.Environment) bool { return e.Project == project })
		f, err := p.Environments[i].DeployedFacts(w.Parameters(project))
		if err != nil {
			return nil, err
		}
		places[project] = place{w, f, p.Environments[i].Tags()}
	}
	return places, nil
})

// gaps are the requests of unchanged scripts that the guardrails refuse although the defaults are in place, by environment,
// and which controls refuse them. The package's doc says what a user must write. alpha has an account of its own.
var gaps = map[string]map[string]string{
	"alpha": {
		"monitoring CreateDataQualityJobDefinition": "ISO-01 ISO-11",
		"register CreateModelPackageGroup":          "ISO-01 ISO-11",
	},
	"beta": {
		"hosting CreateModel":                       "ISO-11",
		"hosting CreateEndpointConfig":              "ISO-02",
		"local_storage CreateTrainingJob":           "CST-02",
		"monitoring CreateDataQualityJobDefinition": "CST-02 ISO-01 ISO-11",
		"pipeline CreateTrainingJob":                "CST-02",
		"processing CreateProcessingJob":            "CST-02",
		"register Search":                           "ISO-07",
		"register CreateModelPackageGroup":          "ISO-01 ISO-11",
		"register CreateModelPackage":               "ISO-11",
		"training CreateTrainingJob":                "CST-02",
		"transform CreateTransformJob":              "ISO-02",
		"tuning CreateHyperParameterTuningJob":      "CST-02",
	},
}

// An unchanged script is compliant with the defaults in place, but for the gaps; and a gap that is none any more is reported.
func TestSDKWithDefaults(t *testing.T) {
	for project, known := range gaps {
		t.Run(project, func(t *testing.T) {
			p := at(t, project)
			outcomes, outside := decided(t, p, "testdata/scripts/*.py", rendered(t, p))
			if len(outside) > 0 {
				t.Errorf("the SDK calls %v, which no endpoint carries", outside)
			}
			compare(t, outcomes, known)
		})
	}
}

// Where the defaults have gaps, what the package's doc tells a user to write closes them.
func TestSDKWithWhatUsersWrite(t *testing.T) {
	p := at(t, "beta")
	outcomes, _ := decided(t, p, "testdata/scripts/written/*.py", rendered(t, p))
	compare(t, outcomes, nil)
}

// The same scripts are refused where the file holds nothing but roles and the bucket, so it is the rest of the file that makes
// them compliant, and the test that sees it.
func TestSDKWithoutDefaults(t *testing.T) {
	p := at(t, "alpha")
	var all any
	if err := yaml.Unmarshal(rendered(t, p), &all); err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(rolesOnly(all))
	if err != nil {
		t.Fatal(err)
	}
	outcomes, outside := decided(t, p, "testdata/scripts/*.py", text)
	created := map[string][]string{}
	for _, o := range outcomes {
		// A version takes the tags of its group, and needs nothing of the file.
		if !strings.HasPrefix(o.Query.Action, "sagemaker:Create") || o.Query.Action == "sagemaker:CreateModelPackage" {
			continue
		}
		created[name(o)] = o.RefusedBy()
		if o.Decision == decisions.Allowed {
			t.Errorf("allowed without defaults:\n%s", o.Explain())
		}
	}
	if want := []string{"ENC-01", "ENC-02", "ENC-03", "ISO-01", "ISO-11", "NET-01", "NET-02"}; !slices.Equal(created["training CreateTrainingJob"], want) {
		t.Errorf("a training job without defaults is refused by %v, want %v", created["training CreateTrainingJob"], want)
	}
	if len(created) < 15 {
		t.Errorf("only %d kinds of create requests were seen: %v", len(created), created)
	}
	if len(outside) == 0 {
		t.Error("no report to AWS was seen, so the recorder would not see one with the defaults either")
	}
}

// rolesOnly leaves the roles, the bucket and the version of the file.
func rolesOnly(value any) any {
	members, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	left := map[string]any{}
	for name, member := range members {
		if slices.Contains([]string{"RoleArn", "ExecutionRoleArn", "DefaultS3Bucket", "SchemaVersion"}, name) {
			left[name] = member
		} else if inner := rolesOnly(member); inner != nil {
			left[name] = inner
		}
	}
	if len(left) == 0 {
		return nil
	}
	return left
}

// at is the project's environment; the test is skipped where the SDK is not asked for or not installed.
func at(t *testing.T, project string) place {
	t.Helper()
	if !*sdk {
		t.Skip("make sdk-test runs the real SDK")
	}
	if python(t) == "" {
		t.Skip("the SageMaker Python SDK is not installed; make sdk-test installs it and needs Python 3.10 or newer")
	}
	places, err := assembled()
	if err != nil {
		t.Fatal(err)
	}
	return places[project]
}

func rendered(t *testing.T, p place) []byte {
	t.Helper()
	text, err := sdkdefaults.Render(p.facts, p.tags)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// decided runs the scripts and lets the simulator decide what they ask for. Outside are addresses besides AWS's that they call.
func decided(t *testing.T, p place, pattern string, defaults []byte) (outcomes []decisions.Outcome, outside []string) {
	t.Helper()
	scripts, err := filepath.Glob(pattern)
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var asked []decisions.Row
	for _, c := range run(t, scripts, defaults) {
		if c.Script == "" {
			outside = append(outside, c.Path)
			continue
		}
		asked = append(asked, rows(t, p.facts, c)...)
	}
	simulator, err := decisions.Start("..")
	if err != nil {
		t.Fatal(err)
	}
	defer simulator.Close()
	outcomes, err = decisions.Evaluate(simulator, p.world, asked)
	if err != nil {
		t.Fatal(err)
	}
	creating := map[string]bool{}
	for _, o := range outcomes {
		if o.Error != "" || len(o.Ignored) > 0 {
			t.Errorf("the request makes no sense: %s", o.Explain())
		}
		if strings.HasPrefix(o.Query.Action, "sagemaker:Create") {
			creating[o.Row.ID] = true
		}
	}
	if len(creating) != len(scripts) {
		t.Errorf("%d scripts, and only %v create something", len(scripts), creating)
	}
	t.Logf("%d scripts ask for %d requests", len(scripts), len(outcomes))
	return outcomes, outside
}

func name(o decisions.Outcome) string {
	_, operation, _ := strings.Cut(o.Query.Action, ":")
	return o.Row.ID + " " + operation
}

// compare reports refusals that are not known, and known ones that did not happen.
func compare(t *testing.T, outcomes []decisions.Outcome, known map[string]string) {
	t.Helper()
	seen := map[string]bool{}
	for _, o := range outcomes {
		refused := strings.Join(o.RefusedBy(), " ")
		if o.Decision == decisions.Allowed {
			continue
		}
		seen[name(o)] = true
		if known[name(o)] != refused {
			t.Errorf("%s is refused by %s, known is %q\n%s", name(o), refused, known[name(o)], o.Explain())
		}
	}
	for gap := range known {
		if !seen[gap] {
			t.Errorf("%s is not refused any more; take it out of the gaps and of the doc", gap)
		}
	}
}

// The schema in this folder is the one of the SDK, so what Render takes the SDK takes too.
func TestSDKHasOurSchema(t *testing.T) {
	at(t, "alpha")
	const dump = "import json; from sagemaker.config.config_schema import SAGEMAKER_PYTHON_SDK_CONFIG_SCHEMA as s; " +
		"print('SCHEMA' + json.dumps(s, indent=1, sort_keys=True))"
	output, err := exec.Command(python(t), "-c", dump).Output()
	if err != nil {
		t.Fatal(err)
	}
	_, theirs, _ := strings.Cut(string(output), "SCHEMA")
	ours, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if theirs != string(ours) {
		t.Error("schema.json is not the schema of the SDK that is pinned in tools/sdk/requirements.txt; write it anew as this test reads it")
	}
}
