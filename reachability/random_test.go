package reachability_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/reachability"
)

// model is a small network as plain data: the oracle walks it packet by packet, and template renders it.
type model struct {
	subnets []modelSubnet
	// groups of the VPC, which is 10.0.0.0/28.
	groups []modelGroup
	// routes of the one table, besides the local one.
	routes []modelRoute
	// s3 tells that there is a gateway endpoint for Amazon S3.
	s3 bool
}

type modelSubnet struct {
	prefix netip.Prefix
	// entries of the subnet's network ACL, by number; nil for the default list.
	out, in []modelEntry
	listed  bool
}

type modelEntry struct {
	modelTraffic
	allow  bool
	prefix netip.Prefix
}

type modelGroup struct{ egress, ingress []modelRule }

type modelRule struct {
	modelTraffic
	// peer is a range, "s3" for its prefix list, a group's number, or "foreign" for a group of another VPC.
	peer string
}

// modelTraffic is a protocol, -1 for all, and ports, which count for TCP and UDP only.
type modelTraffic struct{ protocol, from, to int }

type modelRoute struct {
	prefix netip.Prefix
	// to is igw, peering or nat.
	to string
}

// modelPorts are those that rules can name; one more stands for all others.
const modelPorts = 6

var (
	modelVPC    = netip.MustParsePrefix("10.0.0.0/28")
	modelRanges = []string{"0.0.0.0/0", "10.0.0.0/28", "10.0.0.0/29", "10.0.0.4/30", "10.0.0.2/31", "10.0.0.9/32", "10.0.0.0/27", "10.0.0.16/30", "8.0.0.0/6"}
	// publicRange may hold addresses of Amazon S3.
	publicRange = "52.0.0.0/30"
)

// randomModel makes a network. With vague, rules name public ranges that may or may not hold addresses of Amazon S3.
func randomModel(r *rand.Rand, vague bool) model {
	// A range like 8.0.0.0/6 is vague too.
	ranges := modelRanges[:len(modelRanges)-1]
	if vague {
		ranges = append(modelRanges, publicRange)
	}
	m := model{s3: r.IntN(2) == 0}
	for _, p := range []string{"10.0.0.0/30", "10.0.0.8/30"} {
		s := modelSubnet{prefix: netip.MustParsePrefix(p), listed: r.IntN(3) == 0}
		if s.listed {
			s.out, s.in = randomEntries(r, ranges), randomEntries(r, ranges)
		}
		m.subnets = append(m.subnets, s)
	}
	for range 3 {
		m.groups = append(m.groups, modelGroup{egress: randomRules(r, ranges, 3), ingress: randomRules(r, ranges, 3)})
	}
	seen := map[string]bool{}
	for range r.IntN(4) {
		if p := ranges[r.IntN(len(ranges))]; !seen[p] && p != modelVPC.String() {
			seen[p] = true
			m.routes = append(m.routes, modelRoute{netip.MustParsePrefix(p), []string{"igw", "peering", "nat"}[r.IntN(3)]})
		}
	}
	return m
}

func randomTraffic(r *rand.Rand) modelTraffic {
	from := r.IntN(modelPorts)
	return modelTraffic{[]int{6, 6, 17, 50, -1}[r.IntN(5)], from, from + r.IntN(modelPorts-from)}
}

func randomRules(r *rand.Rand, ranges []string, most int) []modelRule {
	var out []modelRule
	for range 1 + r.IntN(most) {
		peers := append([]string{"s3", "foreign", "0", "1", "2", "0", "1", "2"}, ranges...)
		out = append(out, modelRule{randomTraffic(r), peers[r.IntN(len(peers))]})
	}
	return out
}

func randomEntries(r *rand.Rand, ranges []string) []modelEntry {
	var out []modelEntry
	for range r.IntN(4) {
		out = append(out, modelEntry{randomTraffic(r), r.IntN(3) > 0, netip.MustParsePrefix(ranges[r.IntN(len(ranges))])})
	}
	return append(out, modelEntry{modelTraffic{[]int{-1, 6}[r.IntN(2)], 0, modelPorts}, r.IntN(2) == 0, netip.MustParsePrefix("0.0.0.0/0")})
}

type object = map[string]any

