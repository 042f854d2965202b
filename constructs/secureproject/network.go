package secureproject

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// network makes the VPC and the two security groups: what works, and the endpoints it works with.
func (b *builder) network() {
	b.vpc = rendering.NewVPC(b.scope, b.name(), b.in.Network)
	b.env.VPC, b.env.Subnets = b.vpc.ID, b.vpc.SubnetIDs
	b.lengths[b.env.VPC] = len("vpc-0123456789abcdef0")
	for _, id := range b.env.Subnets {
		b.lengths[id] = len("subnet-0123456789abcdef0")
	}

	b.endpointGroup = *awsec2.NewCfnSecurityGroup(b.scope, jsii.String("EndpointGroup"), &awsec2.CfnSecurityGroupProps{
		VpcId: jsii.String(b.vpc.ID), GroupDescription: jsii.String("VPC endpoints"),
		SecurityGroupEgress: []any{rendering.SealedEgress()}, Tags: rendering.Name(b.name() + "-endpoints"),
	}).Ref()
	b.workGroup = *awsec2.NewCfnSecurityGroup(b.scope, jsii.String("WorkGroup"), &awsec2.CfnSecurityGroupProps{
		VpcId: jsii.String(b.vpc.ID), GroupDescription: jsii.String("Jobs, endpoints and workbenches"),
		SecurityGroupEgress: []any{
			&awsec2.CfnSecurityGroup_EgressProperty{
				Description: jsii.String("AWS services"), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(443), ToPort: jsii.Number(443),
				DestinationSecurityGroupId: jsii.String(b.endpointGroup),
			},
			&awsec2.CfnSecurityGroup_EgressProperty{
				Description: jsii.String("Amazon S3"), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(443), ToPort: jsii.Number(443),
				DestinationPrefixListId: jsii.String(b.in.Network.S3PrefixList),
			},
		},
		Tags: rendering.Name(b.name() + "-work"),
	}).Ref()
	b.env.SecurityGroups = []string{b.workGroup}
	b.lengths[b.workGroup] = len("sg-0123456789abcdef0")

	awsec2.NewCfnSecurityGroupIngress(b.scope, jsii.String("EndpointsFromWork"), &awsec2.CfnSecurityGroupIngressProps{
		GroupId: jsii.String(b.endpointGroup), SourceSecurityGroupId: jsii.String(b.workGroup),
		IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(443), ToPort: jsii.Number(443), Description: jsii.String("HTTPS"),
	})
	for _, r := range workToWork {
		b.admitAmongWork(r)
	}
}

// traffic among the nodes of a job and between a workbench and its kernels.
type traffic struct {
	id, protocol, description string
	// ports are the first and the last; nil for a protocol without ports.
	ports []int
}

func (t traffic) port(i int) *float64 {
	if t.ports == nil {
		return nil
	}
	return jsii.Number(t.ports[i])
}

// workToWork: SageMaker asks for all TCP within the group, and for UDP 500 and IP protocol 50 to encrypt traffic between
// containers ("Protect Communications Between ML Compute Instances in a Distributed Training Job").
var workToWork = []traffic{
	{id: "Tcp", protocol: "tcp", ports: []int{0, 65535}, description: "Between nodes"},
	{id: "Ike", protocol: "udp", ports: []int{500, 500}, description: "Key exchange of encrypted traffic between nodes"},
	{id: "Esp", protocol: "50", description: "Encrypted traffic between nodes"},
}

func (b *builder) admitAmongWork(t traffic) {
	group, protocol, description := jsii.String(b.workGroup), jsii.String(t.protocol), jsii.String(t.description)
	awsec2.NewCfnSecurityGroupIngress(b.scope, jsii.String("WorkFromWork"+t.id), &awsec2.CfnSecurityGroupIngressProps{
		GroupId: group, SourceSecurityGroupId: group, IpProtocol: protocol,
		FromPort: t.port(0), ToPort: t.port(1), Description: description,
	})
	awsec2.NewCfnSecurityGroupEgress(b.scope, jsii.String("WorkToWork"+t.id), &awsec2.CfnSecurityGroupEgressProps{
		GroupId: group, DestinationSecurityGroupId: group, IpProtocol: protocol,
		FromPort: t.port(0), ToPort: t.port(1), Description: description,
	})
}

