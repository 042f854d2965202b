package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/policy"
)

// The largest that we allow ourselves; AWS allows 500 resources and 1 MB, of which we take three quarters.
const (
	maxResources     = 400
	maxTemplateBytes = 750_000
	// maxMessages to the jsii kernel that one more project environment may cost: the noise-free measure of synthesis time.
	maxMessages = 400
)

func TestTemplatesStayWithinLimits(t *testing.T) {
	for _, a := range withLargest(t) {
		for _, s := range a.Stacks {
			if n := len(s.Template.Resources); n > maxResources {
				t.Errorf("%s has %d resources; at most %d", s.ID, n, maxResources)
			}
			info, err := os.Stat(s.TemplateFile)
			if err != nil {
				t.Fatal(err)
			}
			if info.Size() > maxTemplateBytes {
				t.Errorf("%s has %d bytes; at most %d", s.ID, info.Size(), maxTemplateBytes)
			}
		}
	}
}

// withLargest are the examples and the largest environment that the configuration admits.
func withLargest(t *testing.T) map[string]inventory.Assembly {
	t.Helper()
	assemblies := map[string]inventory.Assembly{}
	for example := range synthesized {
		assemblies[example] = assembly(t, example)
	}
	greatest, err := assemble(plan.New(largest(t)))
	if err != nil {
		t.Fatal(err)
	}
	assemblies["the largest environment"] = greatest
	return assemblies
}

// The sizes are those of the resolved documents, as AWS will count them, not those of the template's text.
func TestPoliciesStayWithinLimits(t *testing.T) {
	limits := map[string]struct {
		property string
		limit    int
	}{
		"AWS::IAM::ManagedPolicy": {"PolicyDocument", policy.ManagedPolicyLimit},
		"AWS::IAM::Role":          {"AssumeRolePolicyDocument", policy.TrustPolicyLimit},
		"AWS::S3::BucketPolicy":   {"PolicyDocument", policy.BucketPolicyLimit},
		"AWS::KMS::Key":           {"KeyPolicy", policy.KeyPolicyLimit},
		"AWS::EC2::VPCEndpoint":   {"PolicyDocument", policy.EndpointPolicyLimit},
	}
	for example, a := range withLargest(t) {
		for _, s := range a.Stacks {
			for id, r := range resolved(t, s) {
				if l, ok := limits[r.Type]; ok && r.Properties[l.property] != nil {
					text, err := json.Marshal(r.Properties[l.property])
					if err != nil {
						t.Fatal(err)
					}
					if len(text) > l.limit {
						t.Errorf("%s: %s of %s has a %s of %d characters; at most %d", example, id, s.ID, l.property, len(text), l.limit)
					}
				}
				if n := len(texts(r.Properties["ManagedPolicyArns"])); r.Type == "AWS::IAM::Role" && n > policy.ManagedPoliciesPerRole {
					t.Errorf("%s: %s of %s carries %d managed policies; at most %d", example, id, s.ID, n, policy.ManagedPoliciesPerRole)
				}
			}
		}
	}
}

// organization writes a configuration of one project environment each for n projects.
func organization(n int) string {
	var b strings.Builder
	b.WriteString("organization: acme\nregion: eu-west-1\naccess: {accountMfa: {}}\nprojects:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - name: project%d\n    owner: team@example.com\n    costCenter: CC-%d\n    users: [{name: alice, email: alice@example.com}]\n", i, i)
		fmt.Fprintf(&b, "    environments: [{name: dev, network: {cidr: 10.%d.0.0/20}}]\n", i+1)
	}
	return b.String()
}

// largest is an environment with everything that the configuration admits, all at its greatest number and length.
func largest(t testing.TB) *config.Organization {
	t.Helper()
	quoted := func(names []string) string { return "[" + strings.Join(names[:min(30, len(names))], ", ") + "]" }
	repeat := func(count int, format string) string {
		var all []string
		for i := range count {
			all = append(all, fmt.Sprintf(format, i))
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	var workbench []string
	for _, name := range facts.InstanceTypes(facts.Studio) {
		if facts.IsInstanceType(facts.Notebook, name) {
			workbench = append(workbench, name)
		}
	}
	parsed, err := config.Parse("largest.yaml", []byte(`
organization: acme
region: eu-west-1
access: {accountMfa: {}, corporateCidrs: `+repeat(50, "203.0.%d.0/24")+`}
deployment: {roleNames: `+repeat(20, "a-role-with-a-name-of-the-greatest-length-that-iam-admits-%06d")+`}
projects:
  - name: abcdefghijklmnop
    owner: the-team-that-answers-for-this-project@department.example.com
    costCenter: CC-1
    users: `+repeat(100, "{name: user-with-long-na%02d, email: user-%02[1]d@department.example.com}")+`
    environments:
      - name: develop1
        kind: development
        features: [studio, notebooks, mlflow, feature-store, self-service]
        network: {cidr: 10.1.0.0/20, availabilityZones: 3}
        data: {classification: restricted, lakeBuckets: `+repeat(20, "acme-data-lake-with-a-very-long-name-that-has-sixty-three-ch-%02d")+`}
        compute:
          maxRuntime: 1h
          training: `+quoted(facts.InstanceTypes(facts.Training))+`
          processing: `+quoted(facts.InstanceTypes(facts.Processing))+`
          hosting: `+quoted(facts.InstanceTypes(facts.Hosting))+`
          workbench: `+quoted(workbench)+`
`))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// messages counts what one synthesis says to the jsii kernel.
func messages(t *testing.T, environments int) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(organization(environments)), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), asApp+"=1", "JSII_DEBUG=1", "CDK_OUTDIR="+t.TempDir(), fmt.Sprintf(`CDK_CONTEXT_JSON={"config":%q}`, path))
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, output[max(0, len(output)-2000):])
	}
	return bytes.Count(output, []byte(`> {"api":`))
}

func TestSynthesisIsFrugal(t *testing.T) {
	one, three := messages(t, 1), messages(t, 3)
	each := (three - one) / 2
	t.Logf("%d messages for one environment, %d for each further one", one, each)
	if each > maxMessages || each < 50 {
		t.Errorf("each environment costs %d messages; at most %d (fewer than 50 would mean that the count is wrong)", each, maxMessages)
	}
}
