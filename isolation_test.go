package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/inventory"
)

// names are the physical names that a resource takes in the account.
func names(t testing.TB, r inventory.Resource) []string {
	t.Helper()
	property := map[string]string{
		"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName", "AWS::Logs::LogGroup": "LogGroupName",
		"AWS::SSM::Parameter": "Name", "AWS::ECR::Repository": "RepositoryName", "AWS::CodeCommit::Repository": "RepositoryName",
		"AWS::KMS::Alias": "AliasName", "AWS::ResourceGroups::Group": "Name",
		"AWS::Route53Resolver::FirewallDomainList": "Name", "AWS::Route53Resolver::FirewallRuleGroup": "Name",
		"AWS::Route53Resolver::ResolverQueryLoggingConfig": "Name",
	}[r.Type]
	if property != "" && r.Properties[property] != nil {
		return []string{fmt.Sprint(r.Properties[property])}
	}
	if r.Type == "AWS::Budgets::Budget" {
		return []string{fmt.Sprint(r.Properties["Budget"].(map[string]any)["BudgetName"])}
	}
	return nil
}

// owned are the ARNs of what the stack owns.
func owned(t testing.TB, s inventory.Stack) map[string]string {
	t.Helper()
	e := load(t, s)
	const account = ":eu-west-1:111122223333:"
	out := map[string]string{}
	for id, r := range e.resources {
		ref, err := e.resolver.Resolve(map[string]any{"Ref": id})
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint(ref)
		switch r.Type {
		case "AWS::S3::Bucket":
			out["arn:aws:s3:::"+name] = id
			out["arn:aws:s3:::"+name+"/folder/object"] = id
		case "AWS::KMS::Key":
			out["arn:aws:kms"+account+"key/"+name] = id
		case "AWS::IAM::Role":
			out["arn:aws:iam::111122223333:role"+fmt.Sprint(r.Properties["Path"])+name] = id
		case "AWS::IAM::ManagedPolicy":
			out[name] = id
		case "AWS::Logs::LogGroup":
			out["arn:aws:logs"+account+"log-group:"+name] = id
			out["arn:aws:logs"+account+"log-group:"+name+":log-stream:stream"] = id
		case "AWS::SSM::Parameter":
			out["arn:aws:ssm"+account+"parameter"+name] = id
		case "AWS::ECR::Repository":
			out["arn:aws:ecr"+account+"repository/"+name] = id
		case "AWS::CodeCommit::Repository":
			out["arn:aws:codecommit"+account+fmt.Sprint(r.Properties["RepositoryName"])] = id
		case "AWS::EC2::VPC":
			out["arn:aws:ec2"+account+"vpc/"+name] = id
		case "AWS::EC2::Subnet":
			out["arn:aws:ec2"+account+"subnet/"+name] = id
		case "AWS::EC2::SecurityGroup":
			out["arn:aws:ec2"+account+"security-group/"+name] = id
		case "AWS::Budgets::Budget":
			out["arn:aws:budgets::111122223333:budget/"+names(t, r)[0]] = id
		}
	}
	// What SageMaker creates under names of the environment's choice.
	parts := strings.Split(s.ID, "-")
	prefix := parts[1] + "-" + parts[2] + "-"
	out["arn:aws:sagemaker"+account+"model-package-group/"+prefix+"scoring"] = "model package group"
	out["arn:aws:sagemaker"+account+"model-package/"+prefix+"scoring/7"] = "model package"
	return out
}

// granted are the ARN patterns that a stack's policies allow or admit. Statements that ask for the project's tag are left
// out: their patterns name kinds of resources, and the tag decides.
func granted(t testing.TB, s inventory.Stack) map[string]string {
	t.Helper()
	out := map[string]string{}
	for id, r := range load(t, s).resources {
		for _, property := range []string{"PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "RepositoryPolicyText"} {
			for _, statement := range statements(r.Properties[property]) {
				_, byTag := statement.conditions["StringEquals"]["aws:ResourceTag/Project"]
				if statement.effect != "Allow" || byTag {
					continue
				}
				for _, pattern := range statement.resources {
					out[pattern] = id
				}
				for operator, keys := range statement.conditions {
					if strings.HasPrefix(operator, "Arn") {
						for _, patterns := range keys {
							for _, pattern := range patterns {
								out[pattern] = id
							}
						}
					}
				}
			}
		}
	}
	return out
}

// Two environments of one account must not meet: neither in a name, nor in what a policy of one means.
func TestEnvironmentsDoNotMeet(t *testing.T) {
	stacks := environmentStacks(assembly(t, "comprehensive"))
	if len(stacks) != 3 {
		t.Fatalf("the comprehensive example has %d environments", len(stacks))
	}
	for _, a := range stacks {
		patterns := granted(t, a)
		if len(patterns) < 50 {
			t.Fatalf("%s grants only %d patterns; the test looks at the wrong thing", a.ID, len(patterns))
		}
		for _, b := range stacks {
			if a.ID == b.ID {
				continue
			}
			for arn, resource := range owned(t, b) {
				for pattern, by := range patterns {
					if pattern != "*" && matches(pattern, arn) {
						t.Errorf("%s of %s reaches %s of %s: %s", by, a.ID, resource, b.ID, pattern)
					}
				}
			}
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]string{}
	for _, s := range environmentStacks(assembly(t, "comprehensive")) {
		count := 0
		for id, r := range load(t, s).resources {
			for _, name := range names(t, r) {
				count++
				key := r.Type + " " + name
				if other, ok := seen[key]; ok {
					t.Errorf("%s is called %s in %s as well as in %s", id, name, s.ID, other)
				}
				seen[key] = s.ID
			}
		}
		if count < 40 {
			t.Errorf("%s has only %d names; the test looks at the wrong thing", s.ID, count)
		}
	}
}

// The test above is only as good as its matcher.
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, arn string
		want         bool
	}{
		{"arn:aws:s3:::a/*", "arn:aws:s3:::a/b/c", true},
		{"arn:aws:s3:::a", "arn:aws:s3:::a/b", false},
		{"arn:aws:iam::1:role/secureml/fraud/dev/*", "arn:aws:iam::1:role/secureml/fraud/dev/x", true},
		{"arn:aws:iam::1:role/secureml/fraud/*", "arn:aws:iam::1:role/secureml/fraud/dev/x", true},
		{"arn:aws:iam::1:role/secureml/fraud/de*", "arn:aws:iam::1:role/secureml/fraud/dev/x", true},
		{"arn:aws:iam::1:role/secureml/fraud/dev/*", "arn:aws:iam::1:role/secureml/fraud/dev2/x", false},
	} {
		if got := matches(c.pattern, c.arn); got != c.want {
			t.Errorf("%s means %s: %v", c.pattern, c.arn, got)
		}
	}
}

// Positive: an environment does reach its own things, so that silence above means something.
func TestEnvironmentsReachTheirOwn(t *testing.T) {
	s := stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev")
	patterns := granted(t, s)
	reached := 0
	for arn := range owned(t, s) {
		for pattern := range patterns {
			if pattern != "*" && matches(pattern, arn) {
				reached++
				break
			}
		}
	}
	if reached < 30 {
		t.Errorf("only %d of its own resources are within reach", reached)
	}
	if !slices.Contains(sortedKeys(patterns), "arn:aws:iam::111122223333:role/secureml/fraud/dev/secureml-fraud-dev-job") {
		t.Error("the job role cannot be passed")
	}
}
