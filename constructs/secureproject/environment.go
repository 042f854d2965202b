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
		in:    in,
		scope: constructs.NewConstruct(scope, jsii.String(id)),
		env: controls.Environment{
			Partition: in.Target.Partition, Account: account, Region: in.Target.Region, DNSSuffix: in.Target.DNSSuffix,
			Project: in.Project, Name: in.Name, SharedAccount: in.SharedAccount,
			Compute: in.Compute, IsolateNetwork: in.IsolateNetwork,
			ServiceBuckets: in.ServiceBuckets(), ImageRegistries: in.ImageRegistries(),
		},
		roleARNs: map[controls.Persona]string{},
		built:    &SecureProjectEnvironment{RoleNames: map[controls.Persona]string{}, UserRoleNames: map[string]string{}},
	}
	b.built.Construct = b.scope
	b.env.Access = access(in.Access, b.env)
	b.env.DeploymentRoles = in.Deployment.RoleARNs(in.Target.Partition, account, in.Target.Region)
	b.env.Shared = sharedServices(in, b.env)
	for _, name := range in.LakeBuckets {
		b.env.LakeBuckets = append(b.env.LakeBuckets, b.bucketARN(name))
	}
	b.lengths = rendering.Lengths{account: 12, in.Project: 16, in.Name: 8}
	return b
}

func access(in plan.Access, env controls.Environment) controls.Access {
	out := controls.Access{PermissionSets: in.PermissionSets, CorporateCIDRs: in.CorporateCIDRs}
	if in.SAMLProvider != "" {
		out.SAMLProvider = "arn:" + env.Partition + ":iam::" + env.Account + ":saml-provider/" + in.SAMLProvider
	}
	if in.MFA {
		out.MFAAccount = in.MFAAccount
		if out.MFAAccount == "" {
			out.MFAAccount = env.Account
		}
	}
	return out
}

func sharedServices(in plan.Environment, env controls.Environment) controls.SharedServices {
	account := in.SharedServicesAccount
	if account == "" {
		account = env.Account
	}
	shared := controls.SharedServices{Account: account, ImageRepository: sharedARN(env, account, "ecr", "repository/"+plan.SharedImageRepository)}
	if in.Packages.Domain != "" {
		shared.PackageDomain = sharedARN(env, account, "codeartifact", "domain/"+in.Packages.Domain)
		shared.PackageRepository = sharedARN(env, account, "codeartifact", "repository/"+in.Packages.Domain+"/"+in.Packages.Repository)
	}
	return shared
}

func sharedARN(env controls.Environment, account, service, resource string) string {
	return "arn:" + env.Partition + ":" + service + ":" + env.Region + ":" + account + ":" + resource
}

func (b *builder) bucketARN(name string) string { return "arn:" + b.env.Partition + ":s3:::" + name }

// name is the physical name of what the environment has one of.
func (b *builder) name() string { return "secureml-" + b.in.Project + "-" + b.in.Name }
