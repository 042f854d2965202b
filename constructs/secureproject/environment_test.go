package secureproject_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/secureproject"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/plan"
)

const organization = `
organization: acme
region: eu-west-1
access: {accountMfa: {}}
projects:
  - name: fraud
    owner: fraud@example.com
    costCenter: CC-1
    users: [{name: alice, email: alice@example.com}]
    environments: [{name: dev, network: {cidr: 10.1.0.0/20}}]
`

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

func planned(t *testing.T) plan.Environment {
	t.Helper()
	parsed, err := config.Parse("organization.yaml", []byte(organization))
	if err != nil {
		t.Fatal(err)
	}
	return plan.New(parsed).Environments[0]
}

// template synthesizes a stack with one environment, whose inputs the function may replace by parameters of the stack.
func template(t *testing.T, adapt func(awscdk.Stack, *plan.Environment)) string {
	t.Helper()
	directory := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(directory), AnalyticsReporting: jsii.Bool(false)})
	stack := awscdk.NewStack(app, jsii.String("stack"), nil)
	in := planned(t)
	if adapt != nil {
		adapt(stack, &in)
	}
	secureproject.NewSecureProjectEnvironment(stack, "Environment", in)
	app.Synth(nil)
	text, err := os.ReadFile(filepath.Join(directory, "stack.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A Service Catalog product is the same construct with CloudFormation parameters in place of literals. Nothing of the
// literals may be left, or two launches of the product would meet.
func TestWorksWithParameters(t *testing.T) {
	text := template(t, func(stack awscdk.Stack, in *plan.Environment) {
		parameter := func(name string) string {
			return *awscdk.NewCfnParameter(stack, jsii.String(name), &awscdk.CfnParameterProps{Type: jsii.String("String")}).ValueAsString()
		}
		in.Project, in.Name = parameter("Project"), parameter("Name")
		in.Owner, in.CostCenter, in.Classification = parameter("Owner"), parameter("CostCenter"), parameter("Classification")
		in.Network.CIDR = parameter("Cidr")
		cidrs := awscdk.Fn_Cidr(jsii.String(in.Network.CIDR), jsii.Number(2), jsii.String("8"))
		for i := range in.Network.Subnets {
			in.Network.Subnets[i].CIDR = *awscdk.Fn_Select(jsii.Number(i), cidrs)
		}
		in.Users = nil
		in.Budget.AlertEmails = []string{in.Owner}
	})
	for _, literal := range []string{"fraud", "10.1.", "CC-1", "alice"} {
		if strings.Contains(text, literal) {
			t.Errorf("the template still holds %q", literal)
		}
	}
	if strings.Contains(text, "${Token[") {
		t.Error("a token was not resolved")
	}
	var parsed struct{ Resources map[string]any }
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	if len(parsed.Resources) < 80 {
		t.Errorf("only %d resources", len(parsed.Resources))
	}
}

// The order of resources in code must not decide their ids: an id that changes replaces a resource with data.
func TestLogicalIDsOfDataAreStable(t *testing.T) {
	text := template(t, nil)
	want := []string{
		"EnvironmentAccessLogBucket", "EnvironmentDataBucket", "EnvironmentDataKey", "EnvironmentLogKey", "EnvironmentModelBucket",
		"EnvironmentImageRepository", "EnvironmentSourceRepository", "EnvironmentVolumeKey",
	}
	ids := regexp.MustCompile(`"(Environment(?:\w+Bucket|\w+Key|\w+Repository))[0-9A-F]{8}": \{\s+"Type"`).FindAllStringSubmatch(text, -1)
	var got []string
	for _, id := range ids {
		got = append(got, id[1])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// A user is one role: nothing else of the environment changes when one joins.
func TestAUserChangesNothingElse(t *testing.T) {
	resources := func(users ...plan.User) map[string]any {
		var parsed struct{ Resources map[string]any }
		text := template(t, func(_ awscdk.Stack, in *plan.Environment) { in.Users = users })
		if err := json.Unmarshal([]byte(text), &parsed); err != nil {
			t.Fatal(err)
		}
		return parsed.Resources
	}
	alice, bob := plan.User{Name: "alice", Identity: "a@example.com"}, plan.User{Name: "bob", Identity: "b@example.com"}
	before, after := resources(alice), resources(alice, bob)
	for id, resource := range after {
		was, existed := before[id]
		a, _ := json.Marshal(was)
		b, _ := json.Marshal(resource)
		switch {
		case !existed && !strings.Contains(id, "NotebookRolebob"):
			t.Errorf("%s is new", id)
		case existed && string(a) != string(b):
			t.Errorf("%s has changed", id)
		}
	}
	if len(after) != len(before)+1 {
		t.Errorf("%d resources became %d", len(before), len(after))
	}
}
