package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/stacks"
)

var emulated = flag.Bool("emulator", false, "hold the calls against the SDK and the emulator; make deploy-check does")

const account = "111122223333"

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

var planned = sync.OnceValues(func() (plan.Plan, error) {
	organization, err := config.Load("organization.yaml")
	if err != nil {
		return plan.Plan{}, err
	}
	return plan.New(organization), nil
})

func testRoad(t *testing.T) road {
	t.Helper()
	p, err := planned()
	must(t, err)
	arn := "arn:aws:kms:us-east-1:" + account + ":key/"
	role := "arn:aws:iam::" + account + ":role/secureml/probe/dev/"
	return road{environment: p.Environments[0], run: "20261123t120000", registry: algorithmRegistry, parameters: map[string]string{
		"subnet-ids": "subnet-0a,subnet-0b", "security-group-id": "sg-0a", "data-bucket": "probe-data", "model-bucket": "probe-models",
		"data-key-arn": arn + "data", "volume-key-arn": arn + "volume", "job-role-arn": role + "job", "hosting-role-arn": role + "hosting",
		"package-domain": "secureml-e2e", "package-domain-owner": account, "package-repository": "packages", "vpc-id": "vpc-deployed",
	}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingWithoutConsent(t *testing.T) {
	for name, c := range map[string]struct {
		arguments []string
		want      string
	}{
		"no account":            {nil, "name the account"},
		"no number":             {[]string{"-account", "1111-2222-3333", "-consent", consentTo("1111-2222-3333")}, "12 digits"},
		"no consent":            {[]string{"-account", account}, "nothing was done"},
		"consent to another":    {[]string{"-account", account, "-consent", consentTo("444455556666")}, "nothing was done"},
		"consent in other word": {[]string{"-account", account, "-consent", "yes"}, "nothing was done"},
		"something else":        {[]string{"-account", account, "-consent", consentTo(account), "now"}, "not understood"},
	} {
		if err := run(t.Context(), c.arguments, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	o, err := parse([]string{"-account", account, "-consent", consentTo(account), "-keep"}, io.Discard)
	if err != nil || o.account != account || !o.keep {
		t.Errorf("got %+v, %v", o, err)
	}
}

// fake answers every call by its operation.
type fake struct {
	answers map[string]map[string]any
	fails   map[string]error
	calls   []call
}

func (f *fake) do(_ context.Context, c call) (map[string]any, error) {
	f.calls = append(f.calls, c)
	return f.answers[c.Operation], f.fails[c.Operation]
}

func TestOtherAccountIsRefused(t *testing.T) {
	s := suite{out: io.Discard, client: &fake{answers: map[string]map[string]any{"GetCallerIdentity": {"Account": "444455556666"}}}}
	if err := s.isAccount(t.Context(), account); err == nil || !strings.Contains(err.Error(), "nothing was done") {
		t.Errorf("got %v", err)
	}
	if err := s.isAccount(t.Context(), "444455556666"); err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	s := suite{out: io.Discard, client: &fake{fails: map[string]error{
		"ListObjectsV2": errors.New("An error occurred (AccessDenied)"), "HeadObject": errors.New("An error occurred (404): Not Found"),
	}}}
	s.refusals(t.Context(), refused(testRoad(t).parameters))
	got := s.report.markdown()
	for _, want := range []string{"- ok: refused from outside: s3 ListObjectsV2\n", "HeadObject: failed for another reason", "GenerateDataKey: was allowed", "3 tried, 2 failed"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestWalk(t *testing.T) {
	r := testRoad(t)
	describe := "DescribeProcessingJob"
	for name, c := range map[string]struct {
		answer map[string]any
		want   string
		failed int
	}{
		"all well": {map[string]any{"ProcessingJobStatus": "Completed", "ExitMessage": `[["training",""],["endpoint",""]]`}, "", 0},
		"one step": {map[string]any{"ProcessingJobStatus": "Completed", "ExitMessage": `[["training",""],["endpoint","Failed"]]`}, "", 1},
		"no steps": {map[string]any{"ProcessingJobStatus": "Completed", "ExitMessage": `[]`}, "not understood", 0},
		"no word":  {map[string]any{"ProcessingJobStatus": "Completed"}, "not understood", 0},
		"gave up":  {map[string]any{"ProcessingJobStatus": "Failed", "FailureReason": "no image"}, "no image", 0},
	} {
		s := suite{out: io.Discard, road: &r, client: &fake{answers: map[string]map[string]any{describe: c.answer}}}
		err := s.walk(t.Context(), "role", 0)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) || s.report.failed != c.failed {
			t.Errorf("%s: got %v, %d failed", name, err, s.report.failed)
		}
	}
}

func TestAnEmptyRunFails(t *testing.T) {
	if (&report{}).err() == nil {
		t.Error("nothing was tried, and it passed")
	}
}

func TestCommandLineArguments(t *testing.T) {
	for _, c := range []struct {
		call call
		want []string
	}{
		{call{"s3", "ListObjectsV2", map[string]any{"Bucket": "b"}}, []string{"s3api", "list-objects-v2"}},
		{call{"iam", "SimulatePrincipalPolicy", nil}, []string{"iam", "simulate-principal-policy"}},
		{call{"sagemaker", "DescribeProcessingJob", nil}, []string{"sagemaker", "describe-processing-job"}},
	} {
		got, err := c.call.arguments("us-east-1")
		if err != nil || !slices.Equal(got[:2], c.want) || got[3] != "us-east-1" {
			t.Errorf("got %v, %v", got, err)
		}
	}
}

func TestProgramFitsAJob(t *testing.T) {
	drive, err := testRoad(t).drive("arn:aws:iam::" + account + ":role/notebook")
	must(t, err)
	specification := drive.Input["AppSpecification"].(map[string]any)
	arguments := specification["ContainerArguments"].([]string)
	if len(arguments) > 100 {
		t.Errorf("%d arguments; a job takes 100", len(arguments))
	}
	for _, text := range slices.Concat(arguments, specification["ContainerEntrypoint"].([]string)) {
		if len(text) > 256 {
			t.Errorf("%d characters; a job takes 256: %s", len(text), text)
		}
	}
	if drive.Input["NetworkConfig"] == nil {
		t.Error("the driver is not in the VPC")
	}
}

func TestImagesAreOfAnAdmittedRegistry(t *testing.T) {
	if registries := testRoad(t).environment.ImageRegistries(); !slices.Contains(registries, algorithmRegistry) {
		t.Errorf("the endpoint policy does not admit %s: %v", algorithmRegistry, registries)
	}
}

// A deviation differs from the compliant job in the one thing that its control is about, or its refusal shows nothing.
func TestDeviations(t *testing.T) {
	r := testRoad(t)
	compliant := r.train().Input
	for _, d := range r.deviations() {
		if !d.Refused || d.Wait != nil || d.Operation != "CreateTrainingJob" {
			t.Errorf("%+v", d)
		}
		var differs []string
		for key := range compliant {
			a, err := (call{Input: map[string]any{"v": compliant[key]}}).arguments("")
			must(t, err)
			b, err := (call{Input: map[string]any{"v": d.Input[key]}}).arguments("")
			must(t, err)
			if !slices.Equal(a, b) && key != "TrainingJobName" {
				differs = append(differs, key)
			}
		}
		if len(differs) != 1 {
			t.Errorf("%s: differs in %v", d.Name, differs)
		}
	}
}

// testProbes are those of the synthesized configuration.
var testProbes = sync.OnceValues(func() ([]probe, error) {
	p, err := planned()
	if err != nil {
		return nil, err
	}
	directory, err := os.MkdirTemp("", "e2e")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	if _, err := stacks.Synthesize(p, filepath.Join(directory, "cdk.out")); err != nil {
		return nil, err
	}
	w, err := world(filepath.Join(directory, "cdk.out"), account)
	if err != nil {
		return nil, err
	}
	rows, err := decisions.Rows()
	if err != nil {
		return nil, err
	}
	s, err := decisions.Start("..")
	if err != nil {
		return nil, err
	}
	found, strange, err := probes(s, w, w.Deployed(map[string]string{"vpc-id": "vpc-deployed"}), rows)
	if strange > len(rows)/4 {
		err = errors.Join(err, fmt.Errorf("%d of %d rows are about parts that the configuration does not have", strange, len(rows)))
	}
	return found, errors.Join(err, s.Close())
})

func TestProbes(t *testing.T) {
	all, err := testProbes()
	must(t, err)
	allowed, controls, deployed := 0, map[string]bool{}, false
	for _, p := range all {
		if p.allowed {
			allowed++
		} else {
			controls[p.outcome.Row.Control] = true
		}
		text, err := p.call.arguments("us-east-1")
		must(t, err)
		deployed = deployed || strings.Contains(strings.Join(text, " "), "vpc-deployed")
	}
	t.Logf("%d probes: %d allowed, refusals by %d controls", len(all), allowed, len(controls))
	if allowed < 20 || len(controls) < 15 || !deployed {
		t.Errorf("%d allowed, %d controls, names deployed ids: %v", allowed, len(controls), deployed)
	}
}

func TestProbeComparesWithAWS(t *testing.T) {
	p := probe{call: call{Service: "iam", Operation: "SimulatePrincipalPolicy"}, allowed: false}
	for decision, agrees := range map[string]bool{"explicitDeny": true, "implicitDeny": true, "allowed": false} {
		answer := map[string]any{"EvaluationResults": []any{map[string]any{"EvalDecision": decision}}}
		if _, err := p.ask(t.Context(), &fake{answers: map[string]map[string]any{p.call.Operation: answer}}); (err == nil) != agrees {
			t.Errorf("%s: got %v", decision, err)
		}
	}
	if _, err := p.ask(t.Context(), &fake{}); err == nil {
		t.Error("no answer passes for a refusal")
	}
}

func TestReportSaysFailures(t *testing.T) {
	var out bytes.Buffer
	r := report{}
	r.add(&out, "one", nil)
	r.add(&out, "two", errors.New("a\nb"))
	if r.err() == nil || out.String() != "- ok: one\n- FAILED: two: a b\n" {
		t.Errorf("got %v, %q", r.err(), out.String())
	}
}