// gateway makes the endpoint for Amazon S3, whose policy names the buckets (NET-11).
func (b *builder) gateway() {
	b.env.S3Endpoint = rendering.ConnectS3(b.scope, b.vpc, b.name(), b.env.Region, controls.EndpointPolicy(b.env, controls.S3Gateway))
	b.lengths[b.env.S3Endpoint] = len("vpce-0123456789abcdef0")
}

// endpoints makes the interface endpoints that the plan asks for.
func (b *builder) endpoints() {
	for _, e := range b.in.Endpoints {
		rendering.ConnectService(b.scope, b.vpc, b.endpointGroup, b.name(), e, controls.EndpointPolicy(b.env, e.Service))
	}
}

// packageIndex connects the VPC to the served package index and gives it its name (SUP-01, SUP-02). An endpoint to a
// service of the organisation's own takes no policy.
func (b *builder) packageIndex() {
	if b.in.Packages.Kind != config.PackagesIndex {
		return
	}
	service := b.in.Packages.EndpointServiceName
	if service == "" {
		service = b.sharedParameter("index-endpoint-service")
	}
	endpoint := awsec2.NewCfnVPCEndpoint(b.scope, jsii.String("IndexEndpoint"), &awsec2.CfnVPCEndpointProps{
		VpcId: jsii.String(b.vpc.ID), VpcEndpointType: jsii.String("Interface"), ServiceName: jsii.String(service),
		SubnetIds: rendering.References(b.env.Subnets...), SecurityGroupIds: rendering.References(b.endpointGroup), PrivateDnsEnabled: false,
		Tags: rendering.Tags(map[string]string{"Name": b.name() + "-index", "Reason": "pip reads the package index"}),
	})
	zone := awsroute53.NewCfnHostedZone(b.scope, jsii.String("IndexZone"), &awsroute53.CfnHostedZoneProps{
		Name: jsii.String(b.in.Packages.Host),
		Vpcs: []any{&awsroute53.CfnHostedZone_VPCProperty{VpcId: jsii.String(b.vpc.ID), VpcRegion: jsii.String(b.in.Target.Region)}},
	})
	// CloudFormation lists the regional name of an endpoint first, as <hosted zone>:<name>.
	entry := awscdk.Fn_Split(jsii.String(":"), awscdk.Fn_Select(jsii.Number(0), endpoint.AttrDnsEntries()), nil)
	awsroute53.NewCfnRecordSet(b.scope, jsii.String("IndexName"), &awsroute53.CfnRecordSetProps{
		HostedZoneId: zone.Ref(), Name: jsii.String(b.in.Packages.Host), Type: jsii.String("A"),
		AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
			HostedZoneId: awscdk.Fn_Select(jsii.Number(0), entry), DnsName: awscdk.Fn_Select(jsii.Number(1), entry),
		},
	})
}

// nameResolution limits and records what names the VPC asks for.
func (b *builder) nameResolution() {
	group := rendering.LogGroup(b.scope, "QueryLogGroup", b.in.Prefix()+"dns", b.env.LogKey, b.in.LogRetentionDays)
	rendering.LimitNames(b.scope, b.vpc, b.name(), b.in.Domains(), group)
}

// flowLogs records what crosses the VPC's interfaces.
func (b *builder) flowLogs() {
	group := rendering.LogGroup(b.scope, "FlowLogGroup", b.in.Prefix()+"flow", b.env.LogKey, b.in.LogRetentionDays)
	rendering.RecordFlows(b.scope, b.vpc, group, b.role(controls.LogDelivery))
}
