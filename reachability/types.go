package reachability

import (
	"maps"
	"slices"
	"strings"
)

// kind of resource. Later phases refer to what earlier ones have read.
type kind struct {
	phase int
	read  func(*builder, *reader)
}

// understood are the types that decide about traffic. Of each, every property is read, or skipped by name.
var understood = map[string]kind{
	"AWS::EC2::VPC":        {0, (*builder).readVPC},
	"AWS::EC2::PrefixList": {0, (*builder).readPrefixList},
	"AWS::SSM::Parameter":  {0, (*builder).readParameter},

	"AWS::EC2::VPCCidrBlock":              {1, (*builder).readVPCRange},
	"AWS::EC2::RouteTable":                {1, (*builder).readRouteTable},
	"AWS::EC2::NetworkAcl":                {1, (*builder).readACL},
	"AWS::EC2::SecurityGroup":             {1, (*builder).readGroup},
	"AWS::EC2::InternetGateway":           {1, (*builder).readInternetGateway},
	"AWS::EC2::EgressOnlyInternetGateway": {1, (*builder).readEgressOnlyGateway},
	"AWS::EC2::VPNGateway":                {1, (*builder).readVPNGateway},
	"AWS::EC2::VPCPeeringConnection":      {1, (*builder).readPeering},
	"AWS::EC2::TransitGateway":            {1, (*builder).readTransitGateway},
	"AWS::EC2::EIP":                       {1, (*builder).readAddress},

	"AWS::EC2::Subnet":                      {2, (*builder).readSubnet},
	"AWS::EC2::SecurityGroupIngress":        {2, (*builder).readIngress},
	"AWS::EC2::SecurityGroupEgress":         {2, (*builder).readEgress},
	"AWS::EC2::NetworkAclEntry":             {2, (*builder).readEntry},
	"AWS::EC2::VPCGatewayAttachment":        {2, (*builder).readGatewayAttachment},
	"AWS::EC2::TransitGatewayAttachment":    {2, (*builder).readTransitAttachment},
	"AWS::EC2::TransitGatewayVpcAttachment": {2, (*builder).readTransitAttachment},

	"AWS::EC2::SubnetRouteTableAssociation":     {3, (*builder).associateRouteTable},
	"AWS::EC2::SubnetNetworkAclAssociation":     {3, (*builder).associateACL},
	"AWS::EC2::NatGateway":                      {3, (*builder).readNAT},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {3, (*builder).readBalancer},

	"AWS::EC2::Route":                          {4, (*builder).readRoute},
	"AWS::EC2::VPNGatewayRoutePropagation":     {4, (*builder).readPropagation},
	"AWS::ElasticLoadBalancingV2::Listener":    {4, (*builder).readListener},
	"AWS::ElasticLoadBalancingV2::TargetGroup": {4, (*builder).readTargetGroup},
	"AWS::EC2::VPCEndpointService":             {4, (*builder).readEndpointService},

	"AWS::EC2::VPCEndpointServicePermissions": {5, (*builder).readPermissions},
	"AWS::Route53::HostedZone":                {5, (*builder).readZone},
	"AWS::EC2::VPCEndpoint":                   {5, (*builder).readEndpoint},
	"AWS::ECS::Service":                       {5, (*builder).readECSService},
	"AWS::Lambda::Function":                   {5, (*builder).readFunction},
	"AWS::SageMaker::Domain":                  {5, (*builder).readDomain},
	"AWS::SageMaker::NotebookInstance":        {5, (*builder).readNotebook},
	"AWS::SageMaker::Model":                   {5, (*builder).readModel},

	"AWS::Route53::RecordSet": {6, (*builder).readRecord},
}

// quiet types carry no traffic of their own, and change nobody else's. A name that ends with :: stands for all types of
// the service.
var quiet = []string{
	"AWS::Budgets::", "AWS::CloudTrail::", "AWS::CloudWatch::", "AWS::CodeArtifact::", "AWS::CodeCommit::", "AWS::Config::",
	"AWS::ECR::", "AWS::IAM::", "AWS::KMS::", "AWS::Logs::", "AWS::ResourceGroups::", "AWS::S3::", "AWS::SNS::", "AWS::SQS::",
	"AWS::CDK::Metadata", "AWS::EC2::FlowLog", "AWS::ECS::Cluster", "AWS::ECS::TaskDefinition", "AWS::Events::Rule",
	"AWS::Lambda::Permission", "AWS::SageMaker::ModelPackageGroup",
	// What names resolve to is judged elsewhere; an answer opens no way to an address.
	"AWS::Route53Resolver::FirewallDomainList", "AWS::Route53Resolver::FirewallRuleGroup",
	"AWS::Route53Resolver::FirewallRuleGroupAssociation", "AWS::Route53Resolver::ResolverQueryLoggingConfig",
	"AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
}

func isQuiet(kind string) bool {
	return slices.ContainsFunc(quiet, func(q string) bool {
		return kind == q || strings.HasSuffix(q, "::") && strings.HasPrefix(kind, q)
	})
}

// Understood are the resource types whose meaning for traffic is modelled, in alphabetical order.
func Understood() []string { return slices.Sorted(maps.Keys(understood)) }
