package facts_test

import (
	"testing"

	"github.com/secureml/environments/facts"
)

func TestOffersResourceType(t *testing.T) {
	for _, c := range []struct {
		region, resourceType string
		want                 bool
	}{
		{"eu-west-1", "AWS::CodeArtifact::Domain", true},
		{"sa-east-1", "AWS::CodeArtifact::Domain", false},
		{"il-central-1", "AWS::CodeCommit::Repository", false},
		{"us-gov-west-1", "AWS::Budgets::Budget", false},
		{"us-gov-west-1", "AWS::CodeCommit::Repository", true},
		{"il-central-1", "AWS::S3::Bucket", true},
	} {
		if got := facts.OffersResourceType(c.region, c.resourceType); got != c.want {
			t.Errorf("%s in %s: %t", c.resourceType, c.region, got)
		}
	}
}
