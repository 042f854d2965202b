package judges

import (
	"strings"
	"testing"

	"github.com/secureml/environments/inventory"
)

func withPolicy(statements ...any) Template {
	return Template{Name: "example/stack", Resources: map[string]inventory.Resource{"Policy": {
		Type: "AWS::IAM::ManagedPolicy", Properties: map[string]any{"PolicyDocument": map[string]any{"Statement": statements}},
	}}}
}

func allow(resource any, actions ...any) map[string]any {
	return map[string]any{"Effect": "Allow", "Action": actions, "Resource": resource}
}

// Catches a class that answers more than it says.
func TestClassesAreNarrow(t *testing.T) {
	read := withPolicy(allow("*", "ecr:GetAuthorizationToken", "ec2:DescribeVpcs", "sagemaker:List*"))
	for _, c := range []struct {
		name, rule string
		template   Template
		want       bool
	}{
		{"actions without a resource", "Resource::*", read, true},
		{"one that names its resource", "Resource::*", withPolicy(allow("*", "ec2:DescribeVpcs"), allow([]any{"*"}, "s3:GetObject")), false},
		{"names of objects", "Resource::*", withPolicy(allow("*", "s3:ListBucket")), false},
		{"all actions", "Resource::*", withPolicy(allow("*", "s3:*")), false},
		{"an action that does not exist", "Resource::*", withPolicy(allow("*", "s3:GetObjekt")), false},
		{"all but some", "Resource::*", withPolicy(map[string]any{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), false},
		{"nothing on all", "Resource::*", withPolicy(allow("arn:aws:s3:::b", "s3:ListBucket")), false},
		{"names in an account", "Resource::arn:aws:sagemaker:eu-west-1:111122223333:training-job/*", read, true},
		{"names in the stack's account", "Resource::arn:aws:sagemaker:eu-west-1:<AWS::AccountId>:training-job/*", read, true},
		{"a role's path", "Resource::arn:aws:iam::111122223333:role/secureml/*", read, true},
		{"objects of a bucket", "Resource::arn:aws:s3:::<DataBucket>/*", read, true},
		{"all buckets", "Resource::arn:aws:s3:::*", read, false},
		{"all buckets' objects", "Resource::arn:aws:s3:::*/*", read, false},
		{"buckets by prefix", "Resource::arn:aws:s3:::acme-*/data/*", read, false},
		{"all accounts", "Resource::arn:aws:sagemaker:eu-west-1:*:training-job/*", read, false},
		{"all regions", "Resource::arn:aws:sagemaker:*:111122223333:training-job/*", read, false},
		{"all services", "Resource::arn:aws:*:eu-west-1:111122223333:x", read, false},
		{"reading actions", "Action::sagemaker:Describe*", read, true},
		{"all actions of a service", "Action::sagemaker:*", read, false},
		{"creating actions", "Action::sagemaker:Create*", read, false},
		{"reading actions of another service", "Action::s3:Get*", read, false},
	} {
		f := Finding{Judge: "cdk-nag", Rule: "AwsSolutions-IAM5[" + c.rule + "]", LogicalID: "Policy"}
		got := false
		for _, class := range classes {
			got = got || class.answers(c.template, f)
		}
		if got != c.want {
			t.Errorf("%s: %s is answered: %t", c.name, c.rule, got)
		}
	}
}

func TestClassesAreForOneJudge(t *testing.T) {
	f := Finding{Judge: "another", Rule: "AwsSolutions-IAM5[Action::sagemaker:Describe*]", LogicalID: "Policy"}
	for _, c := range classes {
		if c.answers(withPolicy(), f) {
			t.Errorf("%s answers another judge", c.rule)
		}
	}
}

func TestStaleClassesAreReported(t *testing.T) {
	reading := Finding{Rule: "AwsSolutions-IAM5[Action::sagemaker:Describe*]", LogicalID: "Policy"}
	nag := fake{name: "cdk-nag", findings: []Finding{reading}}
	report := Run(t.Context(), []Judge{nag}, []Template{withPolicy()}, Options{Complete: true})
	if len(report.Open) != len(classes)-1 || !strings.Contains(report.Open[0].Message, "classes.go") {
		t.Errorf("open are %v, want every class but one", report.Open)
	}
	if report := Run(t.Context(), []Judge{nag}, []Template{withPolicy()}, Options{}); !report.Clean() {
		t.Errorf("open are %v though other templates exist", report.Open)
	}
}
