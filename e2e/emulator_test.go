package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/secureml/environments/deployment"
)

func emulator(t *testing.T) *deployment.Emulator {
	t.Helper()
	if !*emulated {
		t.Skip("make deploy-check runs it")
	}
	e, err := deployment.Start("..", t.TempDir())
	must(t, err)
	t.Cleanup(e.Close)
	return e
}

// Every call has an operation and parameters that the SDK knows, with all that are required.
func TestCallsFitTheSDKOfTheEmulator(t *testing.T) {
	e := emulator(t)
	caller, err := e.NewCaller()
	must(t, err)
	t.Cleanup(caller.Close)
	r := testRoad(t)
	drive, err := r.drive("arn:aws:iam::" + account + ":role/notebook")
	must(t, err)
	calls := refused(r.parameters)
	for _, s := range slices.Concat(r.steps(), r.leftovers(), []step{drive}) {
		calls = append(calls, s.call)
		if s.Wait != nil {
			calls = append(calls, *s.Wait)
		}
	}
	all, err := testProbes()
	must(t, err)
	for _, p := range all {
		calls = append(calls, p.call)
	}
	for _, c := range calls {
		err := caller.Do(deployment.Call{Region: "us-east-1", Service: c.Service, Operation: c.Operation, Input: c.Input, Check: true}, nil)
		if err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d calls", len(calls))
}

// The driver takes every step with the real SDK, and believes nothing: the emulator refuses no request, so exactly the
// deviations must be reported.
func TestDriverAgainstTheEmulator(t *testing.T) {
	e := emulator(t)
	r := testRoad(t)
	file := filepath.Join(e.Home, "out", "message")
	program, err := r.program(0, file)
	must(t, err)
	// As the container gets it.
	output, err := e.Python(unpack[2], pack(program)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	text, err := os.ReadFile(file)
	must(t, err)
	if len(text) > 1024 {
		t.Errorf("SageMaker cuts a message of %d characters", len(text))
	}
	var results [][2]string
	must(t, json.Unmarshal(text, &results))
	got := map[string]string{}
	for _, result := range results {
		got[result[0]] = result[1]
	}
	for _, s := range r.steps() {
		if wrong, ok := got[s.Name]; !ok || wrong != "" {
			t.Errorf("%s: %q (reported: %v)\n%s", s.Name, wrong, ok, output)
		}
	}
	for _, s := range r.deviations() {
		if got[s.Name] != "was allowed" {
			t.Errorf("%s: the driver says %q about a job that the emulator allowed", s.Name, got[s.Name])
		}
	}
}
