package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
)

func parse(t *testing.T, text string) Plan {
	t.Helper()
	organization, err := config.Parse("organization.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(organization)
}

const head = "organization: acme\naccount: \"111122223333\"\nregion: eu-west-1\n"

func TestSubnetsDivideTheNetwork(t *testing.T) {
	for _, c := range []struct {
		cidr  string
		count int
		want  string
	}{
		{"10.0.0.0/16", 2, "10.0.0.0/17 10.0.128.0/17"},
		{"10.0.0.0/16", 3, "10.0.0.0/18 10.0.64.0/18 10.0.128.0/18"},
		{"10.1.2.0/24", 3, "10.1.2.0/26 10.1.2.64/26 10.1.2.128/26"},
		{"10.255.255.0/24", 2, "10.255.255.0/25 10.255.255.128/25"},
	} {
		if got := strings.Join(subnetCIDRs(c.cidr, c.count), " "); got != c.want {
			t.Errorf("%s in %d: got %s, want %s", c.cidr, c.count, got, c.want)
		}
	}
}

// One shared services stack a region, environments in the order of the file, and each told where its neighbours are.
func TestPlanOfSeveralAccountsAndRegions(t *testing.T) {
	p := parse(t, head+`
access: {saml: {provider: idp}}
projects:
  - name: fraud
    owner: f@example.com
    costCenter: CC-1
    environments:
      - {name: dev, network: {cidr: 10.1.0.0/20}}
      - {name: prod, account: "444455556666", network: {cidr: 10.2.0.0/20}}
  - name: churn
    owner: c@example.com
    costCenter: CC-2
    environments:
      - {name: dev, network: {cidr: 10.3.0.0/20}}
      - {name: prod, region: us-east-1, network: {cidr: 10.4.0.0/20}}
`)
	var got []string
	for _, e := range p.Environments {
		neighbour := "alone"
		if e.SharedAccount {
			neighbour = "shared"
		}
		got = append(got, e.StackName()+" "+e.Target.Account+" "+e.Target.Region+" "+neighbour+" services:"+e.SharedServicesAccount)
	}
	want := []string{
		"secureml-fraud-dev 111122223333 eu-west-1 shared services:",
		"secureml-fraud-prod 444455556666 eu-west-1 alone services:111122223333",
		"secureml-churn-dev 111122223333 eu-west-1 shared services:",
		"secureml-churn-prod 111122223333 us-east-1 alone services:",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(p.SharedServices) != 2 || p.SharedServices[0].Target.Region != "eu-west-1" || p.SharedServices[1].Target.Region != "us-east-1" {
		t.Fatalf("shared services: %+v", p.SharedServices)
	}
	if consumers := p.SharedServices[0].Consumers; !slices.Equal(consumers, []string{"111122223333", "444455556666"}) {
		t.Errorf("consumers in eu-west-1: %v", consumers)
	}
}

func environmentOf(t *testing.T, project, environment string) Environment {
	t.Helper()
	return parse(t, head+"access: {accountMfa: {}}\nprojects:\n  - name: fraud\n    owner: f@example.com\n    costCenter: CC-1\n    users: [{name: alice, email: a@example.com}]\n"+project+"    environments: ["+environment+"]\n").Environments[0]
}

func TestEndpointsAreComputed(t *testing.T) {
	services := func(e Environment) string {
		var names []string
		for _, endpoint := range e.Endpoints {
			if endpoint.ServiceName == "" || endpoint.Reason == "" {
				t.Errorf("%s has no full name or no reason", endpoint.Service)
			}
			names = append(names, string(endpoint.Service))
		}
		return strings.Join(names, " ")
	}
	const core = "sagemaker.api sagemaker.runtime sts kms logs monitoring ecr.api ecr.dkr ssm"
	const codeArtifact = " codeartifact.api codeartifact.repositories"
	for _, c := range []struct{ environment, want string }{
		{"{name: prod, network: {cidr: 10.1.0.0/20}, repository: {kind: none}}", core + codeArtifact},
		{"{name: prod, network: {cidr: 10.1.0.0/20}}", core + " codecommit git-codecommit" + codeArtifact},
		{"{name: dev, features: [notebooks, mlflow], network: {cidr: 10.1.0.0/20}, repository: {kind: none}}",
			core + codeArtifact + " sagemaker.notebook sagemaker.experiments"},
		{"{name: dev, features: [studio, feature-store, self-service], network: {cidr: 10.1.0.0/20}, repository: {kind: none}}",
			core + codeArtifact + " sagemaker.studio sagemaker.featurestore-runtime servicecatalog"},
	} {
		if got := services(environmentOf(t, "", c.environment)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.environment, got, c.want)
		}
	}
}

// Every service that an environment can ask for has a policy in the catalogue, or its endpoint would be open.
func TestEveryEndpointHasAPolicy(t *testing.T) {
	for _, n := range needs {
		if !slices.Contains(controls.EndpointServices(), n.service) {
			t.Errorf("the catalogue has no policy for %s", n.service)
		}
	}
}

func TestNamesThatResolve(t *testing.T) {
	e := environmentOf(t, "", "{name: dev, features: [studio], network: {cidr: 10.1.0.0/20, allowedDomains: [\"*.corp.example.com\"]}}")
	domains := e.Domains()
	for _, want := range []string{"*.eu-west-1.amazonaws.com", "*.studio.eu-west-1.sagemaker.aws", "*.corp.example.com"} {
		if !slices.Contains(domains, want) {
			t.Errorf("%s does not resolve: %v", want, domains)
		}
	}
	for _, never := range []string{"*", "*.amazonaws.com", "*.com", "*.notebook.eu-west-1.sagemaker.aws"} {
		if slices.Contains(domains, never) {
			t.Errorf("%s resolves", never)
		}
	}
}

func TestPeopleWorkInDevelopmentOnly(t *testing.T) {
	if e := environmentOf(t, "", "{name: dev, network: {cidr: 10.1.0.0/20}}"); !e.Interactive || len(e.Users) != 1 || e.Users[0].Identity != "a@example.com" {
		t.Errorf("development: interactive %v, users %v", e.Interactive, e.Users)
	}
	if e := environmentOf(t, "", "{name: prod, network: {cidr: 10.1.0.0/20}}"); e.Interactive || len(e.Users) != 0 {
		t.Errorf("production: interactive %v, users %v", e.Interactive, e.Users)
	}
}

func TestLimitsAndClassification(t *testing.T) {
	e := environmentOf(t, "    defaults: {data: {classification: restricted}}\n", "{name: dev, compute: {maxRuntime: 90m, warmPool: 10m}, network: {cidr: 10.1.0.0/20}}")
	if e.Compute.MaxRuntimeSeconds != 5400 || e.Compute.WarmPoolSeconds != 600 || !e.IsolateNetwork || e.Classification != "restricted" {
		t.Errorf("%+v", e.Compute)
	}
	if e.Network.S3PrefixList != "pl-6da54004" {
		t.Errorf("the S3 prefix list is %q", e.Network.S3PrefixList)
	}
}

func TestPermissionSetsAreExpanded(t *testing.T) {
	p := parse(t, head+`
access:
  identityCenter:
    permissionSets: {project-admin: "a-{project}", data-scientist: "s-{project}-{environment}", model-approver: "m-{project}", auditor: aud, break-glass: "b-{project}"}
projects:
  - {name: fraud, owner: f@example.com, costCenter: CC-1, environments: [{name: dev, network: {cidr: 10.1.0.0/20}}]}
`)
	if got := p.Environments[0].Access.PermissionSets; got[controls.DataScientist] != "s-fraud-dev" || got[controls.Auditor] != "aud" {
		t.Errorf("%v", got)
	}
}

// Facts from parameters name what is deployed; a parameter that is missing is named, with the way to get it.
func TestDeployedFacts(t *testing.T) {
	e := Environment{
		Target:  Target{Account: "111122223333", Region: "eu-west-1", Partition: "aws", DNSSuffix: "amazonaws.com"},
		Project: "fraud", Name: "dev", Repository: config.Repository{Kind: config.RepositoryCodeCommit},
	}
	parameters := map[string]string{
		"vpc-id": "vpc-1", "subnet-ids": "subnet-1,subnet-2", "security-group-id": "sg-1", "s3-endpoint-id": "vpce-1", "data-key-arn": "data",
		"volume-key-arn": "volume", "log-key-arn": "log", "data-bucket": "data", "model-bucket": "model",
	}
	f, err := e.DeployedFacts(parameters)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.Subnets, []string{"subnet-1", "subnet-2"}) || f.DataBucket != "arn:aws:s3:::data" || f.VolumeKey != "volume" ||
		f.SourceRepository != "arn:aws:codecommit:eu-west-1:111122223333:secureml-fraud-dev" ||
		f.ImageRepository != "arn:aws:ecr:eu-west-1:111122223333:repository/secureml/fraud/dev" {
		t.Errorf("%+v", f)
	}
	delete(parameters, "volume-key-arn")
	delete(parameters, "vpc-id")
	_, err = e.DeployedFacts(parameters)
	if err == nil || !strings.Contains(err.Error(), "/secureml/fraud/dev/vpc-id, /secureml/fraud/dev/volume-key-arn") || !strings.Contains(err.Error(), "--path /secureml/fraud/dev") {
		t.Errorf("got %v", err)
	}
}

// CloudFormation has no budgets in some regions; a template with one would be refused there.
func TestBudgetsWhereTheyAreOffered(t *testing.T) {
	for region, want := range map[string]bool{"eu-west-1": true, "eu-north-1": false} {
		p := parse(t, strings.Replace(head, "eu-west-1", region, 1)+`
access: {accountMfa: {}}
projects: [{name: fraud, owner: f@example.com, costCenter: CC-1, environments: [{name: dev, network: {cidr: 10.1.0.0/20}}]}]
`)
		if got := p.Environments[0].Budget.Offered; got != want {
			t.Errorf("%s: offered is %t", region, got)
		}
	}
}
