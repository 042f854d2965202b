package rendering

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53resolver"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/policy"
)

// VPC is an isolated VPC: private subnets and one route table with no route but the local one (NET-15).
type VPC struct {
	ID         string
	SubnetIDs  []string
	RouteTable awsec2.CfnRouteTable
}

// NewVPC makes an isolated VPC. Zones are chosen by id or by their position in the account's list, never by letter.
func NewVPC(scope constructs.Construct, name string, in plan.Network) VPC {
	vpc := awsec2.NewCfnVPC(scope, jsii.String("Vpc"), &awsec2.CfnVPCProps{
		CidrBlock: jsii.String(in.CIDR), EnableDnsSupport: true, EnableDnsHostnames: true, Tags: Name(name),
	})
	Acknowledge(vpc, Because("CloudFormation cannot empty the default security group. Nothing uses it (NET-02, ISO-10), and no route "+
		"leads out of the VPC (NET-15).", "VPCDefaultSecurityGroupClosed"))
	out := VPC{
		ID:         *vpc.Ref(),
		RouteTable: awsec2.NewCfnRouteTable(scope, jsii.String("Routes"), &awsec2.CfnRouteTableProps{VpcId: vpc, Tags: Name(name)}),
	}
	var zones *[]*string
	for i, s := range in.Subnets {
		props := &awsec2.CfnSubnetProps{
			VpcId: vpc, CidrBlock: jsii.String(s.CIDR), MapPublicIpOnLaunch: false, Tags: Name(fmt.Sprintf("%s-%d", name, i+1)),
		}
		if s.ZoneID != "" {
			props.AvailabilityZoneId = jsii.String(s.ZoneID)
		} else {
			if zones == nil {
				zones = awscdk.Fn_GetAzs(nil)
			}
			props.AvailabilityZone = awscdk.Fn_Select(jsii.Number(i), zones)
		}
		subnet := awsec2.NewCfnSubnet(scope, jsii.String(fmt.Sprintf("Subnet%d", i+1)), props)
		awsec2.NewCfnSubnetRouteTableAssociation(scope, jsii.String(fmt.Sprintf("Subnet%dRoutes", i+1)),
			&awsec2.CfnSubnetRouteTableAssociationProps{SubnetId: subnet, RouteTableId: out.RouteTable})
		out.SubnetIDs = append(out.SubnetIDs, *subnet.Ref())
	}
	return out
}

// ConnectS3 makes the gateway endpoint for Amazon S3, which costs nothing, and returns its id.
func ConnectS3(scope constructs.Construct, vpc VPC, name, region string, document policy.Document) string {
	return *awsec2.NewCfnVPCEndpoint(scope, jsii.String("S3Endpoint"), &awsec2.CfnVPCEndpointProps{
		VpcId: jsii.String(vpc.ID), VpcEndpointType: jsii.String("Gateway"), ServiceName: jsii.String("com.amazonaws." + region + ".s3"),
		RouteTableIds: &[]any{vpc.RouteTable}, PolicyDocument: document.Render(), Tags: Name(name + "-s3"),
	}).Ref()
}

// ConnectService makes the interface endpoint for a service of AWS. Its tag tells what it is paid for.
func ConnectService(scope constructs.Construct, vpc VPC, group, name string, e plan.Endpoint, document policy.Document) {
	awsec2.NewCfnVPCEndpoint(scope, jsii.String(ConstructID(string(e.Service))+"Endpoint"), &awsec2.CfnVPCEndpointProps{
		VpcId: jsii.String(vpc.ID), VpcEndpointType: jsii.String("Interface"), ServiceName: jsii.String(e.ServiceName),
		SubnetIds: References(vpc.SubnetIDs...), SecurityGroupIds: References(group), PrivateDnsEnabled: true,
		PolicyDocument: document.Render(), Tags: Tags(map[string]string{"Name": name + "-" + string(e.Service), "Reason": e.Reason}),
	})
}

// ConstructID makes an id such as SagemakerApi of a service name such as sagemaker.api.
func ConstructID(service string) string {
	var id strings.Builder
	for _, word := range strings.FieldsFunc(service, func(r rune) bool { return r == '.' || r == '-' }) {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String()
}

// References returns ids in the form that a list of references takes.
func References(ids ...string) *[]any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = jsii.String(id)
	}
	return &out
}

