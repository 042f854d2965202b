package canaries

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/secureml/environments/changes"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/guard"
	"github.com/secureml/environments/internal/assemblytest"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/reachability"
)

var update = flag.Bool("update", false, "write anew who notices which fault")

func TestMain(m *testing.M) {
	code := cdktest.Run(m)
	if simulator != nil {
		simulator.Close()
	}
	os.Exit(code)
}

// simulator decides requests for all tests.
var simulator *decisions.Simulator

// scene is a template that faults are applied to, and the stacks around it.
type scene struct {
	stack  inventory.Stack
	others []inventory.Stack
}

const account, region = "111122223333", "eu-west-1"

// scenes are the templates by the names that faults use.
var scenes = sync.OnceValues(func() (map[string]scene, error) {
	_, world, err := assemblytest.Synthesize("../decisions/testdata/world.yaml")
	if err != nil {
		return nil, err
	}
	_, served, err := assemblytest.Synthesize("../examples/comprehensive.yaml")
	if err != nil {
		return nil, err
	}
	return map[string]scene{
		"environment": sceneOf(world, "secureml-alpha-dev"),
		"shared":      sceneOf(world, "secureml-shared-eu-west-1"),
		"index":       sceneOf(served, "secureml-shared-eu-west-1"),
	}, nil
})

func sceneOf(a inventory.Assembly, id string) scene {
	var s scene
	for _, stack := range a.Stacks {
		if stack.ID == id {
			s.stack = stack
		} else {
			s.others = append(s.others, stack)
		}
	}
	return s
}

// Who notices, in the order in which they are asked.
var watchers = []struct {
	name   string
	notice func(t *testing.T, f Fault, s scene, spoilt inventory.Stack) string
}{
	{"rules", byRules}, {"limits", byLimits}, {"requests", byRequests}, {"network", byNetwork}, {"updates", byUpdates},
}

// noticedFile says of each fault who notices it: control | fault | watcher: what.
const noticedFile = "testdata/noticed.txt"

// Every fault is noticed by what this project itself brings along. Judges that others wrote are asked in another test.
func TestEveryFaultIsNoticed(t *testing.T) {
	faults, err := Faults()
	if err != nil {
		t.Fatal(err)
	}
	all, err := scenes()
	if err != nil {
		t.Fatal(err)
	}
	if len(faults) < 60 {
		t.Errorf("only %d faults", len(faults))
	}
	var lines []string
	by := map[string]int{}
	for _, f := range faults {
		s := all[f.In]
		spoilt, err := f.Apply(s.stack)
		if err != nil {
			t.Error(err)
			continue
		}
		var noticed []string
		for _, w := range watchers {
			if what := w.notice(t, f, s, spoilt); what != "" {
				noticed = append(noticed, w.name+": "+what)
				by[w.name]++
			}
		}
		if len(noticed) == 0 {
			t.Errorf("nobody notices: %s", f.Name)
		}
		lines = append(lines, fmt.Sprintf("%s | %s | %s\n", f.Control, f.Name, strings.Join(noticed, "; ")))
	}
	compare(t, noticedFile, lines, true)
	t.Logf("%d faults, noticed by %v", len(faults), by)
}

