package controls

import (
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/policy/authorization"
)

// exampleOrganization has two environments in one account and a third in another.
func exampleOrganization() Organization {
	one, two, three := example(), example(), example()
	one.IsolateNetwork, three.IsolateNetwork = false, false
	two.Project, two.Subnets, two.VolumeKey, two.Compute.MaxRuntimeSeconds = "churn", []string{"subnet-0bbbbbbbbbbbbbbbb"}, "arn:aws:kms:eu-west-1:111122223333:key/churn", 3600
	two.SourceRepository = ""
	three.Account = "777788889999"
	three.DeploymentRoles = []string{"arn:aws:iam::777788889999:role/cdk-hnb659fds-cfn-exec-role-777788889999-eu-west-1"}
	return Organization{ID: "o-a1b2c3d4e5", Environments: []Environment{one, two, three}}
}

func organizationDocuments(t *testing.T) map[string][]policy.Statement {
	t.Helper()
	o := exampleOrganization()
	account, err := AccountServiceControl(o, "111122223333")
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]policy.Statement{"organisation": ServiceControl(o), "account": account, "resources": ResourceControl(o)}
}

// Catches an action, key or operator that Organizations accepts and that never matches.
func TestOrganizationPoliciesAreCorrect(t *testing.T) {
	for name, statements := range organizationDocuments(t) {
		kind := policy.Identity
		if name == "resources" {
			kind = policy.Resource
		}
		d := policy.Document{Statements: statements}
		for _, p := range policy.Check(d, kind) {
			t.Errorf("%s: %s", name, p)
		}
		checkSids(t, name, d)
		for _, s := range statements {
			if s.Effect != policy.Deny {
				t.Errorf("%s: %s allows", name, s.Sid)
			}
		}
	}
}

// Every guardrail is in one of the two sets and covers the same actions. The deployment passes those that name what
// environments have, and those about what it does itself.
func TestEveryGuardrailIsServiceControl(t *testing.T) {
	documents := organizationDocuments(t)
	all := slices.Concat(documents["organisation"], documents["account"])
	for _, g := range Guardrails(exampleOrganization().Environments[0]) {
		i := slices.IndexFunc(all, func(s policy.Statement) bool { return s.Sid == g.Sid })
		if i < 0 {
			t.Errorf("%s is missing", g.Sid)
			continue
		}
		if !slices.Equal(expand(all[i].Actions), expand(g.Actions)) {
			t.Errorf("%s covers %v, want %v", g.Sid, expand(all[i].Actions), expand(g.Actions))
		}
		c, _ := Lookup(OfStatement(g.Sid))
		wantExempt := c.Platform || i >= len(documents["organisation"])
		exempt := slices.ContainsFunc(all[i].Conditions, func(c policy.Condition) bool {
			return c.Operator == "StringNotEquals" && c.Key == "aws:PrincipalArn" &&
				slices.Equal(c.Values, []string{"arn:aws:iam::${aws:PrincipalAccount}:role/cdk-hnb659fds-cfn-exec-role-${aws:PrincipalAccount}-eu-west-1"})
		})
		if exempt != wantExempt {
			t.Errorf("%s: the deployment is exempt: %v, want %v", g.Sid, exempt, wantExempt)
		}
	}
}

// What names an environment is for its account alone, with the values of all environments there.
func TestAccountsAreKeptApart(t *testing.T) {
	documents := organizationDocuments(t)
	text := policy.Document{Statements: documents["organisation"]}.JSON()
	for _, fact := range []string{"subnet-", "fraud", "churn", ":key/", "ml.m5.xlarge"} {
		if strings.Contains(text, fact) {
			t.Errorf("the organisation's policies name %s", fact)
		}
	}
	find := func(sid string) policy.Statement {
		i := slices.IndexFunc(documents["account"], func(s policy.Statement) bool { return s.Sid == sid })
		if i < 0 {
			t.Fatalf("%s is missing", sid)
		}
		return documents["account"][i]
	}
	if got := find("NET01VpcSubnetsForeign").Conditions[0].Values; len(got) != 4 {
		t.Errorf("subnets %v", got)
	}
	if got := find("ISO02ForeignProject").Conditions[0].Values; !slices.Equal(got, []string{"churn", "fraud"}) {
		t.Errorf("projects %v", got)
	}
	if got := find("CST02MaxRuntimeInSecondsTooLarge").Conditions[0].Values; !slices.Equal(got, []string{"86400"}) {
		t.Errorf("longest run time %v; the shorter one would stop the other environment's jobs", got)
	}
	if got := find("GOV03ProtectMain").Resources; !slices.Equal(got, []string{"arn:aws:codecommit:eu-west-1:111122223333:secureml-fraud-dev"}) {
		t.Errorf("protected repositories %v", got)
	}
}

// A guardrail that one environment of the account has and another has not would stop the other.
func TestGuardrailsOfSomeAreLeftOut(t *testing.T) {
	o := exampleOrganization()
	o.Environments[0].IsolateNetwork = true
	o.Environments[1].IsolateNetwork = false
	statements, err := AccountServiceControl(o, "111122223333")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if strings.HasPrefix(s.Sid, "NET03") {
			t.Errorf("%s stops the environment that needs no isolation", s.Sid)
		}
	}
}

func expand(patterns []string) []string {
	var names []string
	for _, pattern := range patterns {
		for _, a := range authorization.Expand(pattern) {
			names = append(names, a.Name)
		}
	}
	return policy.Sorted(names...)
}

// Organizations attaches five policies to an organisational unit or an account, one of which is FullAWSAccess.
func TestOrganizationPoliciesFit(t *testing.T) {
	for name, statements := range organizationDocuments(t) {
		documents, err := policy.Pack(statements, policy.ServiceControlLimit, policy.Literal)
		if err != nil || len(documents) > policy.ServiceControlsPerTarget {
			t.Errorf("%s: %d documents (%v); at most %d", name, len(documents), err, policy.ServiceControlsPerTarget)
		}
		t.Logf("%s: %d statements with %d characters in %d documents", name, len(statements),
			policy.Document{Statements: statements}.Size(policy.Literal), len(documents))
	}
}
