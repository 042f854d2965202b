package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/config"
)

// parse returns the organisation of a file that must be valid.
func parse(t *testing.T, file string) *config.Organization {
	t.Helper()
	organization, err := config.Parse("secureml.yaml", []byte(file))
	if err != nil {
		t.Fatalf("refused:\n%v", err)
	}
	return organization
}

func TestBuiltInDefaults(t *testing.T) {
	organization := parse(t, base)
	if got := organization.Deployment.Qualifier; got != "hnb659fds" {
		t.Errorf("qualifier %s", got)
	}
	wantShared := config.SharedServices{
		Network:          config.Network{CIDR: "10.0.0.0/22", AvailabilityZones: 2},
		Packages:         config.Packages{Kind: config.PackagesCodeArtifact},
		Repository:       config.RepositoryCodeCommit,
		LogRetentionDays: 365,
	}
	if diff := cmp.Diff(wantShared, organization.SharedServices); diff != "" {
		t.Errorf("shared services (-want +got):\n%s", diff)
	}
	if got := organization.Projects[0].Users[0].Identity; got != "alice@example.com" {
		t.Errorf("identity %s", got)
	}
	development := config.Environment{
		Name:   "dev",
		Kind:   config.Development,
		Region: "eu-west-1",
		Settings: config.Settings{
			Network:  config.Network{CIDR: "10.1.0.0/20", AvailabilityZones: 2},
			Features: []config.Feature{config.FeatureStudio},
			Compute: config.Compute{
				Training:   []string{"ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.c5.xlarge", "ml.c5.2xlarge"},
				Processing: []string{"ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.c5.xlarge", "ml.c5.2xlarge"},
				Hosting:    []string{"ml.m5.large", "ml.m5.xlarge", "ml.c5.large", "ml.c5.xlarge"},
				Workbench:  []string{"ml.t3.medium", "ml.t3.large", "ml.m5.xlarge"},
				MaxRuntime: config.Duration(24 * time.Hour),
			},
			Budget:           config.Budget{MonthlyUSD: 500, AlertEmails: []string{"fraud@example.com"}},
			Data:             config.Data{Classification: config.Confidential, NoncurrentDays: 365},
			Repository:       config.Repository{Kind: config.RepositoryCodeCommit},
			LogRetentionDays: 365,
		},
	}
	if diff := cmp.Diff(development, organization.Projects[0].Environments[0]); diff != "" {
		t.Errorf("development environment (-want +got):\n%s", diff)
	}
	production := development
	production.Name, production.Kind = "prod", config.Production
	production.Network = config.Network{CIDR: "10.1.16.0/20", AvailabilityZones: 3}
	production.Features = []config.Feature{}
	if diff := cmp.Diff(production, organization.Projects[0].Environments[1]); diff != "" {
		t.Errorf("production environment (-want +got):\n%s", diff)
	}
}

