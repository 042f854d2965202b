package decisions_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/internal/assemblytest"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
)

func TestMain(m *testing.M) {
	code := cdktest.Run(m)
	if running != nil {
		running.Close()
	}
	os.Exit(code)
}

// running is the one simulator process of all tests.
var running *decisions.Simulator

func simulator(t *testing.T) *decisions.Simulator {
	t.Helper()
	if running == nil {
		started, err := decisions.Start("..")
		if err != nil {
			t.Fatal(err)
		}
		running = started
	}
	return running
}

// planned is the configuration of the world, and what it is synthesized to.
var planned = sync.OnceValues(func() (synthesized, error) {
	p, assembly, err := assemblytest.Synthesize("testdata/world.yaml")
	return synthesized{p, assembly}, err
})

type synthesized struct {
	plan.Plan
	assembly inventory.Assembly
}

// factsOf returns the facts that policies name, of the environment of the project.
func factsOf(t *testing.T, project string) controls.Environment {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	p, err := planned()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Environments, func(e plan.Environment) bool { return e.Project == project })
	f, err := p.Environments[i].DeployedFacts(w.Parameters(project))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// world is two environments in one account, and the services that they share.
var world = sync.OnceValues(func() (decisions.World, error) {
	p, err := planned()
	if err != nil {
		return decisions.World{}, err
	}
	return assemblytest.World(p.assembly, "secureml-alpha-dev", "secureml-beta-dev", "111122223333", "eu-west-1")
})

func evaluate(t *testing.T, rows []decisions.Row) []decisions.Outcome {
	t.Helper()
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	outcomes, err := decisions.Evaluate(simulator(t), w, rows)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d requests decided in %s", len(outcomes), time.Since(start).Round(time.Millisecond))
	return outcomes
}

var written []decisions.Outcome

// writtenOutcomes are those of the hand-written rows, decided once.
func writtenOutcomes(t *testing.T) []decisions.Outcome {
	t.Helper()
	if written == nil {
		rows, err := decisions.Rows()
		if err != nil {
			t.Fatal(err)
		}
		written = evaluate(t, rows)
	}
	return written
}

var generated []decisions.Outcome

// generatedOutcomes are those of the generated rows, decided once.
func generatedOutcomes(t *testing.T) []decisions.Outcome {
	t.Helper()
	if generated == nil {
		generated = evaluate(t, decisions.Generated(factsOf(t, "alpha")))
	}
	return generated
}

// Every hand-written row comes out as it says, none is left out, and what no policy can decide is listed.
func TestRows(t *testing.T) {
	rows, err := decisions.Rows()
	if err != nil {
		t.Fatal(err)
	}
	residuals, err := decisions.Residuals()
	if err != nil {
		t.Fatal(err)
	}
	outcomes := writtenOutcomes(t)
	for _, o := range outcomes {
		if !o.AsExpected() {
			t.Error(o.Explain())
		}
	}
	var summary strings.Builder
	if err := decisions.WriteSummary(&summary, outcomes); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows, %d residual risks\n%s", len(rows), len(residuals), summary.String())
	if len(rows) < 150 {
		t.Errorf("%d rows; a file is missing", len(rows))
	}
}

// A row that says nothing, or something else than it seems to say, must not pass for a proof.
func TestOutcomes(t *testing.T) {
	deny := decisions.Row{Expect: "deny", Control: "NET-01"}
	by := func(sid string) []decisions.Matched {
		return []decisions.Matched{{Layer: "identity", Effect: "Deny", Sid: sid}}
	}
	ungranted := map[string]string{"identity": "ImplicitlyDenied"}
	for _, c := range []struct {
		name string
		in   decisions.Outcome
		want bool
	}{
		{"denied as expected", decisions.Outcome{Row: deny, Answer: decisions.Answer{
			Decision: decisions.ExplicitlyDenied, Statements: by("NET01SubnetsForeign")}}, true},
		{"denied by another control only", decisions.Outcome{Row: deny, Answer: decisions.Answer{
			Decision: decisions.ExplicitlyDenied, Statements: by("NET02GroupsForeign")}}, false},
		{"denied for want of a grant as expected", decisions.Outcome{Row: decisions.Row{Expect: "deny", Control: "ISO-11"}, Answer: decisions.Answer{
			Decision: decisions.ImplicitlyDenied, Layers: ungranted}}, true},
		{"denied for want of a grant only", decisions.Outcome{Row: deny, Who: "notebook", Query: decisions.Query{Action: "sagemaker:CreateApp"}, Answer: decisions.Answer{
			Decision: decisions.ImplicitlyDenied, Layers: ungranted}}, false},
		{"denied to a persona that makes no such request", decisions.Outcome{Row: deny, Who: "job", Query: decisions.Query{Action: "sagemaker:CreateApp"}, Answer: decisions.Answer{
			Decision: decisions.ImplicitlyDenied, Layers: ungranted}}, true},
		{"allowed against expectation", decisions.Outcome{Row: deny, Answer: decisions.Answer{Decision: decisions.Allowed}}, false},
		{"denied with a key that the action does not know", decisions.Outcome{Row: deny, Answer: decisions.Answer{
			Decision: decisions.ExplicitlyDenied, Statements: by("NET01SubnetsForeign"), Ignored: []string{"sagemaker:VpcSubnet"}}}, false},
		{"no decision", decisions.Outcome{Row: deny, Answer: decisions.Answer{Error: "no such action"}}, false},
		{"denied against expectation", decisions.Outcome{Row: decisions.Row{Expect: "allow"}, Answer: decisions.Answer{Decision: decisions.ImplicitlyDenied}}, false},
	} {
		if got := c.in.AsExpected(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Every action with a guarded key: compliant requests pass for those whose job they are, single deviations for nobody.
func TestGeneratedRows(t *testing.T) {
	outcomes := generatedOutcomes(t)
	expected := map[string]int{}
	for _, o := range outcomes {
		expected[o.Row.Expect]++
		if !o.AsExpected() {
			t.Error(o.Explain())
		}
	}
	t.Logf("%d requests: %v", len(outcomes), expected)
	if len(outcomes) < 2000 || expected["allow"] < 50 {
		t.Errorf("only %d requests, %d of them allowed; the generator looks at the wrong thing", len(outcomes), expected["allow"])
	}
}
