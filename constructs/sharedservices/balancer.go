package sharedservices

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// tlsPolicy takes TLS 1.2 and 1.3 with forward secrecy only, and hybrid post-quantum key exchange where the client can
// ("Security policies for your Network Load Balancer": the console's default). Python's ssl module can do all but that.
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"

// balancer makes the internal load balancer that ends TLS (SUP-02).
//
// Its security group admits nobody, and is not asked about traffic through PrivateLink: consumers' addresses are unknown
// and may overlap, and the endpoint service says which accounts connect. So PrivateLink is the only way in.
func (b *builder) balancer() {
	b.loadBalancer = awselasticloadbalancingv2.NewCfnLoadBalancer(b.scope, jsii.String("LoadBalancer"), &awselasticloadbalancingv2.CfnLoadBalancerProps{
		Type: jsii.String("network"), Scheme: jsii.String("internal"), IpAddressType: jsii.String("ipv4"),
		Subnets: rendering.References(b.vpc.SubnetIDs...), SecurityGroups: rendering.References(b.balancerGroup),
		EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: jsii.String("off"),
		LoadBalancerAttributes: []any{
			loadBalancerAttribute("access_logs.s3.enabled", "true"),
			loadBalancerAttribute("access_logs.s3.bucket", b.accessLogBucket.Name),
			loadBalancerAttribute("access_logs.s3.prefix", controls.SharedBalancerLogs),
			loadBalancerAttribute("deletion_protection.enabled", "true"),
			// A consumer in a zone whose task is gone reaches the other zones' tasks.
			loadBalancerAttribute("load_balancing.cross_zone.enabled", "true"),
		},
		Tags: rendering.Name(name),
	})
	b.loadBalancer.AddResourceDependency(b.accessLogPolicy, nil)
	b.targets = awselasticloadbalancingv2.NewCfnTargetGroup(b.scope, jsii.String("Targets"), &awselasticloadbalancingv2.CfnTargetGroupProps{
		VpcId: jsii.String(b.vpc.ID), TargetType: jsii.String("ip"), Protocol: jsii.String("TCP"), Port: jsii.Number(serverPort),
		HealthCheckEnabled: true, HealthCheckProtocol: jsii.String("HTTP"), HealthCheckPath: jsii.String("/health"),
		Matcher:                    &awselasticloadbalancingv2.CfnTargetGroup_MatcherProperty{HttpCode: jsii.String("200")},
		HealthCheckIntervalSeconds: jsii.Number(10), HealthyThresholdCount: jsii.Number(2), UnhealthyThresholdCount: jsii.Number(2),
		TargetGroupAttributes: []any{
			// Long enough for downloads that have begun when a task is to end.
			targetGroupAttribute("deregistration_delay.timeout_seconds", "120"),
		},
		Tags: rendering.Name(name),
	})
	b.listener = awselasticloadbalancingv2.NewCfnListener(b.scope, jsii.String("Listener"), &awselasticloadbalancingv2.CfnListenerProps{
		LoadBalancerArn: b.loadBalancer, Protocol: jsii.String("TLS"), Port: jsii.Number(httpsPort), SslPolicy: jsii.String(tlsPolicy),
		Certificates: []any{&awselasticloadbalancingv2.CfnListener_CertificateProperty{CertificateArn: jsii.String(b.in.Packages.CertificateARN)}},
		DefaultActions: []any{&awselasticloadbalancingv2.CfnListener_ActionProperty{
			Type: jsii.String("forward"), TargetGroupArn: b.targets.Ref(),
		}},
	})
}

func loadBalancerAttribute(key, value string) *awselasticloadbalancingv2.CfnLoadBalancer_LoadBalancerAttributeProperty {
	return &awselasticloadbalancingv2.CfnLoadBalancer_LoadBalancerAttributeProperty{Key: jsii.String(key), Value: jsii.String(value)}
}

func targetGroupAttribute(key, value string) *awselasticloadbalancingv2.CfnTargetGroup_TargetGroupAttributeProperty {
	return &awselasticloadbalancingv2.CfnTargetGroup_TargetGroupAttributeProperty{Key: jsii.String(key), Value: jsii.String(value)}
}

// endpointService offers the load balancer to the VPCs of the consumer accounts, and to no other account (SUP-02). Since
// the accounts are named, connections need no acceptance by hand.
func (b *builder) endpointService() {
	service := awsec2.NewCfnVPCEndpointService(b.scope, jsii.String("EndpointService"), &awsec2.CfnVPCEndpointServiceProps{
		NetworkLoadBalancerArns: &[]any{b.loadBalancer}, AcceptanceRequired: false, SupportedIpAddressTypes: jsii.Strings("ipv4"),
		Tags: rendering.Name(name),
	})
	principals := make([]string, len(b.facts.Consumers))
	for i, account := range b.facts.Consumers {
		principals[i] = "arn:" + b.facts.Partition + ":iam::" + account + ":root"
	}
	awsec2.NewCfnVPCEndpointServicePermissions(b.scope, jsii.String("EndpointServicePermissions"), &awsec2.CfnVPCEndpointServicePermissionsProps{
		ServiceId: service, AllowedPrincipals: jsii.Strings(principals...),
	})
	b.built.EndpointServiceName = reversed(b.facts.DNSSuffix) + ".vpce." + b.facts.Region + "." + *service.Ref()
}

// reversed turns amazonaws.com into com.amazonaws, with which names of endpoint services begin in the partition.
func reversed(domain string) string {
	labels := strings.Split(domain, ".")
	for i, j := 0, len(labels)-1; i < j; i, j = i+1, j-1 {
		labels[i], labels[j] = labels[j], labels[i]
	}
	return strings.Join(labels, ".")
}