func TestAccountAndRegionAreInherited(t *testing.T) {
	organization := parse(t, `organization: acme
account: "111122223333"
region: eu-west-1
access: {accountMfa: {}}
sharedServices: {account: "444455556666"}
projects:
  - name: fraud
    owner: fraud@example.com
    costCenter: CC-1001
    environments:
      - {name: dev, network: {cidr: 10.1.0.0/20}}
      - {name: prod, account: "777788889999", region: us-east-1, network: {cidr: 10.1.16.0/20}}
`)
	environments := organization.Projects[0].Environments
	got := []string{
		organization.SharedServices.Account,
		environments[0].Account, environments[0].Region,
		environments[1].Account, environments[1].Region, fmt.Sprint(environments[1].Network.AvailabilityZones),
	}
	want := []string{"444455556666", "111122223333", "eu-west-1", "777788889999", "us-east-1", "3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// layered gives settings for the organisation, the project and the environment.
func layered(organization, project, environment string) string {
	return fmt.Sprintf(`organization: acme
region: eu-west-1
access: {accountMfa: {}}
defaults: {%s}
projects:
  - name: fraud
    owner: fraud@example.com
    costCenter: CC-1001
    defaults: {%s}
    environments:
      - name: dev
        network: {cidr: 10.1.0.0/20%s
`, organization, project, environment)
}

func TestNearestSettingWins(t *testing.T) {
	const noMore = "}"
	const arn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/fedcba98-7654-3210-fedc-ba9876543210"
	for _, c := range []struct {
		name                               string
		organization, project, environment string
		got                                func(config.Environment) any
		want                               any
	}{
		{
			"organisation alone", "logRetentionDays: 30", "", noMore,
			func(e config.Environment) any { return e.LogRetentionDays }, 30,
		},
		{
			"project over organisation", "logRetentionDays: 30", "logRetentionDays: 60", noMore,
			func(e config.Environment) any { return e.LogRetentionDays }, 60,
		},
		{
			"environment over both", "logRetentionDays: 30", "logRetentionDays: 60", "}\n        logRetentionDays: 90",
			func(e config.Environment) any { return e.LogRetentionDays }, 90,
		},
		{
			"field by field", "budget: {monthlyUsd: 100}", "budget: {alertEmails: [a@example.com]}", noMore,
			func(e config.Environment) any { return e.Budget },
			config.Budget{MonthlyUSD: 100, AlertEmails: []string{"a@example.com"}},
		},
		{
			"no features", "features: [mlflow]", "", "}\n        features: []",
			func(e config.Environment) any { return e.Features }, []config.Feature{},
		},
		{
			"inherited features", "features: [mlflow]", "", noMore,
			func(e config.Environment) any { return e.Features }, []config.Feature{config.FeatureMLflow},
		},
		{
			"no warm pool", "compute: {warmPool: 30m}", "", "}\n        compute: {warmPool: 0s}",
			func(e config.Environment) any { return e.Compute.WarmPool.String() }, "0s",
		},
		{
			"lists replace lists", "network: {allowedDomains: [a.example.com]}", "", ", allowedDomains: [b.example.com]}",
			func(e config.Environment) any { return e.Network.AllowedDomains }, []string{"b.example.com"},
		},
		{
			"zones by id give their number", "network: {availabilityZones: 2}", "",
			", availabilityZoneIds: [euw1-az1, euw1-az2, euw1-az3]}",
			func(e config.Environment) any { return e.Network.AvailabilityZones }, 3,
		},
		{
			"number of zones without inherited ids", "network: {availabilityZoneIds: [euw1-az1, euw1-az2]}", "",
			", availabilityZones: 3, availabilityZoneIds: []}",
			func(e config.Environment) any { return e.Network.AvailabilityZones }, 3,
		},
		{
			"connection dropped for another kind", "repository: {kind: connection, connectionArn: " + arn + ", repositoryId: a/b}", "",
			"}\n        repository: {kind: none}",
			func(e config.Environment) any { return e.Repository }, config.Repository{Kind: config.RepositoryNone},
		},
		{
			"connection from two places", "repository: {kind: connection, connectionArn: " + arn + "}", "repository: {repositoryId: a/b}", noMore,
			func(e config.Environment) any { return e.Repository },
			config.Repository{Kind: config.RepositoryConnection, ConnectionARN: arn, RepositoryID: "a/b"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			organization := parse(t, layered(c.organization, c.project, c.environment))
			if diff := cmp.Diff(c.want, c.got(organization.Projects[0].Environments[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Environments must not share the memory of what they inherit.
func TestInheritedListsAreCopies(t *testing.T) {
	organization := parse(t, strings.Replace(base, "projects:\n", "defaults: {compute: {training: [ml.m5.large]}}\nprojects:\n", 1))
	environments := organization.Projects[0].Environments
	environments[0].Compute.Training[0] = "changed"
	if got := environments[1].Compute.Training[0]; got != "ml.m5.large" {
		t.Errorf("the other environment's training type became %s", got)
	}
}

func TestExpandedName(t *testing.T) {
	sets := config.IdentityCenter{PermissionSets: map[string]string{"auditor": "ml-{project}-{environment}-audit"}}
	if got := sets.PermissionSet("auditor", "fraud", "dev"); got != "ml-fraud-dev-audit" {
		t.Errorf("permission set %s", got)
	}
}