// compare compares the lines, which may be some or all, with the record, or writes it.
func compare(t *testing.T, file string, lines []string, complete bool) {
	t.Helper()
	if *update && complete {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	record, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	known := slices.Collect(strings.Lines(string(record)))
	for _, line := range lines {
		if !slices.Contains(known, line) {
			t.Errorf("not on record: %s", line)
		}
	}
	for _, line := range known {
		if complete && !slices.Contains(lines, line) {
			t.Errorf("no longer so: %s", line)
		}
	}
	if t.Failed() {
		t.Logf("if that is meant: go test ./canaries -args -update")
	}
}

// byRules names the Guard rules that the fault breaks.
func byRules(t *testing.T, _ Fault, s scene, spoilt inventory.Stack) string {
	t.Helper()
	var names []string
	before := violated(t, s.stack)
	for rule, n := range violated(t, spoilt) {
		if n > before[rule] {
			names = append(names, rule)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// byLimits names a managed policy that IAM would refuse for its length; the app's tests ask the same of every example.
func byLimits(t *testing.T, _ Fault, _ scene, spoilt inventory.Stack) string {
	t.Helper()
	v, err := inventory.NewView(spoilt, account, region)
	if err != nil {
		return "" // others say so
	}
	for _, r := range v.Resources {
		text, err := json.Marshal(r.Properties["PolicyDocument"])
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "AWS::IAM::ManagedPolicy" && policy.Literal(string(text)) > policy.ManagedPolicyLimit {
			return "managed policy of over 6,144 characters"
		}
	}
	return ""
}

// violated counts violations by rule.
func violated(t *testing.T, s inventory.Stack) map[string]int {
	t.Helper()
	text, err := json.Marshal(s.Template)
	if err != nil {
		t.Fatal(err)
	}
	results, err := guard.Check(text)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, r := range results {
		count[r.Rule] = len(r.Violations)
	}
	return count
}

// outcomes of the hand-written rows without faults, decided once.
var outcomes = sync.OnceValues(func() ([]decisions.Outcome, error) {
	w, err := untouched()
	if err != nil {
		return nil, err
	}
	if simulator, err = decisions.Start(".."); err != nil {
		return nil, err
	}
	rows, err := decisions.Rows()
	if err != nil {
		return nil, err
	}
	return decisions.Evaluate(simulator, w, rows)
})

// untouched is the world without faults.
var untouched = sync.OnceValues(func() (decisions.World, error) { return world(scene{}) })

// world is the one that rows are about, with the scene's stack in the place of the one that it was made of.
func world(spoilt scene) (decisions.World, error) {
	all, err := scenes()
	if err != nil {
		return decisions.World{}, err
	}
	stacks := append(slices.Clone(all["environment"].others), all["environment"].stack)
	for i, s := range stacks {
		if spoilt.stack.Name == s.Name {
			stacks[i] = spoilt.stack
		}
	}
	return assemblytest.World(inventory.Assembly{Stacks: stacks}, "secureml-alpha-dev", "secureml-beta-dev", account, region)
}

// byRequests names a request that is decided otherwise.
func byRequests(t *testing.T, f Fault, _ scene, spoilt inventory.Stack) string {
	t.Helper()
	if f.In == "index" {
		return "" // rows are about packages in CodeArtifact
	}
	all, err := outcomes()
	if err != nil {
		t.Fatal(err)
	}
	before, err := untouched()
	if err != nil {
		t.Fatal(err)
	}
	spoilt.ID = spoilt.ID + " with " + f.Name // the simulator knows documents by it
	after, err := world(scene{stack: spoilt})
	if err != nil {
		return "cannot be asked: " + err.Error()
	}
	by, err := decisions.Otherwise(simulator, before, after, all)
	if err != nil {
		t.Fatal(err)
	}
	if by == nil {
		return ""
	}
	return fmt.Sprintf("%s (%s by %s)", by.Row.ID, by.Query.Action, by.Who)
}

// waysBefore are the ways without faults, by scene.
var waysBefore = map[string]map[string]bool{}

// byNetwork says that something else is reached, or that the template is not understood.
func byNetwork(t *testing.T, f Fault, s scene, spoilt inventory.Stack) string {
	t.Helper()
	before, ok := waysBefore[f.In]
	if !ok {
		var err error
		if before, err = ways(append(slices.Clone(s.others), s.stack)); err != nil {
			t.Fatal(err)
		}
		waysBefore[f.In] = before
	}
	after, err := ways(append(slices.Clone(s.others), spoilt))
	if err != nil {
		return "refused"
	}
	opened, closed := 0, 0
	for way := range after {
		if !before[way] {
			opened++
		}
	}
	for way := range before {
		if !after[way] {
			closed++
		}
	}
	switch {
	case opened > 0:
		return "opened"
	case closed > 0:
		return "closed"
	}
	return ""
}

// ways are all ways that traffic can go, without the facts that open them.
func ways(stacks []inventory.Stack) (map[string]bool, error) {
	var views []inventory.View
	for _, s := range stacks {
		v, err := inventory.NewView(s, account, region)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	n, err := reachability.New(reachability.Input{Views: views})
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, source := range n.Interfaces() {
		for _, r := range n.Reach(source) {
			d := r.Destination
			all[fmt.Sprint(source.Name, r.From, d.Kind, d.Name, d.Service, d.PrivateDNS, r.Protocol, r.Ports, r.Addresses)] = true
		}
	}
	for _, r := range n.Exposed() {
		all["exposed "+r.String()] = true
	}
	for _, c := range n.Connections() {
		all[fmt.Sprint("connection ", c)] = true
	}
	return all, nil
}

// byUpdates names the classes of change that an update of a deployed stack would be refused for.
func byUpdates(t *testing.T, _ Fault, s scene, spoilt inventory.Stack) string {
	t.Helper()
	found, err := changes.CompareStack(s.stack, spoilt)
	if err != nil {
		t.Fatal(err)
	}
	var classes []string
	for _, c := range found {
		if c.Refused() {
			classes = append(classes, string(c.Class))
		}
	}
	slices.Sort(classes)
	return strings.Join(slices.Compact(classes), " ")
}
