package validation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"
)

// mistranslated are rules whose right outcome for a bucket named "a", with the tags x and y, is in the name. Package
// guard's documentation explains why they matter.
const mistranslated = `
let buckets = Resources.*[ Type == 'AWS::S3::Bucket' ]
rule passes_exists when %buckets !empty { %buckets.Properties.BucketName exists }
rule passes_or when %buckets !empty { %buckets.Properties.BucketName == 'a' or %buckets.Properties.BucketName == 'b' }
rule passes_pattern when %buckets !empty { %buckets.Properties.BucketName == /^[a-z]$/ }
rule fails_missing when %buckets !empty { %buckets.Properties.VersioningConfiguration.Status == 'Enabled' }
rule fails_element when %buckets !empty { %buckets.Properties.Tags[*].Key != 'x' }
rule fails_attribute when %buckets !empty { %buckets.DeletionPolicy == 'Delete' }
rule fails_empty when %buckets !empty { %buckets empty }
`

// TestBuiltInGuardIsPartial records what the Guard support of the CDK's own validator makes of these rules. When it
// fails because the validator has learnt Guard, give it guard.Rules() and remove package validation.
func TestBuiltInGuardIsPartial(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the CDK's own validator, which takes seconds")
	}
	_, byPlugin := synthesize(t, func(app awscdk.App) {
		stack := awscdk.NewStack(app, jsii.String("Stack"), nil)
		bucket := awss3.NewCfnBucket(stack, jsii.String("Bucket"), &awss3.CfnBucketProps{
			BucketName: jsii.String("a"),
			Tags:       &[]*awscdk.CfnTag{{Key: jsii.String("x"), Value: jsii.String("1")}, {Key: jsii.String("y"), Value: jsii.String("1")}},
		})
		bucket.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
		awscdk.Validations_Of(app).AddPlugins(awscdk.NewCloudFormationValidatePlugin(&awscdk.CloudFormationValidatePluginProps{
			GuardRules: &[]*awscdk.ValidationRuleSource{{Name: jsii.String("rules.guard"), Content: jsii.String(mistranslated)}},
		}))
	})
	var have []string
	for _, v := range byPlugin["CloudFormation Validate"] {
		if strings.Contains(mistranslated, "rule "+v.RuleName+" ") {
			have = append(have, v.RuleName)
		}
	}
	slices.Sort(have)
	// Every one of these passes in Guard, and every rule whose name begins with "fails" is missing.
	if want := []string{"passes_exists", "passes_or", "passes_pattern"}; !slices.Equal(have, want) {
		t.Errorf("the built-in validator reports %q, want %q", have, want)
	}
}
