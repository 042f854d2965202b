package reachability_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/reachability"
)

// refusal is the error about the base with changes, "" without one.
func refusal(t *testing.T, parts ...string) string {
	t.Helper()
	_, err := reachability.New(reachability.Input{Views: []inventory.View{stack(t, "own", account, resources(t, parts...))}})
	if err == nil {
		return ""
	}
	return err.Error()
}

const otherVPC = `{
	"OtherVpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}},
	"OtherSubnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "OtherVpc"}, "CidrBlock": "10.1.0.0/24"}},
	"OtherRoutes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "OtherVpc"}}},
	"OtherAcl": {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "OtherVpc"}}},
	"OtherGroup": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "other", "VpcId": {"Ref": "OtherVpc"}}}}`

func endpointIn(subnets, groups string) string {
	return `{"Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts",
		"VpcEndpointType": "Interface", "SubnetIds": [` + subnets + `], "SecurityGroupIds": [` + groups + `]}}}`
}

func inlineRule(properties string) string { return workEgress(`{` + properties + `}`) }

func defaultEntry(properties string) string {
	return `{"Entry": {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {"NetworkAclId": {"Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"]}, ` + properties + `}}}`
}

// refusals are what AWS would refuse, what templates do not show, and what is not understood.
var refusals = []struct{ name, change, want string }{
	{"reversed ports", inlineRule(`"IpProtocol": "tcp", "FromPort": 444, "ToPort": 443, "CidrIp": "10.0.0.0/8"`), "own/Work.SecurityGroupEgress[0]: the port range 444 to 443 is reversed"},
	{"reversed ports of an entry", defaultEntry(`"RuleNumber": 1, "RuleAction": "allow", "Protocol": 6, "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 9, "To": 8}`), "own/Entry: the port range 9 to 8 is reversed"},
	{"ports missing", inlineRule(`"IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"`), "tcp needs FromPort and ToPort"},
	{"port too large", inlineRule(`"IpProtocol": "udp", "FromPort": 1, "ToPort": 65536, "CidrIp": "10.0.0.0/8"`), "a port is 0 to 65535"},
	{"no protocol", inlineRule(`"CidrIp": "10.0.0.0/8"`), "write tcp, udp, icmp, icmpv6"},
	{"unknown protocol", inlineRule(`"IpProtocol": "ftp", "CidrIp": "10.0.0.0/8"`), `protocol "ftp"`},
	{"protocol too large", inlineRule(`"IpProtocol": "256", "CidrIp": "10.0.0.0/8"`), `protocol "256"`},
	{"ICMP codes of all types", inlineRule(`"IpProtocol": "icmp", "FromPort": -1, "ToPort": 3, "CidrIp": "10.0.0.0/8"`), "name the type"},
	{"no other end", inlineRule(`"IpProtocol": "-1"`), "this one has 0"},
	{"two other ends", inlineRule(`"IpProtocol": "-1", "CidrIp": "10.0.0.0/8", "CidrIpv6": "::/0"`), "this one has 2"},
	{"host bits in a range", inlineRule(`"IpProtocol": "-1", "CidrIp": "10.0.0.1/8"`), "the range is written 10.0.0.0/8"},
	{"no range", inlineRule(`"IpProtocol": "-1", "CidrIp": "everywhere"`), "no range of addresses"},
	{"new property of a rule", inlineRule(`"IpProtocol": "-1", "CidrIp": "10.0.0.0/8", "Sampling": 1`), "own/Work.SecurityGroupEgress[0]: the property Sampling is not understood"},
	{"entry taken", defaultEntry(`"RuleNumber": 100, "RuleAction": "deny", "Protocol": -1, "CidrBlock": "0.0.0.0/0"`), "has an entry 100 for this direction already"},
	{"entry action", defaultEntry(`"RuleNumber": 1, "RuleAction": "drop", "Protocol": -1, "CidrBlock": "0.0.0.0/0"`), "write allow or deny"},
	{"subnet outside of its VPC", `{"C": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.7.0.0/24"}}}`, "10.7.0.0/24 is not inside of own/Vpc"},
	{"range from a pool", `{"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"Ipv4IpamPoolId": "ipam-pool-1", "Ipv4NetmaskLength": 20}}}`, "the property Ipv4IpamPoolId is not understood"},
	{"IPv6 range of AWS", `{"Range": {"Type": "AWS::EC2::VPCCidrBlock", "Properties": {"VpcId": {"Ref": "Vpc"}, "AmazonProvidedIpv6CidrBlock": true}}}`, "known at deployment only"},
	{"VPC of elsewhere", `{"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": "vpc-0123"}}}`, `own/G: VpcId is "vpc-0123", which these stacks do not hold`},
	{"endpoint in a subnet of elsewhere", endpointIn(`"subnet-0123"`, `{"Ref": "Endpoints"}`), `"subnet-0123", which these stacks do not hold`},
	{"endpoint in a subnet of another VPC", endpointIn(`{"Ref": "OtherSubnet"}`, `{"Ref": "Endpoints"}`), "the subnet own/OtherSubnet is of another VPC"},
	{"endpoint with a group of elsewhere", endpointIn(`{"Ref": "A"}`, `"sg-0123"`), `"sg-0123", which these stacks do not hold`},
	{"endpoint with a group of another VPC", endpointIn(`{"Ref": "A"}`, `{"Ref": "OtherGroup"}`), "the security group own/OtherGroup is of another VPC"},
	{"endpoint of another type", `{"Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "VpcEndpointType": "ServiceNetwork"}}}`, `VpcEndpointType is "ServiceNetwork"`},
	{"second route table", `{"Again": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "A"}, "RouteTableId": {"Ref": "Routes"}}}}`, "has the route table own/Routes already"},
	{"route table of another VPC", `{"RoutesA": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "A"}, "RouteTableId": {"Ref": "OtherRoutes"}}}}`, "are of different VPCs"},
	{"list of another VPC", `{"AclA": {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": {"SubnetId": {"Ref": "A"}, "NetworkAclId": {"Ref": "OtherAcl"}}}}`, "are of different VPCs"},
	{"route without a target", route(allIPv4, `"DestinationCidrBlock": "0.0.0.0/0"`), "this one has 1 and 0"},
	{"route with two targets", route(allIPv4, `"NatGatewayId": "nat-1", "GatewayId": "igw-1"`), "this one has 1 and 2"},
	{"local route", route(allIPv4, `"GatewayId": "local"`), "leave the route out"},
	{"target of a new kind", route(allIPv4, `"OdbNetworkArn": "arn:aws:odb:x"`), "the property OdbNetworkArn is not understood"},
	{"address of an instance", `{"Address": {"Type": "AWS::EC2::EIP", "Properties": {"InstanceId": "i-1"}}}`, "the property InstanceId is not understood"},
	{"gateway endpoint with an unknown list", `{"Dynamo": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.dynamodb", "RouteTableIds": [{"Ref": "Routes"}]}},
			"ToDynamo": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": "pl-0123456789"}}}`, "say in Input.PrefixLists"},
	{"gateway load balancer", `{"Lb": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Type": "gateway", "Subnets": [{"Ref": "A"}]}}}`, "only network and application"},
	{"tasks on instances", `{"Tasks": {"Type": "AWS::ECS::Service", "Properties": {"Cluster": "c"}}}`, "no NetworkConfiguration"},
	{"value of another type", `{"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": ["10.0.0.0/16"]}}}`, "not a text"},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		if got := refusal(t, base, otherVPC, c.change); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestKnownPrefixLists(t *testing.T) {
	v := stack(t, "own", account, resources(t, base, `{
		"Dynamo": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.dynamodb", "RouteTableIds": [{"Ref": "Routes"}]}},
		"ToDynamo": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": "pl-0123456789"}}}`))
	for service, want := range map[string]int{"com.amazonaws.eu-west-1.dynamodb": 1, "com.amazonaws.eu-west-1.route53-healthchecks": 0} {
		lists := map[reachability.PrefixList]string{{Region: region, ID: "pl-0123456789"}: service}
		n, err := reachability.New(reachability.Input{Views: []inventory.View{v}, PrefixLists: lists})
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, line := range reached(t, n, "own/Work") {
			if strings.Contains(line, "dynamodb on tcp [443]") {
				found++
			}
		}
		if found != want {
			t.Errorf("the list of %s: DynamoDB is reached %d times, want %d", service, found, want)
		}
	}
}

func TestUnknownTypesAreRefused(t *testing.T) {
	for _, kind := range []string{
		"AWS::EC2::Instance", "AWS::EC2::NetworkInterface", "AWS::EC2::ClientVpnEndpoint", "AWS::EC2::TransitGatewayConnect",
		"AWS::EC2::TransitGatewayPeeringAttachment", "AWS::EC2::GatewayRouteTableAssociation", "AWS::EC2::CarrierGateway", "AWS::EC2::EIPAssociation",
		"AWS::EC2::SecurityGroupVpcAssociation", "AWS::EC2::VPCDHCPOptionsAssociation", "AWS::EC2::VPNConnection", "AWS::EC2::InstanceConnectEndpoint",
		"AWS::VpcLattice::ServiceNetworkVpcAssociation", "AWS::VpcLattice::ResourceGateway", "AWS::NetworkFirewall::Firewall", "AWS::NetworkManager::VpcAttachment",
		"AWS::DirectConnect::Connection", "AWS::ElasticLoadBalancing::LoadBalancer", "AWS::GlobalAccelerator::Endpoint", "AWS::Route53Resolver::ResolverEndpoint",
		"AWS::RDS::DBInstance", "AWS::EFS::MountTarget", "AWS::SageMaker::Cluster", "AWS::SageMaker::MonitoringSchedule", "AWS::CloudFormation::Stack",
		"AWS::CloudFormation::CustomResource", "Custom::Network", "AWS::Invented::Thing",
	} {
		if got := refusal(t, base, `{"New": {"Type": "`+kind+`"}}`); !strings.Contains(got, "own/New: it is not known whether "+kind+" carries traffic") {
			t.Errorf("%s: %q", kind, got)
		}
	}
	if got := refusal(t, base, `{"Quiet": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/"}}}`); got != "" {
		t.Errorf("a role: %s", got)
	}
}

// A property that nobody reads may be one that opens a way.
func TestUnknownPropertiesAreRefused(t *testing.T) {
	for _, kind := range reachability.Understood() {
		if got := refusal(t, base, `{"New": {"Type": "`+kind+`", "Properties": {"Surprise": true}}}`); !strings.Contains(got, "own/New: the property Surprise is not understood") {
			t.Errorf("%s: %q", kind, got)
		}
	}
}

func TestConditionsAndMacrosAreRefused(t *testing.T) {
	conditional := strings.Replace(base, `"A": {"Type"`, `"A": {"Condition": "Sometimes", "Type"`, 1)
	if got := refusal(t, conditional); !strings.Contains(got, "own/A: exists under the condition Sometimes only") {
		t.Errorf("condition: %q", got)
	}
	var template inventory.Template
	if err := json.Unmarshal([]byte(`{"Transform": "AWS::LanguageExtensions", "Resources": `+base+`}`), &template); err != nil {
		t.Fatal(err)
	}
	v, err := inventory.NewView(inventory.Stack{ID: "own", Account: account, Region: region, Template: template}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reachability.New(reachability.Input{Views: []inventory.View{v}}); err == nil || !strings.Contains(err.Error(), "macros") {
		t.Errorf("macro: %v", err)
	}
}

// The package's comment lists what is understood.
func TestDocumentationNamesTheTypes(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range reachability.Understood() {
		cut := strings.LastIndex(kind, "::") + 2
		listed := regexp.MustCompile(`(?s)` + kind[:cut] + ` .*\b` + kind[cut:] + `\b`)
		if !listed.Match(text) {
			t.Errorf("doc.go does not name %s", kind)
		}
	}
}
