package reachability_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/reachability"
)

// base is a small network as it should be: what works in it reaches itself, a service through an interface endpoint and
// Amazon S3 through the gateway endpoint.
const base = `{
  "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsSupport": true, "EnableDnsHostnames": true}},
  "Routes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
  "A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
  "B": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
  "RoutesA": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "A"}, "RouteTableId": {"Ref": "Routes"}}},
  "RoutesB": {"Type": "AWS::EC2::SubnetRouteTableAssociation", "Properties": {"SubnetId": {"Ref": "B"}, "RouteTableId": {"Ref": "Routes"}}},
  "Endpoints": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "endpoints", "VpcId": {"Ref": "Vpc"},
    "SecurityGroupEgress": [{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}]}},
  "Work": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "work", "VpcId": {"Ref": "Vpc"}, "SecurityGroupEgress": [
    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationSecurityGroupId": {"Ref": "Endpoints"}},
    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": "pl-6da54004"}]}},
  "EndpointsFromWork": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Fn::GetAtt": ["Endpoints", "GroupId"]},
    "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": {"Fn::GetAtt": ["Work", "GroupId"]}}},
  "WorkFromWork": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Work"},
    "IpProtocol": "50", "SourceSecurityGroupId": {"Ref": "Work"}}},
  "WorkToWork": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Work"},
    "IpProtocol": "50", "DestinationSecurityGroupId": {"Ref": "Work"}}},
  "S3": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.s3",
    "VpcEndpointType": "Gateway", "RouteTableIds": [{"Ref": "Routes"}]}},
  "Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts",
    "VpcEndpointType": "Interface", "SubnetIds": [{"Ref": "A"}, {"Ref": "B"}], "SecurityGroupIds": [{"Ref": "Endpoints"}], "PrivateDnsEnabled": true}}
}`

const account, region = "111122223333", "eu-west-1"

// resources merges JSON objects of resources. A null takes a resource away, an object replaces it.
func resources(t testing.TB, parts ...string) map[string]inventory.Resource {
	t.Helper()
	out := map[string]inventory.Resource{}
	for _, part := range parts {
		var read map[string]*inventory.Resource
		if err := json.Unmarshal([]byte(part), &read); err != nil {
			t.Fatalf("%v in %s", err, part)
		}
		for id, r := range read {
			if delete(out, id); r != nil {
				out[id] = *r
			}
		}
	}
	return out
}

