package deployment_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/deployment"
	"github.com/secureml/environments/guardrails"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/stacks"
)

var (
	emulated = flag.Bool("emulator", false, "deploy the examples to the emulator; make deploy-check does")
	update   = flag.Bool("update", false, "write testdata anew")
)

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// What the emulator skips or shows wrong, so that nobody reads more into a deployment than it proves.
const emulatedFile = "testdata/emulated.txt"

func TestExamplesDeploy(t *testing.T) {
	if !*emulated {
		t.Skip("make deploy-check runs it")
	}
	report := deployment.NewReport()
	for _, example := range []string{"comprehensive", "multi-account"} {
		t.Run(example, func(t *testing.T) { newRun(t, example).everything(report) })
	}
	t.Logf("what the emulator made of the examples:\n%s", report.Summary())
	if incomplete := report.Incomplete(); incomplete != nil {
		t.Errorf("the emulator created some and not all of %s", strings.Join(incomplete, ", "))
	}
	if *update {
		if err := os.WriteFile(emulatedFile, []byte(report.Kinds()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(emulatedFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), report.Kinds()); diff != "" {
		t.Errorf("what the emulator proves has changed; read it, then make deploy-check UPDATE=1:\n%s", diff)
	}
}

// run is one example in an emulator of its own.
type run struct {
	*testing.T
	plan     plan.Plan
	assembly inventory.Assembly
	emulator *deployment.Emulator
	caller   *deployment.Caller
	deployer string
	cdk      deployment.CDK
}

func newRun(t *testing.T, example string) run {
	t.Helper()
	organization, err := config.Load("../examples/" + example + ".yaml")
	must(t, err)
	r := run{T: t, plan: plan.New(organization)}
	directory, err := stacks.Synthesize(r.plan, filepath.Join(t.TempDir(), "cdk.out"))
	must(t, err)
	r.assembly, err = inventory.Read(directory)
	must(t, err)
	r.emulator, err = deployment.Start("..", t.TempDir())
	must(t, err)
	t.Cleanup(r.emulator.Close)
	r.caller, err = r.emulator.NewCaller()
	must(t, err)
	t.Cleanup(r.caller.Close)
	// The account of the shared services deploys to all.
	r.deployer = r.plan.SharedServices[0].Target.Account
	r.cdk = r.as(r.deployer)
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// as returns the command line with credentials of the account.
func (r run) as(account string) deployment.CDK {
	r.Helper()
	region := r.plan.SharedServices[0].Target.Region
	keys, err := r.caller.Credentials(account, region)
	must(r.T, err)
	return r.emulator.CDK(keys, region)
}

func (r run) everything(report deployment.Report) {
	shared, environments := deployment.Order(r.plan, r.assembly)
	r.bootstrap()
	// The command line takes the user's home from the system and not from HOME, so it must be told where its cache goes.
	if _, err := os.Stat(filepath.Join(r.emulator.Home, ".cdk")); err != nil {
		r.Errorf("the command line wrote its cache elsewhere: %v", err)
	}
	r.deploy(shared)
	r.deploy(environments)
	r.deployed(report)
	r.parameters()

	all := slices.Concat(shared, environments)
	if changed := deployment.Changed(r.deploy(all), all); len(changed) > 0 {
		r.Errorf("deployed again, these change: %v", changed)
	}
	output, err := r.cdk.Run(r.Context(), append([]string{"diff", "--fail", "--app", r.assembly.Directory}, all...)...)
	must(r.T, err)
	if none := "Number of stacks with differences: 0"; !strings.Contains(output, none) {
		r.Errorf("cdk diff does not say %q:\n%s", none, output)
	}
}

func (r run) bootstrap() {
	for _, b := range deployment.Bootstraps(r.plan) {
		_, err := r.as(b.Account).Run(r.Context(), b.Arguments(r.deployer)...)
		must(r.T, err)
	}
}

// deploy deploys the stacks and returns what the command line printed.
func (r run) deploy(ids []string) string {
	output, err := r.cdk.Run(r.Context(), append([]string{"deploy", "--app", r.assembly.Directory, "--require-approval", "never", "--progress", "events"}, ids...)...)
	must(r.T, errors.Join(r.emulator.Failures(), err))
	return output
}

// deployed reads every stack back, and asks of what is there what the documentation promises.
func (r run) deployed(report deployment.Report) {
	missing := map[string]bool{}
	for _, s := range r.assembly.Stacks {
		d, err := r.caller.Deployed(s)
		must(r.T, err)
		must(r.T, report.Add(d))
		for id, resource := range s.Template.Resources {
			if _, ok := d.Physical[id]; !ok {
				missing[resource.Type] = true
			}
		}
		r.facts(d)
		r.values(d)
	}
	if diff := cmp.Diff(r.emulator.Unsupported(), slices.Sorted(maps.Keys(missing))); diff != "" {
		r.Errorf("what is missing is not what the emulator says it skips:\n%s", diff)
	}
}

// facts are a few promises of the architecture, asked of the API.
func (r run) facts(d deployment.Deployed) {
	roles, buckets := 0, 0
	for id := range d.Physical {
		resource := d.View.Resources[id]
		switch resource.Type {
		case "AWS::IAM::Role":
			roles++
		case "AWS::S3::Bucket":
			buckets++
		default:
			continue
		}
		read, err := d.Read(id)
		must(r.T, err)
		if resource.Type == "AWS::S3::Bucket" {
			if algorithm := fmt.Sprint(read["BucketEncryption"]); !strings.Contains(algorithm, "aws:kms") && !strings.Contains(algorithm, "AES256") {
				r.Errorf("%s: bucket %s has the encryption %s", d.Stack.ID, id, algorithm)
			}
			continue
		}
		tags := inventory.Tags(inventory.Resource{Properties: read})
		if read["PermissionsBoundary"] == "" || tags["secureml:persona"] == "" || tags["Project"] == "" || !strings.HasPrefix(fmt.Sprint(read["Path"]), "/secureml/") {
			r.Errorf("%s: role %s has path %v, boundary %v, tags %v", d.Stack.ID, id, read["Path"], read["PermissionsBoundary"], tags)
		}
	}
	r.Logf("%s: %d resources exist, %d roles, %d buckets", d.Stack.ID, len(d.Physical), roles, buckets)
}

// values asks for every parameter of the stack by the name that the template gives it, and for its value where no reference
// is in it. What refers to a type that the emulator skips is hollow there.
func (r run) values(d deployment.Deployed) {
	for id, resource := range d.Stack.Template.Resources {
		if resource.Type != "AWS::SSM::Parameter" {
			continue
		}
		var answer struct{ Parameter struct{ Value string } }
		name := d.View.Resources[id].Properties["Name"]
		must(r.T, r.caller.Do(deployment.Call{
			Account: d.Stack.Account, Region: d.Stack.Region, Service: "ssm", Operation: "GetParameter", Input: map[string]any{"Name": name},
		}, &answer))
		if want, ok := resource.Properties["Value"].(string); ok && answer.Parameter.Value != want {
			r.Errorf("%s: %s has the value %q, want %q", d.Stack.ID, name, answer.Parameter.Value, want)
		}
		if missing := d.Missing(resource.Properties["Value"]); missing != nil {
			r.Logf("%s: %s is hollow: it names %v, which the emulator skips", d.Stack.ID, name, missing)
		} else if answer.Parameter.Value == "" || strings.Contains(answer.Parameter.Value, "None") {
			r.Errorf("%s: %s has the value %q", d.Stack.ID, name, answer.Parameter.Value)
		}
	}
}

// parameters reads all parameters as the README tells, and gives them to the policies for the organisation.
func (r run) parameters() {
	type parameter struct{ Name, Value string }
	found := guardrails.Parameters{}
	for _, b := range deployment.Bootstraps(r.plan) {
		var answer struct{ Parameters []parameter }
		must(r.T, r.caller.Do(deployment.Call{
			Account: b.Account, Region: b.Region, Service: "ssm", Operation: "GetParametersByPath",
			Input: map[string]any{"Path": "/secureml", "Recursive": true},
		}, &answer))
		for _, p := range answer.Parameters {
			found[p.Name] = p.Value
		}
	}
	for _, e := range r.plan.Environments {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(found)), func(name string) bool { return strings.HasPrefix(name, e.Prefix()) }) {
			r.Errorf("no parameter is below %s", e.Prefix())
		}
	}
	files, err := guardrails.Export(r.plan, found)
	must(r.T, err)
	r.Logf("%d parameters below /secureml; %d policies for the organisation made from them", len(found), len(files))
}
