package decisions_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/stacks"
)

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// world is synthesized once: two environments in one account.
var world = sync.OnceValues(func() (decisions.World, error) {
	organization, err := config.Load("testdata/world.yaml")
	if err != nil {
		return decisions.World{}, err
	}
	directory, err := os.MkdirTemp("", "world")
	if err != nil {
		return decisions.World{}, err
	}
	defer os.RemoveAll(directory)
	if _, err := stacks.Synthesize(plan.New(organization), directory); err != nil {
		return decisions.World{}, err
	}
	assembly, err := inventory.Read(directory)
	if err != nil {
		return decisions.World{}, err
	}
	w := decisions.World{CorporateAddress: "203.0.113.9", SharedAccount: "111122223333"}
	for _, s := range assembly.Stacks {
		v, err := inventory.NewView(s, "111122223333", "eu-west-1")
		if err != nil {
			return decisions.World{}, err
		}
		switch s.ID {
		case "secureml-alpha-dev":
			w.Own = v
		case "secureml-beta-dev":
			w.Other = v
		}
	}
	return w, nil
})

func evaluate(t *testing.T, rows []decisions.Row) []decisions.Outcome {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := decisions.Start("..")
	if err != nil {
		t.Fatal(err)
	}
	defer simulator.Close()
	start := time.Now()
	outcomes, err := decisions.Evaluate(simulator, w, rows)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d requests decided in %s", len(outcomes), time.Since(start).Round(time.Millisecond))
	return outcomes
}

// Every hand-written row comes out as it says.
func TestRows(t *testing.T) {
	rows, err := decisions.Rows()
	if err != nil {
		t.Fatal(err)
	}
	byFamily := map[string]int{}
	for _, o := range evaluate(t, rows) {
		byFamily[o.Row.Family]++
		if !o.AsExpected() {
			t.Error(o.Explain())
		}
	}
	t.Logf("%d rows; requests by family: %v", len(rows), byFamily)
}

// compute is what testdata/world.yaml allows.
var compute = controls.Compute{
	Training: []string{"ml.m5.xlarge", "ml.g5.xlarge"}, Processing: []string{"ml.m5.xlarge"}, Hosting: []string{"ml.m5.large", "ml.g5.xlarge"},
	Workbench: []string{"system", "ml.t3.medium"}, MaxRuntimeSeconds: 43200, WarmPoolSeconds: 1800,
}

// Every action with a guarded key: compliant requests pass for those whose job they are, single deviations for nobody.
func TestGeneratedRows(t *testing.T) {
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	rows := decisions.Generated(decisions.FactsOf(w.Own, compute))
	outcomes := evaluate(t, rows)
	expected := map[string]int{}
	for _, o := range outcomes {
		expected[o.Row.Expect]++
		if !o.AsExpected() {
			t.Error(o.Explain())
		}
	}
	t.Logf("%d rows, %d requests: %v", len(rows), len(outcomes), expected)
	if len(outcomes) < 2000 || expected["allow"] < 50 {
		t.Errorf("only %d requests, %d of them allowed; the generator looks at the wrong thing", len(outcomes), expected["allow"])
	}
}