// stack is a view of the resources as a stack of that name.
func stack(t testing.TB, name, account string, in map[string]inventory.Resource) inventory.View {
	t.Helper()
	v, err := inventory.NewView(inventory.Stack{ID: name, Name: name, Account: account, Region: region, Template: inventory.Template{Resources: in}}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func network(t testing.TB, parts ...string) *reachability.Network {
	t.Helper()
	n, err := reachability.New(reachability.Input{Views: []inventory.View{stack(t, "own", account, resources(t, parts...))}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func source(t testing.TB, n *reachability.Network, name string) reachability.Interface {
	t.Helper()
	i, ok := n.Interface(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return i
}

// reached are the summaries of what Work reaches from anywhere.
func reached(t testing.TB, n *reachability.Network, name string) []string {
	t.Helper()
	lines := map[string]bool{}
	for _, r := range n.Reach(source(t, n, name)) {
		lines[summary(r)] = true
	}
	return slices.Sorted(maps.Keys(lines))
}

func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return slices.Contains(others, l) })
}

func TestBase(t *testing.T) {
	n := network(t, base)
	want := []string{
		"VPC resolver Vpc on tcp [53]", "VPC resolver Vpc on udp [53]",
		"interface Endpoints on tcp [443]", "interface Work on protocol 50",
		"service by gateway endpoint com.amazonaws.eu-west-1.s3 on tcp [443]",
		"service by interface endpoint com.amazonaws.eu-west-1.sts on tcp [443]",
	}
	if difference := cmp.Diff(want, summaries(t, n, source(t, n, "own/Work"))); difference != "" {
		t.Error(difference)
	}
	// The default group lets everything out, but nobody lets it in, and no route leads out.
	want = []string{"VPC resolver Vpc on tcp [53]", "VPC resolver Vpc on udp [53]"}
	for _, what := range []string{"interface Vpc.DefaultSecurityGroup", "service by gateway endpoint com.amazonaws.eu-west-1.s3"} {
		want = append(want, what+" on any other protocol", what+" on icmp", what+" on tcp [0-65535]", what+" on udp [0-65535]", what+" on icmpv6", what+" on protocol 50")
	}
	slices.Sort(want)
	if difference := cmp.Diff(want, reached(t, n, "own/Vpc.DefaultSecurityGroup")); difference != "" {
		t.Error(difference)
	}
	if got := reached(t, n, "own/Sts"); len(got) != 2 {
		t.Errorf("an endpoint reaches more than the resolver: %v", got)
	}
}

// Pieces of templates that add ways out.
const (
	openEgress = `{"Open": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}}}`
	igw        = `{"Igw": {"Type": "AWS::EC2::InternetGateway"},
		"Attachment": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Igw"}}}}`
	peering = `{"Peering": {"Type": "AWS::EC2::VPCPeeringConnection", "Properties": {"VpcId": {"Ref": "Vpc"}, "PeerVpcId": "vpc-0fedcba9876543210"}}}`
	tgw     = `{"Tgw": {"Type": "AWS::EC2::TransitGateway"},
		"TgwAttachment": {"Type": "AWS::EC2::TransitGatewayAttachment", "Properties": {"VpcId": {"Ref": "Vpc"}, "TransitGatewayId": {"Ref": "Tgw"}, "SubnetIds": [{"Ref": "A"}]}}}`
	vpn = `{"Vgw": {"Type": "AWS::EC2::VPNGateway", "Properties": {"Type": "ipsec.1"}},
		"VgwAttachment": {"Type": "AWS::EC2::VPCGatewayAttachment", "Properties": {"VpcId": {"Ref": "Vpc"}, "VpnGatewayId": {"Ref": "Vgw"}}}}`
	nat = `{"Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
		"Nat": {"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": {"Ref": "A"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}}}}`
	ipv6 = `{"Range": {"Type": "AWS::EC2::VPCCidrBlock", "Properties": {"VpcId": {"Ref": "Vpc"}, "Ipv6CidrBlock": "2001:db8:7::/56", "Ipv6Pool": "ipv6pool-ec2-0123"}},
		"Eigw": {"Type": "AWS::EC2::EgressOnlyInternetGateway", "Properties": {"VpcId": {"Ref": "Vpc"}}}}`
	foreignGroup  = `{"Foreign": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "DestinationSecurityGroupId": "sg-0fedcba9876543210"}}}`
	publicSubnets = `{"A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": true}},
		"B": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24", "MapPublicIpOnLaunch": true}}}`
)

// route adds a route to the base's table.
func route(destination, target string) string {
	return fmt.Sprintf(`{"Way": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Routes"}, %s, %s}}}`, destination, target)
}

const allIPv4, allIPv6 = `"DestinationCidrBlock": "0.0.0.0/0"`, `"DestinationIpv6CidrBlock": "::/0"`

// workEgress replaces the work group's inline rules.
func workEgress(rules string) string {
	return `{"Work": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "work", "VpcId": {"Ref": "Vpc"}, "SecurityGroupEgress": [` + rules + `]}}}`
}

// acl puts a network ACL around both subnets. An entry is its direction, number, action, protocol, first and last port.
func acl(entries ...string) string {
	out := `{"Acl": {"Type": "AWS::EC2::NetworkAcl", "Properties": {"VpcId": {"Ref": "Vpc"}}},
		"AclA": {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": {"SubnetId": {"Ref": "A"}, "NetworkAclId": {"Ref": "Acl"}}},
		"AclB": {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": {"SubnetId": {"Ref": "B"}, "NetworkAclId": {"Ref": "Acl"}}}`
	for i, e := range entries {
		var direction, number, action, protocol, from, to string
		fmt.Sscan(e, &direction, &number, &action, &protocol, &from, &to)
		out += fmt.Sprintf(`, "Entry%d": {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {"NetworkAclId": {"Ref": "Acl"}, "Egress": %t, "RuleNumber": %s,
			"RuleAction": %q, "Protocol": %s, "CidrBlock": "0.0.0.0/0", "PortRange": {"From": %s, "To": %s}}}`,
			i, direction == "out", number, action, protocol, from, to)
	}
	return out + "}"
}

const (
	s3Line  = "service by gateway endpoint com.amazonaws.eu-west-1.s3 on tcp [443]"
	stsLine = "service by interface endpoint com.amazonaws.eu-west-1.sts on tcp [443]"
)

// changes of the base, and what Work then reaches besides, and what no longer.
var changes = []struct {
	name   string
	change []string
	gained []string
	lost   []string
}{
	{name: "internet gateway with a route, egress closed", change: []string{igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)}},
	{name: "open egress without a route", change: []string{openEgress, igw}},
	{name: "internet gateway", change: []string{openEgress, igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)}, gained: []string{"internet Igw on tcp [443]"}},
	{name: "internet gateway of elsewhere", change: []string{openEgress, route(allIPv4, `"GatewayId": "igw-0123456789abcdef0"`)}, gained: []string{"internet igw-0123456789abcdef0 on tcp [443]"}},
	{name: "internet gateway for private addresses", change: []string{openEgress, igw, route(`"DestinationCidrBlock": "10.9.0.0/16"`, `"GatewayId": {"Ref": "Igw"}`)}},
	{name: "NAT gateway", change: []string{openEgress, nat, route(allIPv4, `"NatGatewayId": {"Ref": "Nat"}`)}, gained: []string{"internet Nat on tcp [443]"}},
	{name: "NAT gateway without a route", change: []string{openEgress, nat}},
	{name: "peering", change: []string{openEgress, peering, route(`"DestinationCidrBlock": "10.9.0.0/16"`, `"VpcPeeringConnectionId": {"Ref": "Peering"}`)}, gained: []string{"peered VPC Peering on tcp [443]"}},
	{name: "peering without a route", change: []string{openEgress, peering}},
	{name: "transit gateway", change: []string{openEgress, tgw, route(`"DestinationCidrBlock": "10.0.0.0/8"`, `"TransitGatewayId": {"Ref": "Tgw"}`)}, gained: []string{"transit gateway Tgw on tcp [443]"}},
	{name: "VPN with a static route", change: []string{openEgress, vpn, route(`"DestinationCidrBlock": "192.168.0.0/16"`, `"GatewayId": {"Ref": "Vgw"}`)}, gained: []string{"VPN Vgw on tcp [443]"}},
	{name: "VPN with propagated routes", change: []string{openEgress, vpn,
		`{"Way": {"Type": "AWS::EC2::VPNGatewayRoutePropagation", "Properties": {"RouteTableIds": [{"Ref": "Routes"}], "VpnGatewayId": {"Ref": "Vgw"}}}}`},
		gained: []string{"VPN Vgw on tcp [443]"}},
	{name: "egress-only gateway", change: []string{ipv6, route(allIPv6, `"EgressOnlyInternetGatewayId": {"Ref": "Eigw"}`),
		`{"Open": {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "CidrIpv6": "::/0"}}}`},
		gained: []string{"internet Eigw on udp [53]"}},
	{name: "egress-only gateway, IPv4 egress", change: []string{openEgress, ipv6, route(allIPv6, `"EgressOnlyInternetGatewayId": {"Ref": "Eigw"}`)}},
	{name: "appliance inside the VPC's range", change: []string{openEgress, route(`"DestinationCidrBlock": "10.0.0.0/17"`, `"NetworkInterfaceId": "eni-0123"`)},
		gained: []string{"elsewhere eni-0123 on tcp [443]"},
		lost:   []string{"interface Endpoints on tcp [443]", "interface Work on protocol 50", stsLine}},
	{name: "route to a prefix list of AWS", change: []string{igw, route(`"DestinationPrefixListId": "pl-6da54004"`, `"GatewayId": {"Ref": "Igw"}`)}, gained: []string{"internet Igw on tcp [443]"}},
	{name: "group of another VPC", change: []string{foreignGroup}},
	{name: "group of another VPC, internet", change: []string{foreignGroup, igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)}},
	{name: "group of another VPC, peering", change: []string{foreignGroup, peering, route(`"DestinationCidrBlock": "10.9.0.0/16"`, `"VpcPeeringConnectionId": {"Ref": "Peering"}`)},
		gained: []string{"peered VPC Peering on tcp [22]"}},
	{name: "prefix list of another service", change: []string{workEgress(`{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": "pl-0123456789"}`)},
		lost: []string{"interface Endpoints on tcp [443]", s3Line, stsLine}},
	{name: "no inline egress is open egress", change: []string{`{"Work": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "work", "VpcId": {"Ref": "Vpc"}}}, "S3": null}`}, lost: []string{s3Line}},
	{name: "no inline egress, internet", change: []string{`{"Work": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "work", "VpcId": {"Ref": "Vpc"}}}, "S3": null}`, igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)},
		gained: []string{"internet Igw on any other protocol", "internet Igw on icmp", "internet Igw on icmpv6", "internet Igw on protocol 50", "internet Igw on tcp [0-65535]", "internet Igw on udp [0-65535]"},
		lost:   []string{s3Line}},
	{name: "egress to one public range", change: []string{workEgress(`{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "52.218.0.0/17"}`)},
		lost: []string{"interface Endpoints on tcp [443]", stsLine}},
	{name: "egress to one private range", change: []string{workEgress(`{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}`)}, lost: []string{s3Line}},
	{name: "customer's prefix list", change: []string{workEgress(`{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": {"Ref": "List"}}`),
		`{"List": {"Type": "AWS::EC2::PrefixList", "Properties": {"PrefixListName": "own", "AddressFamily": "IPv4", "MaxEntries": 1, "Entries": [{"Cidr": "10.0.1.0/24"}]}}}`},
		lost: []string{s3Line}},
	{name: "endpoints' group without ingress", change: []string{`{"EndpointsFromWork": null}`}, lost: []string{"interface Endpoints on tcp [443]", stsLine}},
	{name: "endpoint with another port", change: []string{`{"EndpointsFromWork": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Endpoints"}, "IpProtocol": "tcp", "FromPort": 444, "ToPort": 500, "SourceSecurityGroupId": {"Ref": "Work"}}}}`},
		lost: []string{"interface Endpoints on tcp [443]", stsLine}},
	{name: "endpoint without a group has the default group", change: []string{`{"Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts", "VpcEndpointType": "Interface", "SubnetIds": [{"Ref": "A"}]}}}`},
		lost: []string{stsLine}},
	{name: "endpoint in another subnet of the VPC", change: []string{`{
			"C": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.2.0/24"}},
			"Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts", "VpcEndpointType": "Interface", "SubnetIds": [{"Ref": "C"}], "SecurityGroupIds": [{"Ref": "Endpoints"}]}}}`}},
	{name: "gateway endpoint of another table", change: []string{`{
			"Other": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
			"S3": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.s3", "RouteTableIds": [{"Ref": "Other"}]}}}`},
		lost: []string{s3Line}},
	{name: "no resolver", change: []string{`{"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsSupport": false}}}`},
		lost: []string{"VPC resolver Vpc on tcp [53]", "VPC resolver Vpc on udp [53]"}},
	{name: "public address without a gateway", change: []string{openEgress, publicSubnets}},
	{name: "main route table", change: []string{`{"RoutesA": null, "RoutesB": null}`, openEgress, igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)}, lost: []string{s3Line}},
}

