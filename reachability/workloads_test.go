package reachability_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/reachability"
)

// lines are the summaries of answers, each once.
func lines(reaches []reachability.Reach) []string {
	var out []string
	for _, r := range reaches {
		out = append(out, summary(r))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// balancer is an internet-facing load balancer in the base's subnets.
func balancer(scheme, more string) string {
	return `{"Lb": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Scheme": "` + scheme + `", "Subnets": [{"Ref": "A"}, {"Ref": "B"}], ` + more + `}},
		"Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {"LoadBalancerArn": {"Ref": "Lb"}, "Protocol": "TLS", "Port": 443}}}`
}

func TestExposed(t *testing.T) {
	const (
		open   = `{"In": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 400, "ToPort": 500, "CidrIp": "0.0.0.0/0"}}}`
		office = `{"In": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Work"}, "IpProtocol": "tcp", "FromPort": 400, "ToPort": 500, "CidrIp": "10.9.0.0/16"}}}`
		group  = `"SecurityGroups": [{"Ref": "Work"}]`
	)
	way := route(allIPv4, `"GatewayId": {"Ref": "Igw"}`)
	for _, c := range []struct {
		name   string
		change []string
		want   []string
	}{
		{"load balancer", []string{igw, way, open, balancer("internet-facing", group)}, []string{"interface Lb on tcp [443]", "interface Work on tcp [400-500]"}},
		{"network load balancer without a group", []string{igw, way, balancer("internet-facing", `"Type": "network"`)}, []string{"interface Lb on tcp [443]"}},
		{"application load balancer without a group", []string{igw, way, balancer("internet-facing", `"Type": "application"`)}, nil},
		{"internal load balancer", []string{igw, way, open, balancer("internal", group)}, []string{"interface Work on tcp [400-500]"}},
		{"no route", []string{igw, open, balancer("internet-facing", group)}, nil},
		{"NAT gateway", []string{nat, route(allIPv4, `"NatGatewayId": {"Ref": "Nat"}`), open}, nil},
		{"no ingress", []string{igw, way, balancer("internet-facing", group)}, nil},
		{"ingress from private addresses", []string{igw, way, office}, nil},
		{"list blocks answers", []string{igw, way, open, acl("in 1 allow -1 0 0")}, nil},
		{"list blocks", []string{igw, way, open, acl("out 1 allow -1 0 0", "in 1 allow 6 450 65535")}, []string{"interface Work on tcp [450-500]"}},
		{"group on a subnet with public addresses", []string{igw, way, open, publicSubnets}, []string{"interface Work on tcp [400-500]"}},
	} {
		if difference := cmp.Diff(c.want, lines(network(t, append([]string{base}, c.change...)...).Exposed())); difference != "" {
			t.Errorf("%s, - wanted, + got: %s", c.name, difference)
		}
	}
}

// Each workload stands in Work's place: in the VPC it reaches the same, outside of it the internet.
func TestWorkloads(t *testing.T) {
	const in = `"Subnets": [{"Ref": "A"}], "SecurityGroups": [{"Ref": "Work"}]`
	const as = `"SubnetIds": [{"Ref": "A"}], "SecurityGroupIds": [{"Ref": "Work"}]`
	inside := reached(t, network(t, base), "own/Work")
	for _, c := range []struct {
		name, kind, properties string
		inside, outside        bool
	}{
		{"task", "AWS::ECS::Service", `"NetworkConfiguration": {"AwsvpcConfiguration": {` + in + `}}`, true, false},
		{"function in the VPC", "AWS::Lambda::Function", `"VpcConfig": {` + as + `}`, true, false},
		{"function", "AWS::Lambda::Function", `"Handler": "bootstrap"`, false, true},
		{"model in the VPC", "AWS::SageMaker::Model", `"VpcConfig": {"Subnets": [{"Ref": "A"}], "SecurityGroupIds": [{"Ref": "Work"}]}`, true, false},
		{"model", "AWS::SageMaker::Model", `"ModelName": "m"`, false, true},
		{"isolated model", "AWS::SageMaker::Model", `"EnableNetworkIsolation": true`, false, false},
		{"Studio", "AWS::SageMaker::Domain", `"AppNetworkAccessType": "VpcOnly", "VpcId": {"Ref": "Vpc"}, "SubnetIds": [{"Ref": "A"}], "DefaultUserSettings": {"SecurityGroups": [{"Ref": "Work"}]}`, true, false},
		{"Studio with the internet", "AWS::SageMaker::Domain", `"VpcId": {"Ref": "Vpc"}, "SubnetIds": [{"Ref": "A"}], "DefaultUserSettings": {"SecurityGroups": [{"Ref": "Work"}]}`, true, true},
		{"notebook", "AWS::SageMaker::NotebookInstance", `"DirectInternetAccess": "Disabled", "SubnetId": {"Ref": "A"}, "SecurityGroupIds": [{"Ref": "Work"}]`, true, false},
		{"notebook with the internet", "AWS::SageMaker::NotebookInstance", `"SubnetId": {"Ref": "A"}, "SecurityGroupIds": [{"Ref": "Work"}]`, true, true},
		{"notebook without a VPC", "AWS::SageMaker::NotebookInstance", `"SecurityGroupIds": []`, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := network(t, base, `{"Thing": {"Type": "`+c.kind+`", "Properties": {`+c.properties+`}}}`)
			within, outside := false, false
			for _, i := range n.Interfaces() {
				if i.Name != "own/Thing" {
					continue
				}
				got := lines(n.Reach(i))
				if slices.Contains(got, "internet outside of any VPC on tcp [0-65535]") {
					outside = true
					continue
				}
				within = true
				// Whatever carries Work is reached too, where Work lets it in.
				if missing := without(inside, got); len(missing) > 0 {
					t.Errorf("does not reach %v", missing)
				}
			}
			if within != c.inside || outside != c.outside {
				t.Errorf("in the VPC %t, outside %t", within, outside)
			}
		})
	}
}

// A public address is the difference between an internet gateway that leads somewhere and one that does not.
func TestTaskWithPublicAddress(t *testing.T) {
	for assign, want := range map[string]bool{"ENABLED": true, "DISABLED": false} {
		n := network(t, base, openEgress, igw, route(allIPv4, `"GatewayId": {"Ref": "Igw"}`), `{"Task": {"Type": "AWS::ECS::Service", "Properties": {"NetworkConfiguration": {
			"AwsvpcConfiguration": {"Subnets": [{"Ref": "A"}], "SecurityGroups": [{"Ref": "Work"}], "AssignPublicIp": "`+assign+`"}}}}}`)
		if slices.Contains(reached(t, n, "own/Task"), "internet Igw on tcp [443]") != want {
			t.Errorf("%s: internet reached is not %t", assign, want)
		}
	}
}

// shared publishes a load balancer to the accounts. The name of the endpoint service travels in a parameter.
func shared(principals, enforce, listeners string) string {
	return `{"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}},
		"Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.8.0.0/24"}},
		"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}, "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 440, "ToPort": 445, "CidrIp": "10.0.0.0/24"}]}},
		"Lb": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Type": "network", "Scheme": "internal", "Subnets": [{"Ref": "Subnet"}],
			"SecurityGroups": [{"Ref": "Group"}], "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "` + enforce + `"}},
		` + listeners + `
		"Service": {"Type": "AWS::EC2::VPCEndpointService", "Properties": {"AcceptanceRequired": true, "NetworkLoadBalancerArns": [{"Ref": "Lb"}]}},
		"Permissions": {"Type": "AWS::EC2::VPCEndpointServicePermissions", "Properties": {"ServiceId": {"Ref": "Service"}, "AllowedPrincipals": [` + principals + `]}},
		"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/shared/service", "Type": "String",
			"Value": {"Fn::Join": ["", ["com.amazonaws.vpce.eu-west-1.", {"Ref": "Service"}]]}}}}`
}

func listener(port int) string {
	return fmt.Sprintf(`"Listener%d": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {"LoadBalancerArn": {"Ref": "Lb"}, "Protocol": "TLS", "Port": %d}},`, port, port)
}

// consumer is an endpoint whose group lets in more ports than a listener has.
const consumer = `{
	"Index": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "%s", "VpcEndpointType": "Interface",
		"SubnetIds": [{"Ref": "A"}, {"Ref": "B"}], "SecurityGroupIds": [{"Ref": "Endpoints"}]}},
	"Work": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}, "SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1000, "DestinationSecurityGroupId": {"Ref": "Endpoints"}}]}},
	"EndpointsFromWork": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Ref": "Endpoints"}, "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1000, "SourceSecurityGroupId": {"Ref": "Work"}}}}`

func TestEndpointServices(t *testing.T) {
	for _, c := range []struct {
		name, owner, principals, enforce, listeners, service string
		// fromA and fromB are the ports reached from each subnet. What the stacks do not hold is open on all that the
		// endpoint's group lets in.
		fromA, fromB string
	}{
		// A parameter of another account is not the one that the endpoint's stack reads.
		{"parameter of another account", "444455556666", `"arn:aws:iam::111122223333:root"`, "off", listener(443), "/shared/service", "[1-1000]", "[1-1000]"},
		{"same account", account, ``, "off", listener(443), "/shared/service", "[443]", "[443]"},
		{"two listeners", account, ``, "off", listener(443) + listener(80) + listener(8443), "/shared/service", "[443][80]", "[443][80]"},
		{"no listener", account, ``, "off", "", "/shared/service", "", ""},
		{"groups are asked", account, ``, "on", listener(443) + listener(80), "/shared/service", "[443]", ""},
		{"a service of somebody", account, ``, "off", listener(443), "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", "[1-1000]", "[1-1000]"},
	} {
		own := stack(t, "own", account, resources(t, base, fmt.Sprintf(consumer, c.service)))
		services := stack(t, "shared", c.owner, resources(t, shared(c.principals, c.enforce, c.listeners)))
		n, err := reachability.New(reachability.Input{Views: []inventory.View{own, services}})
		if err != nil {
			t.Fatal(err)
		}
		got := indexPorts(t, n)
		if got["own/A"] != c.fromA || got["own/B"] != c.fromB {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// indexPorts are the ports that Work reaches of the endpoint called Index, by subnet.
func indexPorts(t *testing.T, n *reachability.Network) map[string]string {
	t.Helper()
	ports := map[string][]string{}
	for _, r := range n.Reach(source(t, n, "own/Work")) {
		if r.Destination.Name == "own/Index" {
			ports[r.From] = append(ports[r.From], fmt.Sprint(r.Ports))
		}
	}
	out := map[string]string{}
	for from, p := range ports {
		slices.Sort(p)
		out[from] = strings.Join(slices.Compact(p), "")
	}
	return out
}

// Across accounts the name of the service is configured, and its permissions decide.
func TestEndpointServiceOfAnotherAccount(t *testing.T) {
	const other = "444455556666"
	for principals, want := range map[string]string{
		`"arn:aws:iam::111122223333:root"`:      "[443]",
		`"arn:aws:iam::111122223333:role/x"`:    "[443]",
		`"*"`:                                   "[443]",
		`"arn:aws:iam::777788889999:root"`:      "",
		`"arn:aws:iam::777788889999:role/1111"`: "",
		``:                                      "",
	} {
		services := stack(t, "shared", other, resources(t, shared(principals, "off", listener(443))))
		name := fmt.Sprint(services.Resources["Parameter"].Properties["Value"])
		own := stack(t, "own", account, resources(t, base, fmt.Sprintf(consumer, name)))
		n, err := reachability.New(reachability.Input{Views: []inventory.View{own, services}})
		if err != nil {
			t.Fatal(err)
		}
		if got := indexPorts(t, n)["own/A"]; got != want {
			t.Errorf("%s: ports %q, want %q", principals, got, want)
		}
	}
}

// A name of the organisation's own leads to an endpoint when the zone serves the VPC.
func TestAliases(t *testing.T) {
	zone := func(vpc string) string {
		return `{"Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "pypi.example.com", "VPCs": [{"VPCId": ` + vpc + `, "VPCRegion": "eu-west-1"}]}},
			"Name": {"Type": "AWS::Route53::RecordSet", "Properties": {"HostedZoneId": {"Ref": "Zone"}, "Name": "pypi.example.com", "Type": "A", "AliasTarget": {"HostedZoneId": "Z1",
				"DNSName": {"Fn::Select": [1, {"Fn::Split": [":", {"Fn::Select": [0, {"Fn::GetAtt": ["Sts", "DnsEntries"]}]}]}]}}}}}`
	}
	for vpc, want := range map[string]int{`{"Ref": "Vpc"}`: 1, `{"Ref": "OtherVpc"}`: 0} {
		n := network(t, base, otherVPC, zone(vpc))
		for _, r := range n.Reach(source(t, n, "own/Work")) {
			if r.Destination.Kind == reachability.ServiceEndpoint && len(r.Destination.Aliases) != want {
				t.Errorf("%s: %v", vpc, r.Destination.Aliases)
			}
		}
	}
}
