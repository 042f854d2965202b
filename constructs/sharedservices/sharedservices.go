package sharedservices

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/plan"
)

// SharedServices are an organisation's shared services in one region. Its strings are literals or CDK tokens and can be
// passed to other constructs of the same stack; other stacks read the parameters below /secureml/shared/.
type SharedServices struct {
	constructs.Construct

	DataKeyARN string
	// ImageRepository is the ARN of the ECR repository, ImageRepositoryURI what images are tagged with.
	ImageRepository, ImageRepositoryURI string
	// PrimaryRepository is the name of the CodeCommit repository; empty without one.
	PrimaryRepository string
	// EndpointServiceName and PackageBucketName are set for a served package index only.
	EndpointServiceName, PackageBucketName string
	// Facts are what the policies of the shared services were made from.
	Facts controls.Shared
}

// NewSharedServices builds the shared services in scope. It panics, like every CDK construct, when the CDK refuses a
// value; a plan made from a valid configuration has none.
func NewSharedServices(scope constructs.Construct, id string, in plan.SharedServices) *SharedServices {
	b := newBuilder(scope, id, in)

	b.dataKey()
	b.images()
	b.source()
	switch in.Packages.Kind {
	case config.PackagesIndex:
		b.logKey()
		b.network()
		b.buckets()
		b.endpoints()
		b.bucketPolicies()
		b.boundary()
		b.nameResolution()
		b.flowLogs()
		b.balancer()
		b.server()
		b.endpointService()
	default:
		b.packages()
	}
	b.parameters()
	b.tags()

	return b.built
}

// name is the physical name of what the shared services have one of in a region.
const name = "secureml-shared"

// builder holds what the parts of the shared services share while they are built.
type builder struct {
	in    plan.SharedServices
	scope constructs.Construct
	// facts fill up as resources are made; policies are rendered from them.
	facts controls.Shared
	built *SharedServices

	logKeyARN                                 string
	vpc                                       rendering.VPC
	endpointGroup, serverGroup, balancerGroup string
	packageBucket, accessLogBucket            rendering.BucketIdentity
	accessLogPolicy                           awss3.CfnBucketPolicy
	boundaryPolicy                            awsiam.CfnManagedPolicy
	loadBalancer                              awselasticloadbalancingv2.CfnLoadBalancer
	targets                                   awselasticloadbalancingv2.CfnTargetGroup
	listener                                  awselasticloadbalancingv2.CfnListener
}

func newBuilder(scope constructs.Construct, id string, in plan.SharedServices) *builder {
	account := in.Target.Account
	if account == "" {
		account = *awscdk.Aws_ACCOUNT_ID()
	}
	b := &builder{
		in:    in,
		scope: constructs.NewConstruct(scope, jsii.String(id)),
		facts: controls.Shared{
			Partition: in.Target.Partition, Account: account, Region: in.Target.Region, DNSSuffix: in.Target.DNSSuffix,
			Consumers:       consumers(in.Consumers, account),
			DeploymentRoles: in.Deployment.RoleARNs(in.Target.Partition, account, in.Target.Region),
		},
	}
	if in.Packages.Kind == config.PackagesIndex {
		b.facts.Index = &controls.SharedIndex{ServiceBuckets: in.ServiceBuckets()}
	}
	b.built = &SharedServices{Construct: b.scope}
	return b
}

// consumers names the shared services' own account, which a plan leaves empty.
func consumers(accounts []string, own string) []string {
	var out []string
	for _, account := range accounts {
		if account == "" {
			account = own
		}
		if !slices.Contains(out, account) {
			out = append(out, account)
		}
	}
	return out
}
