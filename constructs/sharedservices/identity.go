package sharedservices

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// boundary makes the permissions boundary that every role carries (ISO-05).
func (b *builder) boundary() {
	b.boundaryPolicy = awsiam.NewCfnManagedPolicy(b.scope, jsii.String("BoundaryPolicy"), &awsiam.CfnManagedPolicyProps{
		ManagedPolicyName: jsii.String(b.facts.Name("boundary")), Path: jsii.String(b.facts.RolePath()),
		PolicyDocument: controls.SharedBoundary(b.facts).Render(),
	})
	rendering.AcknowledgeBoundary(b.boundaryPolicy, "AwsSolutions-IAM5")
}

// role makes the persona's role with its own policy and the boundary.
func (b *builder) role(p controls.Persona) awsiam.CfnRole {
	id := rendering.ConstructID(string(p))
	own := awsiam.NewCfnManagedPolicy(b.scope, jsii.String(id+"Policy"), &awsiam.CfnManagedPolicyProps{
		ManagedPolicyName: jsii.String(b.facts.RoleName(p)), Path: jsii.String(b.facts.RolePath()),
		PolicyDocument: controls.SharedPersonaPolicy(b.facts, p).Render(),
	})
	return awsiam.NewCfnRole(b.scope, jsii.String(id+"Role"), &awsiam.CfnRoleProps{
		RoleName: jsii.String(b.facts.RoleName(p)), Path: jsii.String(b.facts.RolePath()),
		AssumeRolePolicyDocument: controls.SharedTrustPolicy(b.facts, p).Render(), PermissionsBoundary: b.boundaryPolicy,
		ManagedPolicyArns: &[]any{own},
		Tags:              rendering.Tags(map[string]string{controls.TagPersona: string(p)}),
	})
}
