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

// The largest that we allow ourselves; AWS allows 500 resources and 1 MB.
const (
	maxResources     = 400
	maxTemplateBytes = 700_000
	// maxMessages to the jsii kernel that one more project environment may cost: the noise-free measure of synthesis time.
	maxMessages = 400
)

func TestTemplatesStayWithinLimits(t *testing.T) {
	for example := range synthesized {
		for _, s := range assembly(t, example).Stacks {
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

// The sizes are those of the resolved documents, as AWS will count them, not those of the template's text.
func TestPoliciesStayWithinLimits(t *testing.T) {
	assemblies := map[string]inventory.Assembly{}
	for example := range synthesized {
		assemblies[example] = assembly(t, example)
	}
	greatest, err := assemble(plan.New(largest(t)))
	if err != nil {
		t.Fatal(err)
	}
	assemblies["the largest environment"] = greatest
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
	for example, a := range assemblies {
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

// largest is an environment with everything that the configuration admits, all at its greatest length.
func largest(t testing.TB) *config.Organization {
	t.Helper()
	quoted := func(names []string) string { return "[" + strings.Join(names[:min(30, len(names))], ", ") + "]" }
	var workbench []string
	for _, name := range facts.InstanceTypes(facts.Studio) {
		if facts.IsInstanceType(facts.Notebook, name) {
			workbench = append(workbench, name)
		}
	}
	text := strings.Replace(organization(1), "{name: dev,", "{name: develop1, kind: development, features: [studio, notebooks, mlflow, feature-store, self-service], data: {classification: restricted, lakeBuckets: [acme-data-lake-with-a-very-long-name-that-has-sixty-three-chars]}, compute: {maxRuntime: 1h, training: "+
		quoted(facts.InstanceTypes(facts.Training))+", processing: "+quoted(facts.InstanceTypes(facts.Processing))+", hosting: "+quoted(facts.InstanceTypes(facts.Hosting))+", workbench: "+quoted(workbench)+"},", 1)
	text = strings.ReplaceAll(text, "project0", "abcdefghijklmnop")
	parsed, err := config.Parse("largest.yaml", []byte(strings.Replace(text, "cidr:", "availabilityZones: 3, cidr:", 1)))
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
