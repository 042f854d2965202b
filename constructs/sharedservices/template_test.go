package sharedservices_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/sharedservices"
	"github.com/secureml/environments/internal/cdktest"
	"github.com/secureml/environments/plan"
)

// The stacks that all tests look at. One synthesis makes them all.
const (
	index         = "index"         // a served index with two consumer accounts, one its own
	indexNoImage  = "indexnoimage"  // the same before its image is pushed, in the account of the deployer's credentials
	packagesStack = "packagesstack" // CodeArtifact for another account
)

const (
	ownAccount = "111122223333"
	consumer   = "444455556666"
)

var digest = "sha256:" + strings.Repeat("a", 64)

// asSynthesizer makes the test binary synthesize the stack with a served index, and nothing else.
const asSynthesizer = "SHAREDSERVICES_TEST_SYNTHESIZE"

func TestMain(m *testing.M) {
	if directory := os.Getenv(asSynthesizer); directory != "" {
		app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(directory), AnalyticsReporting: jsii.Bool(false)})
		sharedservices.NewSharedServices(awscdk.NewStack(app, jsii.String(index), nil), "Services", planned(index))
		app.Synth(nil)
		jsii.Close()
		os.Exit(0)
	}
	code := cdktest.Run(m)
	os.RemoveAll(assemblies)
	os.Exit(code)
}

// assemblies is where the shared synthesis writes; it outlives the test that is first to ask for it.
var assemblies string

const organization = `
organization: acme
account: "` + ownAccount + `"
region: eu-west-1
access: {accountMfa: {}}
deployment: {roleNames: [publisher]}
projects:
  - name: fraud
    owner: fraud@example.com
    costCenter: CC-1
    environments: [{name: dev, network: {cidr: 10.1.0.0/20}}]
`

// planned is the plan of one of the stacks. A served index needs names and a certificate, which are of no interest here
// and so are set in the plan.
func planned(stack string) plan.SharedServices {
	parsed, err := config.Parse("organization.yaml", []byte(organization))
	if err != nil {
		panic(err)
	}
	p := plan.New(parsed).SharedServices[0]
	p.Consumers = []string{ownAccount, consumer}
	if stack == packagesStack {
		p.Consumers = []string{consumer}
		return p
	}
	parsed.SharedServices.Packages = config.Packages{Kind: config.PackagesIndex, DomainName: "pypi.example.com"}
	served := plan.New(parsed).SharedServices[0]
	served.Consumers = p.Consumers
	served.Packages.CertificateARN = "arn:aws:acm:eu-west-1:" + ownAccount + ":certificate/0"
	served.Packages.ImageDigest = digest
	if stack == indexNoImage {
		served.Target.Account, served.Consumers, served.Packages.ImageDigest = "", []string{""}, ""
	}
	return served
}

// synthesized holds the templates by stack.
var synthesized = sync.OnceValues(func() (map[string]template, error) {
	var err error
	if assemblies, err = os.MkdirTemp("", "sharedservices"); err != nil {
		return nil, err
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(assemblies), AnalyticsReporting: jsii.Bool(false)})
	built := map[string]*sharedservices.SharedServices{}
	for _, name := range []string{index, indexNoImage, packagesStack} {
		built[name] = sharedservices.NewSharedServices(awscdk.NewStack(app, jsii.String(name), nil), "Services", planned(name))
	}
	app.Synth(nil)
	templates := map[string]template{}
	for name := range built {
		text, err := os.ReadFile(filepath.Join(assemblies, name+".template.json"))
		if err != nil {
			return nil, err
		}
		t := template{built: built[name]}
		if err := json.Unmarshal(text, &t); err != nil {
			return nil, err
		}
		templates[name] = t
	}
	return templates, nil
})

type template struct {
	Resources map[string]resource
	Outputs   map[string]any
	built     *sharedservices.SharedServices
}

type resource struct {
	Type           string
	Properties     map[string]any
	DeletionPolicy string
	DependsOn      []string
}

func templateOf(t testing.TB, stack string) template {
	t.Helper()
	templates, err := synthesized()
	if err != nil {
		t.Fatal(err)
	}
	return templates[stack]
}

// all resources of a type, by logical id.
func (m template) all(kind string) map[string]resource {
	found := map[string]resource{}
	for id, r := range m.Resources {
		if r.Type == kind {
			found[id] = r
		}
	}
	return found
}

// only returns the one resource of a type.
func (m template) only(t testing.TB, kind string) (string, map[string]any) {
	t.Helper()
	found := m.all(kind)
	if len(found) != 1 {
		t.Fatalf("%d resources are %s; want one", len(found), kind)
	}
	for id, r := range found {
		return id, r.Properties
	}
	return "", nil
}

// named finds the one resource whose logical id begins with the construct's name.
func (m template) named(t testing.TB, name string) (string, resource) {
	t.Helper()
	var ids []string
	for id := range m.Resources {
		if rest, ok := strings.CutPrefix(id, "Services"+name); ok && len(rest) == 8 {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		t.Fatalf("%d resources are named %s; want one", len(ids), name)
	}
	return ids[0], m.Resources[ids[0]]
}

// at walks into maps and lists.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := value.(map[string]any)
			value = m[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// same compares by JSON, in which templates are written.
func same(got, want any) bool {
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	return bytes.Equal(a, b)
}

func ref(id string) map[string]any { return map[string]any{"Ref": id} }

func attribute(id string) map[string]any { return map[string]any{"Fn::GetAtt": []string{id, "Arn"}} }

// pairs turns a list of objects into a map.
func pairs(list any, key, value string) map[string]any {
	out := map[string]any{}
	items, _ := list.([]any)
	for _, item := range items {
		name, _ := at(item, key).(string)
		out[name] = at(item, value)
	}
	return out
}

// maxMessages to the jsii kernel: the noise-free measure of what the stack costs at synthesis.
const maxMessages = 150

func TestSynthesisIsFrugal(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), asSynthesizer+"="+t.TempDir(), "JSII_DEBUG=1")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	messages := bytes.Count(output, []byte("\n> {\"api\""))
	if messages == 0 || messages > maxMessages {
		t.Errorf("%d messages to the jsii kernel; at most %d", messages, maxMessages)
	}
	t.Logf("%d messages", messages)
}

func sorted(values []string) []string {
	slices.Sort(values)
	return values
}