// template renders the network. Every second rule is a resource of its own.
func (m model) template(t testing.TB) map[string]inventory.Resource {
	t.Helper()
	out := object{}
	add := func(id, kind string, properties object) { out[id] = object{"Type": kind, "Properties": properties} }
	vpc := object{"Ref": "Vpc"}
	add("Vpc", "AWS::EC2::VPC", object{"CidrBlock": modelVPC.String()})
	add("Routes", "AWS::EC2::RouteTable", object{"VpcId": vpc})
	add("igw", "AWS::EC2::InternetGateway", object{})
	add("peering", "AWS::EC2::VPCPeeringConnection", object{"VpcId": vpc, "PeerVpcId": "vpc-0"})
	add("nat", "AWS::EC2::NatGateway", object{"SubnetId": object{"Ref": "Subnet0"}})
	for i, s := range m.subnets {
		id := object{"Ref": fmt.Sprintf("Subnet%d", i)}
		add(fmt.Sprintf("Subnet%d", i), "AWS::EC2::Subnet", object{"VpcId": vpc, "CidrBlock": s.prefix.String()})
		add(fmt.Sprintf("Subnet%dRoutes", i), "AWS::EC2::SubnetRouteTableAssociation", object{"SubnetId": id, "RouteTableId": object{"Ref": "Routes"}})
		if s.listed {
			list := fmt.Sprintf("Acl%d", i)
			add(list, "AWS::EC2::NetworkAcl", object{"VpcId": vpc})
			add(list+"Subnet", "AWS::EC2::SubnetNetworkAclAssociation", object{"SubnetId": id, "NetworkAclId": object{"Ref": list}})
			for direction, entries := range [][]modelEntry{s.in, s.out} {
				for n, e := range entries {
					add(fmt.Sprintf("%sEntry%d%d", list, direction, n), "AWS::EC2::NetworkAclEntry", e.properties(list, direction == 1, n+1))
				}
			}
		}
	}
	for i, g := range m.groups {
		id := fmt.Sprintf("Group%d", i)
		properties := object{"VpcId": vpc}
		m.addRules(add, properties, id, "Egress", "Destination", g.egress)
		m.addRules(add, properties, id, "Ingress", "Source", g.ingress)
		add(id, "AWS::EC2::SecurityGroup", properties)
	}
	for i, route := range m.routes {
		property := map[string]string{"igw": "GatewayId", "peering": "VpcPeeringConnectionId", "nat": "NatGatewayId"}[route.to]
		add(fmt.Sprintf("Route%d", i), "AWS::EC2::Route", object{"RouteTableId": object{"Ref": "Routes"}, "DestinationCidrBlock": route.prefix.String(), property: object{"Ref": route.to}})
	}
	if m.s3 {
		add("s3", "AWS::EC2::VPCEndpoint", object{"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.s3", "RouteTableIds": []any{object{"Ref": "Routes"}}})
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return resources(t, string(text))
}

// addRules puts every second rule into the group. The first one is inside, so that AWS adds none of its own.
func (m model) addRules(add func(id, kind string, properties object), group object, id, direction, end string, rules []modelRule) {
	var inline []any
	for n, rule := range rules {
		properties := rule.properties(end)
		if n%2 == 0 {
			inline = append(inline, properties)
			continue
		}
		properties["GroupId"] = object{"Ref": id}
		add(fmt.Sprintf("%s%s%d", id, direction, n), "AWS::EC2::SecurityGroup"+direction, properties)
	}
	group["SecurityGroup"+direction] = inline
}

func (r modelRule) properties(end string) object {
	out := object{"IpProtocol": strconv.Itoa(r.protocol), "FromPort": r.from, "ToPort": r.to}
	switch {
	case r.peer == "s3":
		out[end+"PrefixListId"] = "pl-6da54004"
	case r.peer == "foreign":
		out[end+"SecurityGroupId"] = "sg-0fedcba9876543210"
	case len(r.peer) == 1:
		out[end+"SecurityGroupId"] = object{"Fn::GetAtt": []any{"Group" + r.peer, "GroupId"}}
	default:
		out["CidrIp"] = r.peer
	}
	return out
}

func (e modelEntry) properties(list string, egress bool, number int) object {
	action := "deny"
	if e.allow {
		action = "allow"
	}
	out := object{"NetworkAclId": object{"Ref": list}, "Egress": egress, "RuleNumber": number, "RuleAction": action, "Protocol": e.protocol, "CidrBlock": e.prefix.String()}
	if e.protocol == 6 || e.protocol == 17 {
		out["PortRange"] = object{"From": e.from, "To": e.to}
	}
	return out
}

// network reads what template renders.
func (m model) network(t testing.TB) *reachability.Network {
	t.Helper()
	n, err := reachability.New(reachability.Input{Views: []inventory.View{stack(t, "own", account, m.template(t))}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
