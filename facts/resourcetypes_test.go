package facts

import (
	"slices"
	"testing"
)

// The rows are from the CloudFormation template reference, "Update requires" of each property, read 2026-11.
func TestLookupResourceType(t *testing.T) {
	for _, c := range []struct {
		name, property            string
		replaces, may, identifies bool
	}{
		{"AWS::S3::Bucket", "BucketName", true, false, true},
		{"AWS::S3::Bucket", "BucketEncryption", false, false, false},
		{"AWS::EC2::VPC", "CidrBlock", true, false, false},
		{"AWS::EC2::VPC", "InstanceTenancy", false, true, false},
		{"AWS::CodeArtifact::Domain", "EncryptionKey", true, false, false},
		{"AWS::SageMaker::Domain", "KmsKeyId", true, false, false},
		{"AWS::Budgets::Budget", "Budget.BudgetName", true, false, false},
		{"AWS::Budgets::Budget", "Budget.BudgetLimit", false, false, false},
	} {
		r, ok := LookupResourceType(c.name)
		if !ok {
			t.Errorf("%s is not known", c.name)
			continue
		}
		if slices.Contains(r.Replace, c.property) != c.replaces || slices.Contains(r.MayReplace, c.property) != c.may ||
			slices.Contains(r.Identifier, c.property) != c.identifies {
			t.Errorf("%s of %s: got %+v", c.property, c.name, r)
		}
	}
	if _, ok := LookupResourceType("AWS::S3::Nothing"); ok {
		t.Error("a type that does not exist is known")
	}
}