func TestChanges(t *testing.T) {
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			before := reached(t, network(t, base), "own/Work")
			after := reached(t, network(t, append([]string{base}, c.change...)...), "own/Work")
			if difference := cmp.Diff(append([]string{}, c.gained...), without(after, before)); difference != "" {
				t.Errorf("gained, - wanted, + got: %s", difference)
			}
			if difference := cmp.Diff(append([]string{}, c.lost...), without(before, after)); difference != "" {
				t.Errorf("lost, - wanted, + got: %s", difference)
			}
		})
	}
}

// Network ACLs, on Amazon S3, which is outside of every subnet.
func TestNetworkACLs(t *testing.T) {
	for _, c := range []struct {
		name    string
		entries []string
		want    string
	}{
		{"no entries", nil, ""},
		{"out only", []string{"out 1 allow -1 0 0"}, ""},
		{"answers blocked", []string{"out 1 allow -1 0 0", "in 1 allow 6 443 443", "in 2 deny 6 0 65535"}, "answers [443]"},
		{"answers of TCP blocked", []string{"out 1 allow -1 0 0", "in 1 allow 17 0 65535"}, ""},
		{"answers to ephemeral ports", []string{"out 1 allow 6 443 443", "in 1 allow 6 1024 65535"}, "answers [1024-65535]"},
		{"the first entry decides", []string{"out 1 deny 6 443 443", "out 2 allow -1 0 0", "in 1 allow -1 0 0"}, ""},
		{"by number, not by place", []string{"out 2 deny 6 443 443", "out 1 allow 6 400 500", "in 1 allow -1 0 0"}, "tcp [443]"},
		{"another port", []string{"out 1 allow 6 444 65535", "in 1 allow -1 0 0"}, ""},
		{"everything", []string{"out 1 allow -1 0 0", "in 1 allow -1 0 0"}, "tcp [443]"},
	} {
		got := strings.Join(slices.DeleteFunc(reached(t, network(t, base, acl(c.entries...)), "own/Work"), func(l string) bool { return !strings.Contains(l, ".s3 ") }), "\n")
		if c.want == "" && got != "" || !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	// Inside of a subnet no list is asked; between subnets, datagrams leave without answers.
	n := network(t, base, acl())
	for _, r := range n.Reach(source(t, n, "own/Work")) {
		if r.Destination.Kind == reachability.Peer && (fmt.Sprint(r.Addresses) == "[10.0.0.0-10.0.0.255]") != (r.From == "own/A") {
			t.Errorf("crosses an empty list: %s", r)
		}
	}
	n = network(t, base, acl("out 1 allow -1 0 0", "in 1 allow 17 7 7"), workEgress(`{"IpProtocol": "udp", "FromPort": 1, "ToPort": 9, "DestinationPrefixListId": "pl-6da54004"}`))
	if got := reached(t, n, "own/Work"); !slices.Contains(got, "service by gateway endpoint com.amazonaws.eu-west-1.s3 on udp [1-9], answers [7]") {
		t.Errorf("datagrams: %v", got)
	}
	// Entries of the default list come before, or after, the one that lets everything pass.
	for number, want := range map[string]bool{"99": false, "102": true} {
		n := network(t, base, `{"Entry": {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {"NetworkAclId": {"Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"]}, "Egress": true,
			"RuleNumber": `+number+`, "RuleAction": "deny", "Protocol": 6, "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 443, "To": 443}}}}`)
		if slices.Contains(reached(t, n, "own/Work"), s3Line) != want {
			t.Errorf("entry %s of the default list: Amazon S3 reached is not %t", number, want)
		}
	}
}

// Whether Amazon S3 has addresses in a denied range is unknown; that it has others is certain.
func TestDeniesOfUnknownAddresses(t *testing.T) {
	const deny = `{"Entry": {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {"NetworkAclId": {"Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"]}, "Egress": true,
		"RuleNumber": 1, "RuleAction": "deny", "Protocol": -1, "CidrBlock": "52.0.0.0/8"}}}`
	if got := reached(t, network(t, base, deny), "own/Work"); !slices.Contains(got, s3Line) {
		t.Errorf("not reached: %v", got)
	}
}

// Propagated routes may lead anywhere but into the VPC itself.
func TestPropagatedRoutes(t *testing.T) {
	n := network(t, base, openEgress, vpn, `{"Way": {"Type": "AWS::EC2::VPNGatewayRoutePropagation", "Properties": {"RouteTableIds": [{"Ref": "Routes"}], "VpnGatewayId": {"Ref": "Vgw"}}}}`)
	covered := func(address string) bool {
		return slices.ContainsFunc(n.Reach(source(t, n, "own/Work")), func(r reachability.Reach) bool {
			return r.Destination.Kind == reachability.VPN && holds(r.Addresses, packet{other: netip.MustParseAddr(address)})
		})
	}
	for address, want := range map[string]bool{"192.168.1.1": true, "10.1.0.1": true, "8.8.8.8": true, "10.0.0.1": false, "10.0.200.1": false} {
		if covered(address) != want {
			t.Errorf("%s through the VPN is not %t", address, want)
		}
	}
}

// An endpoint or task that names no group has the VPC's default group.
func TestDefaultGroup(t *testing.T) {
	n := network(t, base, `{"Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts", "VpcEndpointType": "Interface", "SubnetIds": [{"Ref": "A"}]}},
		"Task": {"Type": "AWS::ECS::Service", "Properties": {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "A"}]}}}}}`)
	for _, name := range []string{"own/Sts", "own/Task"} {
		if got := source(t, n, name).Groups; !slices.Equal(got, []string{"own/Vpc.DefaultSecurityGroup"}) {
			t.Errorf("%s has %v", name, got)
		}
	}
	if !slices.Contains(reached(t, n, "own/Task"), strings.Replace(stsLine, "[443]", "[0-65535]", 1)) {
		t.Error("the default group does not reach itself")
	}
}

// A failing proof shows the way: every fact, in order, with the resource that says it.
func TestReachExplainsItself(t *testing.T) {
	n := network(t, base, openEgress, igw, publicSubnets, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`), acl("out 10 allow 6 443 443", "in 20 allow 6 1024 65535"))
	var got []string
	for _, r := range n.Reach(source(t, n, "own/Work")) {
		if r.Destination.Kind == reachability.Internet && r.From == "own/A" {
			for _, f := range r.Through {
				got = append(got, f.String())
			}
			if text := r.String(); !strings.HasPrefix(text, "from own/A to internet own/Igw on tcp 443, answers to 1024-65535, at ") || !strings.Contains(text, "own/Open (tcp 443 to 0.0.0.0/0) > own/Entry0") {
				t.Error(text)
			}
		}
	}
	want := []string{
		"own/Open (tcp 443 to 0.0.0.0/0)",
		"own/Entry0 (entry 10 of own/Acl: allow tcp 443 to 0.0.0.0/0)",
		"own/Way (route of own/Routes: 0.0.0.0/0 to own/Igw)",
		"own/A (MapPublicIpOnLaunch: interfaces get a public address)",
		"own/Entry1 (entry 20 of own/Acl: allow tcp 1024-65535 from 0.0.0.0/0)",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

func TestPrivateDNS(t *testing.T) {
	const off = `"PrivateDnsEnabled": false`
	for name, c := range map[string]struct {
		change string
		want   bool
	}{
		"on":            {`{}`, true},
		"off":           {`{"Sts": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts", "VpcEndpointType": "Interface", "SubnetIds": [{"Ref": "A"}], "SecurityGroupIds": [{"Ref": "Endpoints"}], ` + off + `}}}`, false},
		"no host names": {`{"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}`, false},
	} {
		n := network(t, base, c.change)
		found := false
		for _, r := range n.Reach(source(t, n, "own/Work")) {
			if r.Destination.Kind == reachability.ServiceEndpoint {
				if found = true; r.Destination.PrivateDNS != c.want {
					t.Errorf("%s: private DNS is %t", name, r.Destination.PrivateDNS)
				}
			}
		}
		if !found {
			t.Errorf("%s: the endpoint is not reached", name)
		}
	}
}

func TestConnections(t *testing.T) {
	n := network(t, base, igw, peering, tgw, vpn, nat, ipv6)
	var got []string
	for _, c := range n.Connections() {
		got = append(got, fmt.Sprintf("%s %s", c.Kind, logical(c.Resource)))
	}
	want := []string{"internet Attachment", "internet Eigw", "internet Nat", "peered VPC Peering", "transit gateway TgwAttachment", "VPN VgwAttachment"}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
}

// For ICMP, FromPort is the type and ToPort the code.
func TestICMP(t *testing.T) {
	const ingress = `{"WorkFromWork": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "CidrIp": "10.0.0.0/16"}}}`
	for ends, want := range map[string]reachability.PortRange{
		`"FromPort": 8, "ToPort": -1`: {First: 8 << 8, Last: 8<<8 + 255}, `"FromPort": 3, "ToPort": 4`: {First: 3<<8 + 4, Last: 3<<8 + 4},
		`"FromPort": -1, "ToPort": -1`: {First: 0, Last: 65535},
	} {
		n := network(t, base, ingress, workEgress(`{"IpProtocol": "icmp", `+ends+`, "CidrIp": "10.0.0.0/8"}`))
		found := false
		for _, r := range n.Reach(source(t, n, "own/Work")) {
			if r.Protocol == reachability.ICMP && r.Destination.Name == "own/Work" {
				found = true
				if !slices.Equal(r.Ports, []reachability.PortRange{want}) {
					t.Errorf("%s: %v, want %v", ends, r.Ports, want)
				}
			}
		}
		if !found {
			t.Errorf("%s: nothing is reached", ends)
		}
	}
}

// Rules for one family say nothing about the other.
func TestIPv6InsideOfTheVPC(t *testing.T) {
	const subnets = `{"A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24", "Ipv6CidrBlock": "2001:db8:7:1::/64"}},
		"B": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": "2001:db8:7:2::/64"}}}`
	for rules, want := range map[string]string{
		`"CidrIpv6": "2001:db8:7::/56" "CidrIpv6": "2001:db8:7:1::/64"`: "[2001:db8:7:1::-2001:db8:7:2:ffff:ffff:ffff:ffff]",
		`"CidrIpv6": "2001:db8:7:2::/64" "CidrIpv6": "::/0"`:            "[2001:db8:7:2::-2001:db8:7:2:ffff:ffff:ffff:ffff]",
		`"CidrIpv6": "::/0" "CidrIp": "0.0.0.0/0"`:                      "",
	} {
		egress, ingress, _ := strings.Cut(rules, `" "`)
		n := network(t, base, ipv6, subnets, workEgress(`{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, `+egress+`"}`),
			`{"In": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "`+ingress+`}}}`)
		var got []string
		for _, r := range n.Reach(source(t, n, "own/Work")) {
			if r.Protocol == reachability.TCP && r.Destination.Name == "own/Work" && r.From == "own/A" {
				for _, a := range r.Addresses {
					got = append(got, "["+a.String()+"]")
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", rules, got, want)
		}
	}
}

// The id of a prefix list means another service in another region: pl-6fa54006 is that of Amazon S3 in ap-southeast-1.
func TestPrefixListsBelongToARegion(t *testing.T) {
	singapore := strings.NewReplacer("eu-west-1", "ap-southeast-1", "pl-6da54004", "pl-6fa54006").Replace(base)
	ireland := strings.Replace(base, "pl-6da54004", "pl-6fa54006", 1)
	in := stack(t, "there", account, resources(t, singapore))
	in.Region, in.Stack.Region = "ap-southeast-1", "ap-southeast-1"
	var err error
	if in, err = inventory.NewView(in.Stack, "", ""); err != nil {
		t.Fatal(err)
	}
	n, err := reachability.New(reachability.Input{Views: []inventory.View{in, stack(t, "here", account, resources(t, ireland))}})
	if err != nil {
		t.Fatal(err)
	}
	const there, here = "service by gateway endpoint com.amazonaws.ap-southeast-1.s3 on tcp [443]", s3Line
	if got := reached(t, n, "there/Work"); !slices.Contains(got, there) {
		t.Errorf("Amazon S3 is not reached: %v", got)
	}
	if got := reached(t, n, "here/Work"); slices.Contains(got, here) || slices.Contains(got, there) {
		t.Errorf("Amazon S3 is reached by another list: %v", got)
	}
	// A list of another region is no part of the addresses here.
	exit := stack(t, "exit", account, resources(t, base, openEgress, igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)))
	both, err := reachability.New(reachability.Input{Views: []inventory.View{in, exit}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range both.Reach(source(t, both, "exit/Work")) {
		if text := r.String(); strings.Contains(text, "pl-6fa54006") {
			t.Error(text)
		}
	}
}
