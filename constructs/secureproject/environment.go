package secureproject

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/plan"
)

// SecureProjectEnvironment is one isolated environment of a project. Its strings are literals or CDK tokens and can be
// passed to other constructs of the same stack; other stacks read the parameters below /secureml/<project>/<environment>/.
type SecureProjectEnvironment struct {
	constructs.Construct

	VPCID            string
	SubnetIDs        []string
	SecurityGroupID  string
	S3EndpointID     string
	DataKeyARN       string
	VolumeKeyARN     string
	LogKeyARN        string
	DataBucketName   string
	ModelBucketName  string
	ImageRepository  string
	SourceRepository string
	// RoleNames by persona; notebook roles by user are in UserRoleNames.
	RoleNames     map[controls.Persona]string
	UserRoleNames map[string]string
	// Facts are what the environment's policies were made from.
	Facts controls.Environment
}

// NewSecureProjectEnvironment builds the environment in scope. It panics, like every CDK construct, when the CDK refuses
// a value; a plan made from a valid configuration has none.
func NewSecureProjectEnvironment(scope constructs.Construct, id string, in plan.Environment) *SecureProjectEnvironment {
	b := newBuilder(scope, id, in)

	b.keys()
	b.network()
	b.buckets()
	b.gateway()
	b.bucketPolicies()
	b.endpoints()
	b.nameResolution()
	b.packageIndex()
	b.images()
	b.source()
	b.boundary()
	b.guardrails()
	b.people()
	b.workers()
	b.users()
	b.flowLogs()
	b.costs()
	b.parameters()
	b.tags()

	return b.built
}

// builder holds what the parts of the environment share while it is built.
type builder struct {
	in    plan.Environment
	scope constructs.Construct
	// env fills up as resources are made; policies are rendered from it.
	env     controls.Environment
	built   *SecureProjectEnvironment
	lengths rendering.Lengths

	boundaryPolicy           awsiam.CfnManagedPolicy
	guardrailPolicies        []awsiam.CfnManagedPolicy
	vpc                      rendering.VPC
	workGroup, endpointGroup string
	dataBucket, modelBucket  rendering.BucketIdentity
	accessLogBucket          rendering.BucketIdentity
	// roleARNs by persona, as attributes of the roles: what names one waits until it is made.
	roleARNs map[controls.Persona]string
}

func newBuilder(scope constructs.Construct, id string, in plan.Environment) *builder {
	account := in.Target.Account
	if account == "" {
		account = *awscdk.Aws_ACCOUNT_ID()
	}
	b := &builder{
		in:       in,
		scope:    constructs.NewConstruct(scope, jsii.String(id)),
		env:      in.Facts(account),
		roleARNs: map[controls.Persona]string{},
		built:    &SecureProjectEnvironment{RoleNames: map[controls.Persona]string{}, UserRoleNames: map[string]string{}},
	}
	b.built.Construct = b.scope
	b.lengths = rendering.Lengths{account: 12, in.Project: 16, in.Name: 8}
	return b
}

func (b *builder) bucketARN(name string) string { return "arn:" + b.env.Partition + ":s3:::" + name }

// name is the physical name of what the environment has one of.
func (b *builder) name() string { return b.in.StackName() }
