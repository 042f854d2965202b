package sharedservices

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// network makes the shared VPC and its three security groups: traffic goes from the load balancer to the server, and
// from there to endpoints and Amazon S3. Nobody may start a connection to the load balancer; see balancer.
func (b *builder) network() {
	b.vpc = rendering.NewVPC(b.scope, name, b.in.Network)
	b.endpointGroup = b.group("EndpointGroup", "endpoints", "VPC endpoints", rendering.SealedEgress())
	b.serverGroup = b.group("ServerGroup", "server", "Package index server",
		egressTo(b.endpointGroup, httpsPort, "AWS services"),
		&awsec2.CfnSecurityGroup_EgressProperty{
			Description: jsii.String("Amazon S3"), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(httpsPort), ToPort: jsii.Number(httpsPort),
			DestinationPrefixListId: jsii.String(b.in.Network.S3PrefixList),
		})
	b.balancerGroup = b.group("BalancerGroup", "balancer", "Load balancer of the package index",
		egressTo(b.serverGroup, serverPort, "Package index server"))
	b.admit("EndpointsFromServer", b.endpointGroup, b.serverGroup, httpsPort, "HTTPS")
	b.admit("ServerFromBalancer", b.serverGroup, b.balancerGroup, serverPort, "HTTP, TLS ends at the load balancer")
}

const (
	httpsPort = 443
	// serverPort of the gateway's unprivileged image.
	serverPort = 8080
)

func (b *builder) group(id, suffix, description string, egress ...any) string {
	return *awsec2.NewCfnSecurityGroup(b.scope, jsii.String(id), &awsec2.CfnSecurityGroupProps{
		VpcId: jsii.String(b.vpc.ID), GroupDescription: jsii.String(description), SecurityGroupEgress: egress,
		Tags: rendering.Name(name + "-" + suffix),
	}).Ref()
}

func egressTo(group string, port float64, description string) *awsec2.CfnSecurityGroup_EgressProperty {
	return &awsec2.CfnSecurityGroup_EgressProperty{
		Description: jsii.String(description), IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(port), ToPort: jsii.Number(port),
		DestinationSecurityGroupId: jsii.String(group),
	}
}

func (b *builder) admit(id, group, from string, port float64, description string) {
	awsec2.NewCfnSecurityGroupIngress(b.scope, jsii.String(id), &awsec2.CfnSecurityGroupIngressProps{
		GroupId: jsii.String(group), SourceSecurityGroupId: jsii.String(from),
		IpProtocol: jsii.String("tcp"), FromPort: jsii.Number(port), ToPort: jsii.Number(port), Description: jsii.String(description),
	})
}

// endpoints makes the endpoints that the plan asks for (NET-10), and the one for Amazon S3 (NET-11).
func (b *builder) endpoints() {
	b.facts.Index.S3Endpoint = rendering.ConnectS3(b.scope, b.vpc, name, b.facts.Region, controls.SharedEndpointPolicy(b.facts, controls.S3Gateway))
	for _, e := range b.in.Endpoints {
		rendering.ConnectService(b.scope, b.vpc, b.endpointGroup, name, e, controls.SharedEndpointPolicy(b.facts, e.Service))
	}
}

// nameResolution limits and records what names the VPC asks for.
func (b *builder) nameResolution() {
	group := rendering.LogGroup(b.scope, "QueryLogGroup", controls.SharedLogGroup("dns"), b.logKeyARN, b.in.LogRetentionDays)
	rendering.LimitNames(b.scope, b.vpc, name, b.in.Domains(), group)
}

// flowLogs records what crosses the VPC's interfaces.
func (b *builder) flowLogs() {
	group := rendering.LogGroup(b.scope, "FlowLogGroup", controls.SharedLogGroup("flow"), b.logKeyARN, b.in.LogRetentionDays)
	rendering.RecordFlows(b.scope, b.vpc, group, b.role(controls.LogDelivery))
}
