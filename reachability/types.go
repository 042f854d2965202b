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
	// rules, if there are any inside, are read one phase later, because they refer to each other.
	rules func(*builder, *reader)
}

// understood are the types that decide about traffic. Of each, every property is read, or skipped by name.
var understood = map[string]kind{
	"AWS::EC2::VPC":        {phase: 0, read: (*builder).readVPC},
	"AWS::EC2::PrefixList": {phase: 0, read: (*builder).readPrefixList},
	"AWS::SSM::Parameter":  {phase: 0, read: (*builder).readParameter},

	"AWS::EC2::VPCCidrBlock":              {phase: 1, read: (*builder).readVPCRange},
	"AWS::EC2::RouteTable":                {phase: 1, read: (*builder).readRouteTable},
	"AWS::EC2::NetworkAcl":                {phase: 1, read: (*builder).readACL},
	"AWS::EC2::SecurityGroup":             {phase: 1, read: (*builder).readGroup, rules: (*builder).readGroupRules},
	"AWS::EC2::InternetGateway":           {phase: 1, read: (*builder).readInternetGateway},
	"AWS::EC2::EgressOnlyInternetGateway": {phase: 1, read: (*builder).readEgressOnlyGateway},
	"AWS::EC2::VPNGateway":                {phase: 1, read: (*builder).readVPNGateway},
	"AWS::EC2::VPCPeeringConnection":      {phase: 1, read: (*builder).readPeering},
	"AWS::EC2::TransitGateway":            {phase: 1, read: (*builder).readTransitGateway},
	"AWS::EC2::EIP":                       {phase: 1, read: (*builder).readAddress},

	"AWS::EC2::Subnet":                      {phase: 2, read: (*builder).readSubnet},
	"AWS::EC2::SecurityGroupIngress":        {phase: 2, read: (*builder).readIngress},
	"AWS::EC2::SecurityGroupEgress":         {phase: 2, read: (*builder).readEgress},
	"AWS::EC2::NetworkAclEntry":             {phase: 2, read: (*builder).readEntry},
	"AWS::EC2::VPCGatewayAttachment":        {phase: 2, read: (*builder).readGatewayAttachment},
	"AWS::EC2::TransitGatewayAttachment":    {phase: 2, read: (*builder).readTransitAttachment},
	"AWS::EC2::TransitGatewayVpcAttachment": {phase: 2, read: (*builder).readTransitAttachment},

	"AWS::EC2::SubnetRouteTableAssociation":     {phase: 3, read: (*builder).associateRouteTable},
	"AWS::EC2::SubnetNetworkAclAssociation":     {phase: 3, read: (*builder).associateACL},
	"AWS::EC2::NatGateway":                      {phase: 3, read: (*builder).readNAT},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {phase: 3, read: (*builder).readBalancer},

	"AWS::EC2::Route":                          {phase: 4, read: (*builder).readRoute},
	"AWS::EC2::VPNGatewayRoutePropagation":     {phase: 4, read: (*builder).readPropagation},
	"AWS::ElasticLoadBalancingV2::Listener":    {phase: 4, read: (*builder).readListener},
	"AWS::ElasticLoadBalancingV2::TargetGroup": {phase: 4, read: (*builder).readTargetGroup},
	"AWS::EC2::VPCEndpointService":             {phase: 4, read: (*builder).readEndpointService},

	"AWS::EC2::VPCEndpointServicePermissions": {phase: 5, read: (*builder).readPermissions},
	"AWS::Route53::HostedZone":                {phase: 5, read: (*builder).readZone},
	"AWS::EC2::VPCEndpoint":                   {phase: 5, read: (*builder).readEndpoint},
	"AWS::ECS::Service":                       {phase: 5, read: (*builder).readECSService},
	"AWS::Lambda::Function":                   {phase: 5, read: (*builder).readFunction},
	"AWS::SageMaker::Domain":                  {phase: 5, read: (*builder).readDomain},
	"AWS::SageMaker::NotebookInstance":        {phase: 5, read: (*builder).readNotebook},
	"AWS::SageMaker::Model":                   {phase: 5, read: (*builder).readModel},

	"AWS::Route53::RecordSet": {phase: 6, read: (*builder).readRecord},
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