// LogGroup makes an encrypted log group with a retention (ENC-11).
func LogGroup(scope constructs.Construct, id, name, keyARN string, retentionDays int) awslogs.CfnLogGroup {
	group := awslogs.NewCfnLogGroup(scope, jsii.String(id), &awslogs.CfnLogGroupProps{
		LogGroupName: jsii.String(name), KmsKeyId: jsii.String(keyARN), RetentionInDays: jsii.Number(retentionDays),
	})
	if retentionDays < 365 {
		Acknowledge(group, Because("The organisation's configuration asks for less than a year (logRetentionDays).", "CT.CLOUDWATCH.PR.2"))
	}
	return group
}

// RecordFlows writes all flows of the VPC to the log group (NET-18), once a minute.
func RecordFlows(scope constructs.Construct, vpc VPC, group awslogs.CfnLogGroup, role awsiam.CfnRole) {
	awsec2.NewCfnFlowLog(scope, jsii.String("FlowLog"), &awsec2.CfnFlowLogProps{
		ResourceId: jsii.String(vpc.ID), ResourceType: jsii.String("VPC"), TrafficType: jsii.String("ALL"),
		LogDestinationType: jsii.String("cloud-watch-logs"), LogGroupName: group, DeliverLogsPermissionArn: role,
		MaxAggregationInterval: jsii.Number(60),
	})
}

// LimitNames lets the domains resolve in the VPC and no other (NET-17), and records every query (NET-18).
func LimitNames(scope constructs.Construct, vpc VPC, name string, domains []string, group awslogs.CfnLogGroup) {
	list := func(id, suffix string, domains []string) *string {
		return awsroute53resolver.NewCfnFirewallDomainList(scope, jsii.String(id), &awsroute53resolver.CfnFirewallDomainListProps{
			Name: jsii.String(name + suffix), Domains: jsii.Strings(domains...),
		}).Ref()
	}
	rules := awsroute53resolver.NewCfnFirewallRuleGroup(scope, jsii.String("DnsFirewall"), &awsroute53resolver.CfnFirewallRuleGroupProps{
		Name: jsii.String(name),
		FirewallRules: []any{
			&awsroute53resolver.CfnFirewallRuleGroup_FirewallRuleProperty{
				Priority: jsii.Number(100), Action: jsii.String("ALLOW"), FirewallDomainListId: list("AllowedDomains", "-allowed", domains),
			},
			&awsroute53resolver.CfnFirewallRuleGroup_FirewallRuleProperty{
				Priority: jsii.Number(200), Action: jsii.String("BLOCK"), BlockResponse: jsii.String("NODATA"),
				FirewallDomainListId: list("AllDomains", "-all", []string{"*"}),
			},
		},
	})
	awsroute53resolver.NewCfnFirewallRuleGroupAssociation(scope, jsii.String("DnsFirewallVpc"),
		&awsroute53resolver.CfnFirewallRuleGroupAssociationProps{
			// 100 and below is reserved for AWS Firewall Manager.
			FirewallRuleGroupId: rules, VpcId: jsii.String(vpc.ID), Priority: jsii.Number(101), Name: jsii.String(name),
			MutationProtection: jsii.String("ENABLED"),
		})
	queries := awsroute53resolver.NewCfnResolverQueryLoggingConfig(scope, jsii.String("QueryLog"),
		&awsroute53resolver.CfnResolverQueryLoggingConfigProps{Name: jsii.String(name), DestinationArn: group})
	awsroute53resolver.NewCfnResolverQueryLoggingConfigAssociation(scope, jsii.String("QueryLogVpc"),
		&awsroute53resolver.CfnResolverQueryLoggingConfigAssociationProps{ResolverQueryLogConfigId: queries, ResourceId: jsii.String(vpc.ID)})
}

// SealedEgress keeps a security group from having the rule that AWS adds to a group without any, which lets all
// traffic out: no packet matches it.
func SealedEgress() *awsec2.CfnSecurityGroup_EgressProperty {
	return &awsec2.CfnSecurityGroup_EgressProperty{
		CidrIp: jsii.String("255.255.255.255/32"), IpProtocol: jsii.String("icmp"), FromPort: jsii.Number(252), ToPort: jsii.Number(86),
		Description: jsii.String("No traffic out"),
	}
}
